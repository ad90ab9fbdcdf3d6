import { printable } from '../../base/plain.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { readAllocation } from '../../operations/allocations.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { jobKey } from '../../state/tables/keys.ts';
import { findAllocation } from './findAllocation.ts';

export const entry = {
  doing: 'show the state and events',
  effect: 'read',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Show state and events',
  menus: {
    'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b/', group: '2_job@0' }],
  },
};

type Used = Uses<'cluster' | 'ask'>;

/** Shows how an allocation stands and what happened to its tasks; for a job, of the one that says why it is in trouble. */
export async function showEvents(given: Used & Uses<'events'>, argument: unknown): Promise<void> {
  const { cluster, events } = given;
  const found = await findAllocation(given, argument, 'Show the state and events of a job');
  if (found === undefined) return;
  const { id, place } = found;
  const open = events.open();
  const value = await withQuietProgress('Reading the allocation', (signal) =>
    readAllocation(cluster.client, id, place, signal),
  );
  const { Namespace: namespace, JobID: job = '', Name: name = id } = value;
  const of = { cluster: cluster.id, job: jobKey(namespace, job), region: place.region, allocation: id };
  await (await open).show({ ...of, name: printable(name) }, cluster, value);
}
