import { appendFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Task } from '../../../src/nomad/types/job.ts';

const newline = 0x0a;

/**
 * One log of a task as a row of files `<task>.<type>.<n>`, the oldest dropped.
 *
 * A file ends with a whole line where it can. No file stays open between writes, so a log needs no end.
 */
export class RotatingLog {
  readonly #folder: string;
  readonly #prefix: string;
  readonly #maxFiles: number;
  readonly #maxBytes: number;
  readonly #disabled: boolean;
  #index = 0;
  #size = 0;
  /** True when the last line of the file has no end yet. */
  #midLine = false;

  constructor(folder: string, task: Task, type: 'stdout' | 'stderr') {
    const config = (task.LogConfig ?? {}) as { MaxFiles?: number; MaxFileSizeMB?: number; Disabled?: boolean };
    this.#folder = folder;
    this.#prefix = `${task.Name}.${type}.`;
    this.#maxFiles = Math.max(1, config.MaxFiles ?? 10);
    this.#maxBytes = Math.max(1, config.MaxFileSizeMB ?? 10) * 1024 * 1024;
    this.#disabled = config.Disabled === true;
    if (this.#disabled) return;
    // A restarted task goes on where the last run stopped.
    this.#index = Math.max(0, ...logIndexes(folder, this.#prefix));
    this.#append(Buffer.alloc(0));
    this.#size = statSync(this.#file(this.#index)).size;
  }

  write(data: Buffer | string): void {
    if (this.#disabled) return;
    let rest = typeof data === 'string' ? Buffer.from(data) : data;
    try {
      while (rest.length > this.#maxBytes - this.#size) {
        const part = rest.subarray(0, this.#cut(rest));
        this.#append(part);
        rest = rest.subarray(part.length);
        this.#rotate();
      }
      this.#append(rest);
    } catch (error) {
      // The allocation was removed while its task still wrote.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  /** How much of `data` belongs in the current file: whole lines, and the rest of a line that was begun. */
  #cut(data: Buffer): number {
    const room = Math.max(0, this.#maxBytes - this.#size);
    const end = room === 0 ? 0 : data.lastIndexOf(newline, room - 1) + 1;
    if (end > 0) return end;
    if (this.#size > 0 && !this.#midLine) return 0;
    const lineEnd = data.indexOf(newline) + 1;
    return this.#midLine && lineEnd > 0 ? lineEnd : room;
  }

  #rotate(): void {
    this.#index += 1;
    this.#size = 0;
    this.#midLine = false;
    this.#append(Buffer.alloc(0));
    for (const index of logIndexes(this.#folder, this.#prefix)) {
      if (index <= this.#index - this.#maxFiles) rmSync(this.#file(index), { force: true });
    }
  }

  #append(data: Buffer): void {
    appendFileSync(this.#file(this.#index), data);
    this.#size += data.length;
    if (data.length > 0) this.#midLine = data.at(-1) !== newline;
  }

  #file(index: number): string {
    return path.join(this.#folder, this.#prefix + String(index));
  }
}

/** The numbers of a log's files in ascending order. */
export function logIndexes(folder: string, prefix: string): number[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
}
