import { isNomadError } from '../../nomad/http/errors.ts';
import { allocationRecord } from '../../state/tables/allocationRecords.ts';
import { jobKey } from '../../state/tables/keys.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import type { AllocationRecord, TaskRecord } from '../../state/tables/records.ts';
import type { Store } from '../../state/tables/store.ts';
import { isAlive, isTaskRestarting } from '../../state/tables/taskState.ts';
import { clean } from '../../state/tables/wire.ts';
import { taskSentence } from '../../wording/failureSentence.ts';
import { readAllocation } from '../allocations.ts';
import type { LogStream, TaskLog } from './types.ts';

/** How a task stands, as far as it decides about its log. */
export interface TaskLife {
  /**
   * `waiting`: its first run has not begun. `over`: it will not run again by itself. `gone`: the allocation was removed.
   * `unknown`: nothing is known of it.
   */
  readonly phase: 'unknown' | 'waiting' | 'running' | 'over' | 'gone';
  readonly restarts: number;
  readonly task?: TaskRecord | undefined;
  readonly allocation?: AllocationRecord | undefined;
}

/** What the store says of the task of a log. */
export function taskLife(store: Store, log: TaskLog): TaskLife {
  const allocation = store.allocations.get(log.allocation);
  if (allocation === undefined) {
    const isGone = store.wasRemoved(log.job) || store.hasAllAllocations(log.job);
    return { phase: isGone ? 'gone' : 'unknown', restarts: 0 };
  }
  const task = allocation.tasks?.find(({ name }) => name === log.task);
  const restarts = task?.restarts ?? 0;
  return { phase: phaseOf(allocation, task), restarts, task, allocation };
}

/**
 * What the allocation itself says, where no store has it: `gone` where there is none, nothing where it can't be read.
 *
 * @throws the signal's reason
 */
export async function readTaskLife(
  client: PlacedClient,
  log: TaskLog,
  signal: AbortSignal,
): Promise<TaskLife | undefined> {
  try {
    const allocation = allocationRecord(await readAllocation(client, log.allocation, log.place, signal), 0);
    const task = allocation.tasks?.find(({ name }) => name === log.task);
    return { phase: phaseOf(allocation, task), restarts: task?.restarts ?? 0, task, allocation };
  } catch (error) {
    if (!isNomadError(error)) throw error;
    return error.kind === 'notFound' ? { phase: 'gone', restarts: 0 } : undefined;
  }
}

function phaseOf(allocation: AllocationRecord, task: TaskRecord | undefined): TaskLife['phase'] {
  // A node that is away may come back, and what runs there goes on.
  if (!isAlive(allocation) && allocation.clientStatus !== 'unknown') return 'over';
  if (task === undefined) return allocation.tasks === undefined ? 'unknown' : 'waiting';
  if (task.state === 'dead') return 'over';
  if (task.state === 'running' || isTaskRestarting(task) || task.startedAtMs !== undefined) return 'running';
  return 'waiting';
}

/** The two logs of each task of an allocation, of those `accept` takes. */
export function logsOf(
  allocation: AllocationRecord,
  { region, tasks }: { readonly region: string | undefined; readonly tasks: readonly string[] },
  streams: readonly LogStream[],
): TaskLog[] {
  const { id, namespace, jobId, group, index } = allocation;
  const name = index === undefined ? id.slice(0, 8) : `${clean(group)}[${String(index)}]`;
  const common = { kind: 'task', allocation: id, place: { namespace, region }, group, name } as const;
  return tasks.flatMap((task) =>
    streams.map((stream) => ({
      ...common,
      job: jobKey(namespace, jobId),
      key: `${id}/${task}/${stream}`,
      task,
      stream,
    })),
  );
}

/** The tasks of an allocation, those included that its client has not told of yet. */
export function tasksOf(store: Store, allocation: AllocationRecord): readonly string[] {
  const told = (allocation.tasks ?? []).map(({ name }) => name);
  const job = store.jobs.get(allocation.jobKey);
  // Another version of the job may have other tasks.
  const sameVersion = job?.version === undefined || job.version === allocation.jobVersion;
  const group = sameVersion ? job?.groups?.find(({ name }) => name === allocation.group) : undefined;
  return [...new Set([...told, ...(group?.tasks ?? [])])];
}

/** Which log a note is of: `app[2] server`. */
export function nameOf(log: TaskLog): string {
  return `${log.name} ${clean(log.task)}`;
}

/** How a task ended, with what Nomad says of it: `server exited 1 (3 restarts)`, `server ended: alloc not needed …`. */
export function endOf(log: TaskLog, { phase, task, allocation }: TaskLife): string {
  const name = clean(log.task);
  if (phase === 'gone') return `${name} ended; its allocation is no longer there`;
  const failed = task?.failed === true || allocation?.clientStatus === 'failed';
  const sentence = task === undefined ? undefined : taskSentence(task);
  if (failed && sentence !== undefined) return sentence;
  if (allocation?.clientStatus === 'lost') return `${name} was lost with its node`;
  const ordered =
    allocation !== undefined && allocation.desiredStatus !== 'run' && allocation.desiredStatus !== undefined;
  const why = ordered ? clean(allocation.desiredDescription ?? '') : '';
  if (why !== '') return `${name} ended: ${why}`;
  return sentence ?? (ordered ? `${name} was stopped` : `${name} ended`);
}
