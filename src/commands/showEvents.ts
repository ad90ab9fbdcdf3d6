import { jobTarget, allocationTarget } from './targets.ts';
import { NothingToDo } from '../base/userError.ts';
import { printable } from '../base/plain.ts';
import type { JobKey } from '../model/keys.ts';
import { eventsText } from '../model/eventsText.ts';
import { culpritOfJob } from '../model/status.ts';
import { withQuietProgress } from '../platform/signals.ts';
import { exactTime } from '../views/times.ts';
import { pickAllocation, pickJob } from './pickers.ts';
import type { Connected } from './workbench.ts';

/** Shows what happened to the tasks of an allocation; for a job, of the one that says why it is in trouble. */
export async function showEvents(connected: Connected, argument: unknown): Promise<void> {
  const { cluster, events } = connected;
  const id = allocationTarget(argument) ?? (await chosen(connected, jobTarget(cluster.store, argument)));
  if (id === undefined) return;
  const namespace = cluster.store.allocations.get(id)?.namespace;
  await withQuietProgress('Reading the events', async (signal) => {
    const { value } = await cluster.client.allocations.read(id, {
      signal,
      ...(namespace === undefined ? {} : { namespace }),
    });
    const options = { cluster: cluster.label, nowMs: Date.now(), moment: (ms: number) => exactTime(ms) };
    await events.show(cluster.label, id, printable(value.Name ?? id), eventsText(value, options));
  });
}

async function chosen(connected: Connected, named: JobKey | undefined): Promise<string | undefined> {
  const { cluster } = connected;
  const key = named ?? (await pickJob(connected, 'Show the events of a job'));
  if (key === undefined) return undefined;
  await withQuietProgress('Reading the allocations', (signal) => cluster.loadJob(key, signal));
  const job = cluster.store.jobs.get(key);
  const culprit = job === undefined ? undefined : culpritOfJob(cluster.store, job);
  if (culprit !== undefined) return culprit.id;
  const all = cluster.store.allocationsOf(key);
  if (all.length === 0) throw new NothingToDo(`No allocation of ${printable(job?.id ?? key)} is there.`);
  return all.length === 1 ? all[0]?.id : pickAllocation(connected, key);
}
