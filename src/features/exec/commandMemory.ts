import type * as vscode from 'vscode';
import type { ChosenTask } from '../../commands/chosenTask.ts';
import type { ClusterId } from '../../state/clusters/clusterId.ts';

/** What was last run in a task. */
export interface Remembered {
  /** The shell that was chosen by name. */
  readonly shell?: string | undefined;
  /** Commands as they were typed, the last one first. */
  readonly typed: readonly string[];
}

const secretKey = 'nomad.commands';
const maxTasks = 100;
const maxTyped = 5;
const nothing: Remembered = { typed: [] };

/**
 * What was run in the tasks of a job's group, on one cluster: a command that is right in a test cluster may be wrong in
 * production. A command may have a password in it, so they live in VS Code's secret storage and nowhere else.
 */
export class CommandMemory {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  async get(cluster: ClusterId, task: ChosenTask): Promise<Remembered> {
    return (await this.#read()).get(keyOf(cluster, task)) ?? nothing;
  }

  /** Remembers what was chosen: a shell, or a command that was typed. Never rejects. */
  async add(cluster: ClusterId, task: ChosenTask, chosen: { shell: string } | { typed: string }): Promise<void> {
    const all = await this.#read();
    const key = keyOf(cluster, task);
    const before = all.get(key) ?? nothing;
    all.delete(key);
    all.set(key, 'shell' in chosen ? { ...before, shell: chosen.shell } : withTyped(before, chosen.typed));
    // What can't be remembered can be run all the same.
    await Promise.resolve(this.#secrets.store(secretKey, JSON.stringify([...all].slice(-maxTasks)))).catch(
      () => undefined,
    );
  }

  async #read(): Promise<Map<string, Remembered>> {
    try {
      const kept = JSON.parse((await this.#secrets.get(secretKey)) ?? '[]') as unknown;
      return new Map(Array.isArray(kept) ? kept.filter(isEntry) : []);
    } catch {
      return new Map();
    }
  }
}

function withTyped(before: Remembered, typed: string): Remembered {
  const others = before.typed.filter((one) => one !== typed);
  return { ...before, typed: [typed, ...others].slice(0, maxTyped) };
}

function keyOf(cluster: ClusterId, { allocation, task, place }: ChosenTask): string {
  return JSON.stringify([cluster, place.region ?? '', allocation.jobKey, allocation.group, task]);
}

function isEntry(value: unknown): value is [string, Remembered] {
  if (!Array.isArray(value) || typeof value[0] !== 'string') return false;
  const kept = value[1] as Partial<Remembered> | null | undefined;
  const typed: unknown = kept?.typed;
  return Array.isArray(typed) && typed.every((one) => typeof one === 'string') && isMaybeText(kept?.shell);
}

function isMaybeText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
