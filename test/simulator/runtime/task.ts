import type { Disposable } from '../../../src/base/lifetime.ts';
import type { Lifetime } from '../../../src/base/lifetime.ts';
import type { Task } from '../../../src/nomad/types/job.ts';

/** A task to run, with all that its environment is made of. */
export interface TaskSpec {
  allocation: {
    ID: string;
    Name: string;
    Namespace: string;
    JobID: string;
    TaskGroup: string;
    NodeID: string;
    NodeName: string;
    Index: number;
  };
  jobName: string;
  jobType: string;
  datacenter: string;
  region: string;
  task: Task;
  /** Meta of the job, the group and the task, merged. */
  meta: Record<string, string>;
  /** Set for a child of a periodic or parameterized job. */
  parentJobId?: string;
  /** The allocated ports, by label. */
  ports?: { label: string; ip: string; port: number; to?: number }[];
  /** What `${attr.…}`, `${meta.…}` and `${node.…}` read. */
  node?: { attributes?: Record<string, string>; meta?: Record<string, string>; class?: string; pool?: string };
  /** Base64 payload of a dispatched job. */
  payload?: string;
}

/** A fact about a task. What follows from it (restarts, states, the last ten events) is the scheduler's matter. */
export type TaskReport =
  | { kind: 'event'; event: { Type: string; DisplayMessage: string; Details: Record<string, string> } }
  | { kind: 'started' }
  | { kind: 'exited'; exitCode: number; signal: number; oomKilled?: boolean }
  /** `invalid`: the driver does not take the settings of the task. */
  | { kind: 'failedToStart'; message: string; invalid?: boolean };

export type ReportTask = (report: TaskReport) => void;

export interface RunningTask {
  /** Asks the task to end and kills it after `timeoutMs`. The end arrives as a report. */
  stop(options: { signal?: string; timeoutMs: number }): void;
  /** Sends a signal; returns the error text when that is not possible. */
  signal(name: string): string | undefined;
  /** True from the start until the task has ended, also while it is still starting. */
  readonly running: boolean;
}

/** What the runtime itself needs of a task. */
export interface TaskRun extends RunningTask, Disposable {
  readonly driver: string;
  /** What a real process uses now: percent of one core, and bytes; undefined where there is none, or nothing tells. */
  measure?(): { readonly percent: number; readonly rssBytes: number } | undefined;
  /** How a command is run beside the task; undefined where there is no real process. */
  readonly surroundings: { folder: string; environment: Record<string, string> } | undefined;
  /** What ends with the task: exec sessions. */
  readonly sessions: Lifetime;
  /** Resolves when nothing of the task is left. */
  readonly finished: Promise<void>;
  /** Kills the task without reporting. */
  dispose(): void;
}
