import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../base/userError.ts';
import { numbered } from './localNames.ts';

/** This machine can't hold it: that is no matter of one file. */
export class WriteError extends UserError {
  constructor(error: unknown) {
    super(`it can't be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Makes something by a name that nothing has yet: `app.log`, else `app (2).log`.
 *
 * @returns its path
 * @throws WriteError
 */
export async function fresh(folder: string, name: string, make: (path: string) => Promise<unknown>): Promise<string> {
  for (let count = 1; ; count += 1) {
    const path = join(folder, numbered(name, count));
    try {
      await make(path);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new WriteError(error);
    }
  }
}

/** A file of this machine that was not there before. Nothing is written over. */
export class NewFile {
  readonly path: string;
  readonly #handle: FileHandle;

  /** @throws WriteError */
  static async create(folder: string, name: string): Promise<NewFile> {
    let handle: FileHandle | undefined;
    const path = await fresh(folder, name, async (to) => {
      handle = await open(to, 'wx');
    });
    if (handle === undefined) throw new WriteError('it was not made');
    return new NewFile(path, handle);
  }

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** @throws WriteError */
  async write(data: Uint8Array): Promise<void> {
    await this.#handle.writeFile(data).catch(wrong);
  }

  /** @throws WriteError, as a full disk may be noticed only now */
  async close(): Promise<void> {
    await this.#handle.close().catch(wrong);
  }

  /** Removes it: a part of a file looks as if it was the whole. Never rejects. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.path, { force: true }).catch(() => undefined);
  }
}

function wrong(error: unknown): never {
  throw new WriteError(error);
}
