import { printable } from '../../base/plain.ts';
import { eventsText } from '../../wording/eventsText.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import { exactTime } from '../../tree/times.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { readAllocation } from '../../operations/allocations.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { findAllocation } from './findAllocation.ts';

export const entry = {
  doing: 'show the events',
  effect: 'read',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Show events',
  menus: {
    'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b/', group: '2_job@0' }],
  },
};

type Used = Uses<'cluster' | 'ask'>;

/** Shows what happened to the tasks of an allocation; for a job, of the one that says why it is in trouble. */
export async function showEvents(given: Used & Uses<'events'>, argument: unknown): Promise<void> {
  const { cluster, events } = given;
  const found = await findAllocation(given, argument, 'Show the events of a job');
  if (found === undefined) return;
  const { id, place } = found;
  await withQuietProgress('Reading the events', async (signal) => {
    const value = await readAllocation(cluster.client, id, place, signal);
    const options = { cluster: cluster.label, nowMs: Date.now(), moment: (ms: number) => exactTime(ms) };
    await events.show(cluster.id, id, printable(value.Name ?? id), eventsText(value, options));
  });
}
