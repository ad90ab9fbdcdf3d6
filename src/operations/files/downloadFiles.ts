import { mkdir, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../base/userError.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { wordsOf } from '../logs/logErrors.ts';
import type { FileAt, FileEntry } from './entries.ts';
import { statFile } from './listFiles.ts';
import { localName } from './localNames.ts';
import { fresh, NewFile, WriteError } from './newFile.ts';
import { fileBytes } from './readFiles.ts';
import { isOfOne, walkFiles } from './walkFiles.ts';

/** How far a download is. */
export interface DownloadProgress {
  readonly files: number;
  readonly bytes: number;
  /** Of a single file. */
  readonly ofBytes: number | undefined;
}

/** What a download came to. */
export interface Downloaded {
  /** On this machine: the file, or the folder. */
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  /** Paths on the cluster whose names are others here, since this machine can't hold them. */
  readonly renamed: readonly { readonly path: string; readonly as: string }[];
  /** What is not among them, and why. */
  readonly left: readonly { readonly path: string; readonly why: string }[];
}

export interface DownloadOptions {
  /** A folder of this machine. */
  readonly into: string;
  /** What it is called here. */
  readonly name: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** `process.platform` where undefined. */
  readonly platform?: NodeJS.Platform;
}

/**
 * Downloads a file, or a directory with all that is in it, byte for byte, and never holds more of it than a part. Nothing
 * that is there is written over: what has the same name gets a number. Where it is left or fails, nothing of it stays. Of a
 * directory, what can't be read is left out and told. Needs `read-fs`.
 *
 * @throws {UserError} where it can't be written; {@link NomadError}; the signal's reason
 */
export async function downloadFiles(client: PlacedClient, at: FileAt, options: DownloadOptions): Promise<Downloaded> {
  const entry = await statFile(client, at, options.signal);
  const download = new Download(client, options);
  return entry.kind === 'directory' ? download.directory(at) : download.single(at, entry);
}

class Download {
  readonly #client: PlacedClient;
  readonly #options: DownloadOptions;
  readonly #platform: NodeJS.Platform;
  readonly #renamed: { path: string; as: string }[] = [];
  readonly #left: { path: string; why: string }[] = [];
  #files = 0;
  #bytes = 0;
  #ofBytes: number | undefined;

  constructor(client: PlacedClient, options: DownloadOptions) {
    this.#client = client;
    this.#options = options;
    this.#platform = options.platform ?? process.platform;
  }

  async single(at: FileAt, entry: FileEntry): Promise<Downloaded> {
    this.#ofBytes = entry.size;
    const path = await this.#file(this.#options.into, this.#options.name, at, entry);
    return this.#result(path);
  }

  async directory(at: FileAt): Promise<Downloaded> {
    const { into, name, signal } = this.#options;
    const root = await fresh(into, localName(name, this.#platform), (path) => mkdir(path));
    /** Folders of this machine by their paths on the cluster. */
    const folders = new Map<string, string>([['', root]]);
    try {
      for await (const { entry, parts, at: within, refused } of walkFiles(this.#client, at, signal)) {
        const folder = folders.get(parts.slice(0, -1).join('/')) ?? root;
        if (refused !== undefined) this.#leave(within, wordsOf(refused));
        else if (entry.kind !== 'directory') await this.#oneOf(folder, within, entry);
        else if (entry.isLink) this.#leave(within, 'it is a link to a directory');
        else {
          const made = await fresh(folder, localName(entry.name, this.#platform), (path) => mkdir(path));
          this.#called(made, entry.name, within);
          folders.set(parts.join('/'), made);
        }
      }
    } catch (error) {
      // A part of a directory looks as if it was the whole.
      await rm(root, { recursive: true, force: true });
      throw error;
    }
    return this.#result(root);
  }

  /** One file of a directory: what can't be read is no reason to leave the others. */
  async #oneOf(folder: string, at: FileAt, entry: FileEntry): Promise<void> {
    try {
      this.#called(await this.#file(folder, entry.name, at, entry), entry.name, at);
    } catch (error) {
      if (error instanceof WriteError || !(error instanceof UserError || isOfOne(error))) throw error;
      this.#leave(at, error instanceof UserError ? error.message : wordsOf(error));
    }
  }

  async #file(folder: string, name: string, at: FileAt, entry: FileEntry): Promise<string> {
    const begun = this.#bytes;
    const parts = fileBytes(this.#client, at, this.#options.signal, entry);
    try {
      // Read before it is made, so that what can't be read leaves no empty file.
      const first = await parts.next();
      const file = await NewFile.create(folder, localName(name, this.#platform));
      try {
        for (let part = first; part.done !== true; part = await parts.next()) {
          await file.write(part.value);
          this.#bytes += part.value.byteLength;
          this.#tell();
        }
        await file.close();
      } catch (error) {
        this.#bytes = begun;
        await file.discard();
        throw error;
      }
      this.#files += 1;
      this.#tell();
      return file.path;
    } finally {
      // What was begun and not read to its end keeps a connection.
      await parts.return(undefined);
    }
  }

  /** Remembers what has another name here. */
  #called(here: string, name: string, { path }: FileAt): void {
    const as = basename(here);
    if (as !== name) this.#renamed.push({ path, as });
  }

  #leave({ path }: FileAt, why: string): void {
    this.#left.push({ path, why: why.replace(/\.$/, '') });
  }

  #tell(): void {
    this.#options.onProgress?.({ files: this.#files, bytes: this.#bytes, ofBytes: this.#ofBytes });
  }

  #result(path: string): Downloaded {
    return { path, files: this.#files, bytes: this.#bytes, renamed: this.#renamed, left: this.#left };
  }
}
