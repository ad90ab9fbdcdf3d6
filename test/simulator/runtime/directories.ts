import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Disposable } from '../../../src/base/lifetime.ts';

/** A file request that Nomad would refuse, with its text. */
export class FileError extends Error {
  override readonly name = 'FileError';
  /** True when the file or the allocation is not there. */
  readonly missing: boolean;

  constructor(message: string, missing = false) {
    super(message);
    this.missing = missing;
  }
}

const escapes = 'Path escapes the alloc directory';

/**
 * The allocation directories of one simulated client: `<data>/alloc/<id>/{alloc,<task>}`.
 *
 * Nothing is made on disk before it is needed, so that a cluster of many thousand allocations costs no files.
 */
export class AllocationDirectories implements Disposable {
  readonly #given: string | undefined;
  #folder: string | undefined;
  readonly #tasks = new Map<string, Set<string>>();
  readonly #made = new Set<string>();

  constructor(dataFolder?: string) {
    this.#given = dataFolder;
  }

  /** Announces an allocation and its tasks. */
  prepare(allocId: string, tasks: Iterable<string>): void {
    const known = this.#tasks.get(allocId) ?? new Set<string>();
    for (const task of tasks) known.add(task);
    this.#tasks.set(allocId, known);
    this.#made.delete(allocId);
  }

  has(allocId: string): boolean {
    return this.#tasks.has(allocId);
  }

  /** The allocation's directory, made when it is not there yet. */
  root(allocId: string): string {
    const tasks = this.#tasks.get(allocId);
    if (tasks === undefined) throw new FileError(`Unknown allocation ${JSON.stringify(allocId)}`, true);
    const root = path.join(this.#dataFolder(), 'alloc', allocId);
    if (this.#made.has(allocId)) return root;
    for (const name of ['data', 'logs', 'tmp']) mkdirSync(path.join(root, 'alloc', name), { recursive: true });
    for (const task of tasks) {
      for (const name of ['local', 'private', 'secrets', 'tmp']) {
        mkdirSync(path.join(root, task, name), { recursive: true });
      }
    }
    this.#made.add(allocId);
    return root;
  }

  task(allocId: string, task: string): string {
    return path.join(this.root(allocId), task);
  }

  shared(allocId: string): string {
    return path.join(this.root(allocId), 'alloc');
  }

  logs(allocId: string): string {
    return path.join(this.shared(allocId), 'logs');
  }

  /** The place on disk of a path inside the allocation; refuses what leads out of it, symbolic links included. */
  resolve(allocId: string, name: string): string {
    const root = this.root(allocId);
    const place = path.join(root, name.startsWith('/') ? `.${name}` : name);
    if (!isInside(root, place)) throw new FileError(escapes);
    let existing = place;
    while (!existsSync(existing) && existing !== root) existing = path.dirname(existing);
    if (!isInside(realpathSync(root), realpathSync(existing))) throw new FileError(escapes);
    return place;
  }

  /** Why a file that is there is not read, in Nomad's words; `name` as it was asked for. */
  prohibition(allocId: string, file: string, name: string): string | undefined {
    for (const task of this.#tasks.get(allocId) ?? []) {
      const folder = this.task(allocId, task);
      // Nomad compares no more than the beginning.
      if (file.startsWith(path.join(folder, 'secrets'))) return `Reading secret file prohibited: ${name}`;
      if (file.startsWith(path.join(folder, 'private'))) return `Reading private file prohibited: ${name}`;
    }
    return undefined;
  }

  remove(allocId: string): void {
    this.#tasks.delete(allocId);
    if (!this.#made.delete(allocId)) return;
    rmSync(path.join(this.#dataFolder(), 'alloc', allocId), { recursive: true, force: true, maxRetries: 3 });
  }

  dispose(): void {
    for (const allocId of [...this.#tasks.keys()]) this.remove(allocId);
    if (this.#folder !== undefined && this.#given === undefined)
      rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
    this.#folder = undefined;
  }

  #dataFolder(): string {
    this.#folder ??= this.#given ?? mkdtempSync(path.join(tmpdir(), 'nomad-simulator-'));
    return this.#folder;
  }
}

/** True when `place` is `root` or below it. */
export function isInside(root: string, place: string): boolean {
  const relative = path.relative(root, place);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
