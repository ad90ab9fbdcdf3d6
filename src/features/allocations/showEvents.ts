import { printable } from '../../base/plain.ts';
import { NothingToDo } from '../../base/userError.ts';
import { parseJobKey, placeOf } from '../../state/tables/keys.ts';
import type { JobKey } from '../../state/tables/keys.ts';
import type { Place } from '../../state/tables/place.ts';
import { eventsText } from '../../wording/eventsText.ts';
import { culpritOfJob } from '../../wording/culprits.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import { exactTime } from '../../tree/times.ts';
import { pickAllocation, pickJob } from '../../commands/pickers.ts';
import { allocationTarget, jobTarget, regionTarget } from '../../commands/targets.ts';
import type { Uses } from '../../commands/command.ts';
import { readAllocation, readAllocationsOfJob } from '../../operations/allocations.ts';

type Used = Uses<'cluster' | 'ask'>;

/** Shows what happened to the tasks of an allocation; for a job, of the one that says why it is in trouble. */
export async function showEvents(given: Used & Uses<'events'>, argument: unknown): Promise<void> {
  const { cluster, events } = given;
  const found = await findAllocation(given, argument);
  if (found === undefined) return;
  const { id, place } = found;
  await withQuietProgress('Reading the events', async (signal) => {
    const value = await readAllocation(cluster.client, id, place, signal);
    const options = { cluster: cluster.label, nowMs: Date.now(), moment: (ms: number) => exactTime(ms) };
    await events.show(cluster.id, id, printable(value.Name ?? id), eventsText(value, options));
  });
}

/** If its namespace is not known, it is looked for by id in all namespaces. */
async function findAllocation(
  given: Used,
  argument: unknown,
): Promise<{ readonly id: string; readonly place: Place } | undefined> {
  const { store } = given.cluster;
  const region = regionTarget(argument);
  const known = jobTarget(store, argument);
  const named = allocationTarget(argument);
  if (named !== undefined) {
    return { id: named, place: known === undefined ? { namespace: '*', region } : placeOf(known, region) };
  }
  const key = known ?? (await pickJob(given, 'Show the events of a job'));
  if (key === undefined) return undefined;
  const place = placeOf(key, region);
  const id = region === undefined ? await tellingOne(given, key) : await newestIn(given, key, place);
  return id === undefined ? undefined : { id, place };
}

async function tellingOne(given: Used, key: JobKey): Promise<string | undefined> {
  const { cluster } = given;
  await withQuietProgress('Reading the allocations', (signal) => cluster.loadJob(key, signal));
  const job = cluster.store.jobs.get(key);
  const culprit = job === undefined ? undefined : culpritOfJob(cluster.store, job, cluster.clock.now());
  if (culprit !== undefined) return culprit.id;
  const all = cluster.store.allocationsOf(key);
  if (all.length === 0) throw new NothingToDo(`${printable(parseJobKey(key).id)} has no allocation.`);
  return all.length === 1 ? all[0]?.id : pickAllocation(given, key);
}

/** The newest allocation that failed, else the newest: what is in another region is not in the store. */
async function newestIn({ cluster }: Used, key: JobKey, place: Place): Promise<string> {
  const { id } = parseJobKey(key);
  const newest = await withQuietProgress('Reading the allocations', (signal) =>
    readAllocationsOfJob(cluster.client, id, place, signal),
  );
  const chosen = newest.find((one) => one.clientStatus === 'failed') ?? newest[0];
  if (chosen === undefined) throw new NothingToDo(`${printable(id)} has no allocation.`);
  return chosen.id;
}
