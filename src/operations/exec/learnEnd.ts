import { sleep } from '../../base/clock.ts';
import type { NomadError } from '../../nomad/http/errors.ts';
import type { Allocation } from '../../nomad/types/allocation.ts';
import type { Place } from '../../state/tables/place.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import type { AllocationRecord } from '../../state/tables/records.ts';
import { readAftermath, readAllocationsOfJob, type Aftermath } from '../allocations.ts';
import { causeOf, needsCause } from './sessionEnd.ts';

/** A session in a task that ended without an exit code. */
export interface EndedSession {
  readonly allocation: string;
  readonly task: string;
  readonly place: Place;
  readonly error: NomadError;
}

/** What the cluster tells of it. */
export interface Ending {
  readonly aftermath?: Aftermath | undefined;
  /** The allocation that took the place of the one that is gone. */
  readonly successor?: AllocationRecord | undefined;
}

type Seeks = 'cause' | 'successor';

const askEveryMs = 500;

/**
 * Why a session ended, and where it could go on. A node reports what happened to its tasks to the servers within a second or
 * two, and a successor takes as long to run, so it is asked for again until the signal aborts: what is known by then is
 * what there is. Never rejects.
 *
 * @param seeks `cause` where nobody wants to go on
 */
export async function learnEnd(
  client: PlacedClient,
  ended: EndedSession,
  signal: AbortSignal,
  seeks: Seeks = 'successor',
): Promise<Ending> {
  let known: Ending = {};
  try {
    for (;;) {
      known = await ask(client, ended, signal, seeks);
      if (isEnough(known, ended, seeks)) return known;
      await sleep(askEveryMs, signal);
    }
  } catch {
    return known;
  }
}

async function ask(
  client: PlacedClient,
  { allocation, task, place }: EndedSession,
  signal: AbortSignal,
  seeks: Seeks,
): Promise<Ending> {
  const aftermath = await readAftermath(client, allocation, place, signal);
  const gone = aftermath?.allocation ?? undefined;
  const isLast = gone === undefined || aftermath?.jobStopped === true || !isReplaced(gone);
  if (isLast || seeks === 'cause') return { aftermath };
  const successor = await findSuccessor(client, gone, place, signal).catch(() => undefined);
  const has = successor?.tasks?.some(({ name }) => name === task) !== false || successor.tasks.length === 0;
  return { aftermath, successor: has ? successor : undefined };
}

function isEnough({ aftermath, successor }: Ending, { error, task }: EndedSession, seeks: Seeks): boolean {
  const cause = aftermath === undefined ? undefined : causeOf(aftermath, task);
  if (cause === undefined && needsCause(error)) return false;
  if (seeks === 'cause') return true;
  const gone = aftermath?.allocation ?? undefined;
  if (gone === undefined || aftermath?.jobStopped === true || !isReplaced(gone)) return true;
  return successor?.clientStatus === 'running';
}

function isReplaced({ DesiredStatus, ClientStatus, NextAllocation }: Allocation): boolean {
  const hasNext = NextAllocation !== undefined && NextAllocation !== '';
  return hasNext || DesiredStatus === 'stop' || DesiredStatus === 'evict' || ClientStatus === 'lost';
}

/**
 * The allocation that has the place of `gone`: the one that Nomad names, or else the newest of the same name, on the same
 * node where a job runs on each. Undefined where none is meant to run.
 *
 * @throws NomadError; the signal's reason
 */
export async function findSuccessor(
  client: PlacedClient,
  gone: Allocation,
  place: Place,
  signal: AbortSignal,
): Promise<AllocationRecord | undefined> {
  if (gone.JobID === undefined) return undefined;
  const all = await readAllocationsOfJob(client, gone.JobID, place, signal);
  const later = all.filter(
    (one) =>
      one.desiredStatus === 'run' &&
      (one.clientStatus === 'running' || one.clientStatus === 'pending') &&
      (one.createIndex ?? 0) > (gone.CreateIndex ?? 0) &&
      one.group === gone.TaskGroup,
  );
  const onEachNode = gone.Job?.Type === 'system' || gone.Job?.Type === 'sysbatch';
  const named = later.find(({ id }) => id === gone.NextAllocation);
  return named ?? later.find((one) => (onEachNode ? one.nodeId === gone.NodeID : one.name === gone.Name));
}
