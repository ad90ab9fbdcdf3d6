import type { ChangeSet } from '../state/tables/changes.ts';
import type { JobKey } from '../state/tables/keys.ts';
import { jobStatus } from '../wording/status.ts';
import { isProblem } from '../wording/statusWords.ts';
import type { Status } from '../wording/statusWords.ts';
import type { Store } from '../state/tables/store.ts';
import { counted } from '../platform/words.ts';

/** The number that the activity bar shows, and what it counts. */
export interface Badge {
  readonly value: number;
  readonly tooltip: string;
}

/**
 * Counts the jobs that "problems only" shows: failed, blocked, crash-looping, restarting and degraded ones, those whose deployment failed,
 * and those that wait for a decision. Brought up to date by what changed only.
 */
export class Problems {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #kinds = new Map<JobKey, Kind>();

  /** @param now milliseconds since the epoch */
  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
    for (const job of store.jobs.keys()) this.#countJob(job);
  }

  apply(changes: ChangeSet): void {
    for (const job of changes.of('jobs')) this.#countJob(job);
    for (const id of changes.of('deployments')) {
      const deployment = this.#store.deployments.get(id);
      if (deployment !== undefined) this.#countJob(deployment.jobKey);
    }
  }

  /**
   * Whether some problem will end by itself once what failed has stayed up for long enough; {@link recount} then
   * notices.
   */
  get passing(): boolean {
    return [...this.#kinds.values()].some((kind) => passing.has(kind));
  }

  /** Counts anew what ends with time. */
  recount(): void {
    for (const [job, kind] of [...this.#kinds]) if (passing.has(kind)) this.#countJob(job);
  }

  /** Nothing when there is no problem. */
  badge(): Badge | undefined {
    if (this.#kinds.size === 0) return undefined;
    const found = [...this.#kinds.values()];
    const parts = kinds.flatMap((kind) => {
      const count = found.filter((one) => one === kind).length;
      return count === 0 ? [] : [counted(count, ...kind)];
    });
    return { value: this.#kinds.size, tooltip: parts.join(', ') };
  }

  #countJob(key: JobKey): void {
    const job = this.#store.jobs.get(key);
    const status = job === undefined ? undefined : jobStatus(this.#store, job, this.#now());
    if (status === undefined || !isProblem(status)) this.#kinds.delete(key);
    else this.#kinds.set(key, kindOf(status));
  }
}

type Kind = readonly [one: string, many: string];

const failed: Kind = ['failed job', 'failed jobs'];
const blocked: Kind = ['blocked job', 'blocked jobs'];
const undecided: Kind = ['deployment needs a decision', 'deployments need a decision'];
const failedDeployment: Kind = ['failed deployment', 'failed deployments'];
const troubledRollout: Kind = ['rollout in trouble', 'rollouts in trouble'];
const looping: Kind = ['crash-looping job', 'crash-looping jobs'];
const restarting: Kind = ['restarting job', 'restarting jobs'];
const degraded: Kind = ['degraded job', 'degraded jobs'];

/** In the order in which they are told. */
const kinds: readonly Kind[] = [
  failed,
  blocked,
  undecided,
  failedDeployment,
  troubledRollout,
  looping,
  restarting,
  degraded,
];

const passing: ReadonlySet<Kind> = new Set([troubledRollout, looping, restarting, degraded]);

function kindOf({ tone, word }: Status): Kind {
  if (tone === 'bad') return failed;
  if (tone === 'blocked') return blocked;
  if (tone === 'attention') return undecided;
  if (word === 'deployment failed') return failedDeployment;
  if (word === 'deploying') return troubledRollout;
  if (word === 'crash-looping') return looping;
  return word === 'restarting' ? restarting : degraded;
}
