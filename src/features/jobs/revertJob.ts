import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import type { CommandEntry, Deed, Uses } from '../../commands/command.ts';
import { followWithProgress } from '../../commands/followWithProgress.ts';
import { pickJob } from '../../commands/pickers.ts';
import { jobTarget, regionTarget } from '../../commands/targets.ts';
import { planRevert, readVersions, revertJob as revert, versionOf, type Versions } from '../../operations/revertJob.ts';
import { withProgress } from '../../platform/signals.ts';
import { shownOf } from '../../state/clusters/places.ts';
import { parseJobKey, placeOf, type JobKey } from '../../state/tables/keys.ts';
import { elsewhereWords, isShown, regionName, type Place } from '../../state/tables/place.ts';
import type { PlanView } from '../../wording/plan/planText.ts';
import { describeVersions } from '../../wording/versions.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = {
  doing: 'revert the job',
  effect: 'change',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Revert job',
  icon: '$(discard)',
  menus: { 'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /\\brevertable\\b/', group: '2_job@2' }] },
};

type Used = Uses<'cluster' | 'ask' | 'report' | 'plans'>;

/**
 * Shows what going back to a version would change, as a document whose lens goes on with it: on a job, after the person
 * picked a version; on such a document, reverts after a question.
 */
export async function revertJob(given: Used, argument: unknown): Promise<Deed | undefined> {
  if (argument instanceof vscode.Uri) return revertAsShown(given, argument);
  const { client, store } = given.cluster;
  const fit = { word: 'revertable', none: 'No job has an earlier version' } as const;
  const key = jobTarget(store, argument) ?? (await pickJob(given, 'Revert a job', fit));
  if (key === undefined) return undefined;
  const { id } = parseJobKey(key);
  const place = placeOf(key, regionTarget(argument));
  const versions = await withProgress(`Reading the versions of ${id}`, (signal) =>
    readVersions(client, id, place, signal),
  );
  const version = versionTarget(argument) ?? (await pickVersion(given, id, versions));
  if (version !== undefined) await preview(given, key, { versions, version, place });
  return undefined;
}

/** The version that a lens asks for. */
function versionTarget(argument: unknown): number | undefined {
  if (typeof argument !== 'object' || argument === null || !('version' in argument)) return undefined;
  return typeof argument.version === 'number' ? argument.version : undefined;
}

async function pickVersion(
  { ask, cluster }: Uses<'ask' | 'cluster'>,
  id: string,
  { all, current }: Versions,
): Promise<number | undefined> {
  const choices = describeVersions(all, Date.now())
    .filter((version) => !version.current)
    .map((version) => {
      const marks = [version.when, version.stable ? 'stable' : '', version.stopped ? 'stopped' : '', version.tag ?? ''];
      return {
        label: `v${String(version.version)}`,
        description: marks.filter((mark) => mark !== '').join(' · '),
        detail: version.summary,
        value: version.version,
      };
    });
  return ask.pick(`Revert ${id} on ${cluster.label}`, choices, `Now v${String(current.Version)}. Revert to`);
}

interface Wanted {
  readonly versions: Versions;
  readonly version: number;
  readonly place: Place;
}

/** Plans the old version as if it were submitted now, and shows what that would do. */
async function preview({ cluster, plans }: Used, key: JobKey, { versions, version, place }: Wanted): Promise<void> {
  const { namespace, id } = parseJobKey(key);
  const target = versionOf(versions, version);
  const planned = await withProgress(`Planning ${id} v${String(version)}`, (signal) =>
    planRevert(cluster, target, place, signal),
  );
  const shown = await shownOf(cluster);
  const running = cluster.store.allocationsOf(key).filter((one) => one.clientStatus === 'running').length;
  const view: PlanView = {
    ...{ jobId: id, namespace, cluster: cluster.label, ...planned, revertTo: version, atMs: Date.now() },
    region: regionName(place, shown),
    elsewhere: elsewhereWords(place, shown),
    // The store has only what is shown.
    running: isShown(place, shown) ? running : undefined,
  };
  await plans.put({ view, place, revertFrom: versions.current.Version }, cluster);
}

/** Reverts to the version whose preview is shown at `uri`. */
function revertAsShown(given: Used, uri: vscode.Uri): Promise<Deed> {
  const { plans, cluster } = given;
  const shown = plans.get(uri);
  const version = shown?.view.revertTo;
  const from = shown?.revertFrom;
  if (shown === undefined || version === undefined || from === undefined) {
    throw new UserError('its preview is not open any more.');
  }
  if (shown.view.outdated !== undefined) throw new UserError('its preview is outdated. Preview the version again.');
  const { key, place } = shown;
  const { id } = parseJobKey(key);
  const to = `${id} to v${String(version)}`;
  const held = plans.hold(uri);
  return Promise.resolve({
    title: `Revert ${to}`,
    place,
    detail: `${shown.summary} Checked against version ${String(from)}.`,
    button: 'Revert',
    grave: !shown.placeable,
    progress: `Reverting ${to}`,
    act: async () => {
      const { index, evalId } = await revert(cluster.client, id, place, { from, to: version });
      plans.end(uri, { kind: 'done', index, atMs: Date.now() });
      return () => {
        followWithProgress(given, { jobKey: key, region: place.region, evalId });
      };
    },
    end: () => {
      held.dispose();
    },
  });
}
