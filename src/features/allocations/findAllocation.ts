import { printable } from '../../base/plain.ts';
import { NothingToDo } from '../../base/userError.ts';
import type { Uses } from '../../commands/command.ts';
import { pickAllocation, pickJob } from '../../commands/pickers.ts';
import { allocationTarget, jobTarget, regionTarget } from '../../commands/targets.ts';
import { readAllocationsOfJob } from '../../operations/allocations.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import { parseJobKey, placeOf, type JobKey } from '../../state/tables/keys.ts';
import type { Place } from '../../state/tables/place.ts';
import { culpritOfJob } from '../../wording/culprits.ts';

type Used = Uses<'cluster' | 'ask'>;

/**
 * The allocation that the argument names or, of a job, the one that says why it is in trouble. One that nobody knows the
 * namespace of is found by its id in any.
 *
 * @param deed `Show the events of a job`, to which the cluster is added
 */
export async function findAllocation(
  given: Used,
  argument: unknown,
  deed: string,
): Promise<{ readonly id: string; readonly place: Place } | undefined> {
  const { store } = given.cluster;
  const region = regionTarget(argument);
  const known = jobTarget(store, argument);
  const named = allocationTarget(argument);
  if (named !== undefined) {
    return { id: named, place: known === undefined ? { namespace: '*', region } : placeOf(known, region) };
  }
  const key = known ?? (await pickJob(given, deed));
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
