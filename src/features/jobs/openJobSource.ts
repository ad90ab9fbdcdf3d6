import type { CommandEntry, Uses } from '../../commands/command.ts';
import { pickJob } from '../../commands/pickers.ts';
import { jobTarget, regionTarget } from '../../commands/targets.ts';
import { currentVersion } from '../../operations/readSource.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import { parseJobKey, placeOf } from '../../state/tables/keys.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = {
  doing: 'open the source',
  effect: 'read',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Open source',
  icon: '$(go-to-file)',
  menus: { 'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /\\bjob\\b/', group: '2_job@1' }] },
};

/** Opens what a job was made from. */
export async function openJobSource(given: Uses<'cluster' | 'ask' | 'sources'>, argument: unknown): Promise<void> {
  const { cluster } = given;
  const { client, store } = cluster;
  const key = jobTarget(store, argument) ?? (await pickJob(given, 'Open the source of a job'));
  if (key === undefined) return;
  const { id } = parseJobKey(key);
  const place = placeOf(key, regionTarget(argument));
  await withQuietProgress(`Reading the source of ${id}`, async (signal) => {
    const version = await currentVersion(client, id, place, signal);
    await given.sources.show({ cluster, place, jobId: id, version }, signal);
  });
}
