import type { Store } from '../../../simulator/state/store.ts';
import { jobKey } from '../../../simulator/state/records.ts';
import type { AllocationRecord } from '../../../simulator/state/records.ts';
import type { TaskState } from '../../../../src/nomad/types/allocation.ts';
import { isObject } from './shape.ts';

type Sample = Record<string, unknown>;

/** All states that a job goes through, as a recorded timeline shows them. */
export class Timelines {
  readonly #store: Store;
  readonly #namespace = 'default';
  readonly #seen = new Map<string, { text: string; sample: Sample }[]>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** To be called after each change of the state. */
  look(): void {
    for (const { ID: id } of this.#store.jobs.values()) {
      const sample = this.#sampleOf(id);
      const { job, deployment, allocs } = sample;
      const text = JSON.stringify([job, deployment, allocs]);
      let list = this.#seen.get(id);
      if (list === undefined) this.#seen.set(id, (list = []));
      if (list.at(-1)?.text !== text) list.push({ text, sample });
    }
  }

  /** Forgets all but the present state of a job: the next timeline of it goes on from there. */
  forget(id: string): void {
    const list = this.#of(id);
    list.splice(0, list.length - 1);
  }

  /** What is missing of the recorded states, in their order: of the job, of its latest deployment, of its allocations. */
  missing(id: string, recorded: readonly unknown[]): string[] {
    const own = this.#of(id).map(({ sample }) => sample);
    const samples = recorded.filter(isObject);
    return ['job', 'deployment', 'allocs'].flatMap((part) => missingPart(part, samples, own));
  }

  /** By the whole id, or the beginning of a child's. */
  #of(id: string): { text: string; sample: Sample }[] {
    const whole = [...this.#seen.keys()].find((known) => known === id || (id.endsWith('/') && known.startsWith(id)));
    return this.#seen.get(whole ?? '') ?? [];
  }

  #sampleOf(id: string): Sample {
    const store = this.#store;
    const key = jobKey(this.#namespace, id);
    const latest = store.latestDeployment(key);
    return {
      job: store.jobs.get(key) ?? null,
      deployment: latest ?? null,
      allocs: store.allocationsOf(key).map(allocationSample),
    };
  }
}

function allocationSample(allocation: AllocationRecord): Sample {
  const { DeploymentStatus: status, TaskStates: states } = allocation;
  return {
    v: allocation.Job.Version,
    client: allocation.ClientStatus,
    desired: allocation.DesiredStatus,
    desiredDesc: allocation.DesiredDescription,
    dep: status === null ? null : { Canary: status.Canary ?? false },
    task: states === null ? null : Object.fromEntries(Object.entries(states).map(taskSample)),
  };
}

function taskSample([name, { State, Failed, Restarts, Events }]: [string, TaskState]): [string, Sample] {
  return [name, { State, Failed, Restarts, events: (Events ?? []).map(({ Type }) => Type).join() }];
}

/** A recorder read the three parts one after another, so each has a history of its own. */
function missingPart(part: string, recorded: readonly Sample[], own: readonly Sample[]): string[] {
  const like = recorded
    .map((sample) => sample[part])
    .reduce((one, other) => (sizeOf(other) > sizeOf(one) ? other : one), null);
  const wanted: string[] = [];
  const seen: string[] = [];
  for (const sample of recorded) {
    if (!(part in sample)) continue;
    const text = JSON.stringify(project(sample[part], like, part));
    if (wanted.at(-1) !== text) wanted.push(text);
  }
  for (const sample of own) {
    const text = JSON.stringify(project(sample[part], like, part));
    if (seen.at(-1) !== text) seen.push(text);
  }
  let at = 0;
  for (const [number, text] of wanted.entries()) {
    const from = at;
    while (at < seen.length && seen[at] !== text) at += 1;
    if (at === seen.length) {
      const instead = seen.slice(from).slice(0, 6).join('\n      ');
      return [
        `${part} ${String(number + 1)} of ${String(wanted.length)} does not come: ${text}\n      but\n      ${instead}`,
      ];
    }
  }
  return [];
}

/** Whether a task has not got further than its preparation. */
function isNew(task: unknown): boolean {
  return (
    isObject(task) &&
    ['', 'Received', 'Received,Task Setup'].includes(typeof task['events'] === 'string' ? task['events'] : '')
  );
}

function sizeOf(part: unknown): number {
  return JSON.stringify(part ?? null).length;
}

function isEmpty(part: unknown): boolean {
  return part === undefined || part === null || (Array.isArray(part) && part.length === 0);
}

const ignored = new Set(['t_ms', 'ID', 'next', 'RequireProgressBy', 'Healthy', 'clientDesc', 'resch']);

/** Whether something has started is seen at another moment in each run; whether it has ended is not. */
function stage(value: unknown, name: string): unknown {
  if (name === 'client' || name === 'State' || name === 'Status')
    return value === 'pending' || value === 'running' ? 'active' : value;
  return value ?? null;
}

/** The fields of one sample that another has too, without ids; allocations in one order. */
function project(sample: unknown, like: unknown, name = ''): unknown {
  if (name === 'PlacedCanaries') return Array.isArray(sample) ? sample.length : 0;
  if (name === 'task' && isObject(sample) && Object.values(sample).every(isNew)) return null;
  if (name === 'dep') return isObject(sample) ? (sample['Canary'] ?? false) : false;
  if (name === 'allocs' && Array.isArray(sample)) {
    const first: unknown = Array.isArray(like)
      ? (like.find((item) => !isEmpty((item as Sample)['task'])) ?? like[0])
      : undefined;
    return sample.map((item) => JSON.stringify(project(item, first ?? item))).sort();
  }
  if (!isObject(sample) || !isObject(like)) return stage(sample, name);
  const names = Object.keys(like)
    .filter((key) => !ignored.has(key))
    .sort();
  const ended = sample['desired'] === 'stop' && sample['client'] !== 'failed';
  return Object.fromEntries(
    names
      .filter((key) => !(ended && (key === 'client' || key === 'dep')))
      .map((key) => [key, project(sample[key], like[key], key)]),
  );
}
