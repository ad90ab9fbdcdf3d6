import type { CommandEntry, Deed } from '../../commands/command.ts';
import type { JobspecServices } from '../../editor/jobspecs/services.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { shownOf } from '../../state/clusters/places.ts';
import { jobKey } from '../../state/tables/keys.ts';
import { regionName } from '../../state/tables/place.ts';
import { forwardPort, type Used as Forwarding } from './forwardPort.ts';

export const entry = {
  doing: 'forward the port',
  joint: 'from',
  effect: 'change',
  confirm: 'never',
  needs: 'cluster',
  about: 'jobspec',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Forward this port…',
  icon: '$(plug)',
  menus: { 'editor/context': [{ when: 'resourceLangId == nomad-job', group: '1_nomad@4' }] },
};

type Used = JobspecServices & Forwarding;

/** Leads a port of this machine to the one of the `port` or `service` block that the cursor is in, in an allocation that runs. */
export async function forwardJobspecPort(given: Used, argument: unknown): Promise<Deed | undefined> {
  const { portOfJobspec } = await import('../../editor/jobspecs/portOfJobspec.ts');
  const { id, place, group, port } = await portOfJobspec(given, given.cluster, argument);
  const region = regionName(place, await shownOf(given.cluster));
  return forwardPort(given, { job: jobKey(place.namespace, id), region, group, port });
}
