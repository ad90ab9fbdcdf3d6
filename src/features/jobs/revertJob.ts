import * as vscode from 'vscode';
import { NothingToDo, UserError } from '../../base/userError.ts';
import type { OpenPlan } from '../../editor/plans/planDocuments.ts';
import { parseJobKey, placeOf, type JobKey } from '../../state/tables/keys.ts';
import { readSurroundings } from '../../operations/readSurroundings.ts';
import { describeVersions, type VersionSummary } from '../../wording/versions.ts';
import { elsewhereWords, isShown, placeWords, regionName, type Place } from '../../state/tables/place.ts';
import type { PlanView } from '../../wording/plan/planText.ts';
import type { Job } from '../../nomad/types/job.ts';
import { withProgress, withQuietProgress } from '../../platform/signals.ts';
import { shownOf } from '../../state/clusters/places.ts';
import { pickJob } from '../../commands/pickers.ts';
import { followWithProgress } from '../../commands/rollouts.ts';
import { jobTarget, regionTarget } from '../../commands/targets.ts';
import type { Connected } from '../../commands/workbench.ts';

/**
 * Shows what going back to a version would change, as a document whose lens goes on with it: on a job, after the person
 * picked a version; on such a document, reverts after a question.
 */
export async function revertJob(connected: Connected, argument: unknown): Promise<void> {
  if (argument instanceof vscode.Uri) {
    await revertAsShown(connected, argument);
    return;
  }
  const { cluster } = connected;
  const fit = { word: 'revertable', none: 'No job has an earlier version' } as const;
  const key = jobTarget(cluster.store, argument) ?? (await pickJob(connected, 'Revert a job', fit));
  if (key === undefined) return;
  const { id } = parseJobKey(key);
  const place = placeOf(key, regionTarget(argument));
  const { value } = await withProgress(`Reading the versions of ${id}`, (signal) =>
    cluster.client.jobs.versions(id, { ...place, signal }),
  );
  const [current] = value.Versions;
  if (current === undefined || value.Versions.length < 2) {
    throw new NothingToDo(`${id} has only version ${String(current?.Version ?? 0)}: there is no other to revert to.`);
  }
  const wanted = versionTarget(argument);
  const version = wanted ?? (await pickVersion(connected, id, describeVersions(value.Versions, Date.now())));
  if (version === undefined) return;
  const target = value.Versions.find((one) => one.Version === version);
  if (target === undefined) throw new UserError(`${id} has no version ${String(version)} any more.`);
  if (version === current.Version) throw new NothingToDo(`${id} is at version ${String(version)} already.`);
  await preview(connected, key, { current, target }, place);
}

/** The version that a lens asks for. */
function versionTarget(argument: unknown): number | undefined {
  if (typeof argument !== 'object' || argument === null || !('version' in argument)) return undefined;
  return typeof argument.version === 'number' ? argument.version : undefined;
}

async function pickVersion(
  connected: Connected,
  id: string,
  versions: readonly VersionSummary[],
): Promise<number | undefined> {
  const choices = versions
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
  const now = versions.find((version) => version.current)?.version ?? 0;
  return connected.ask.pick(`Revert ${id} on ${connected.cluster.label}`, choices, `Now v${String(now)}. Revert to`);
}

/** Plans the old version as if it were submitted now, and shows what that would do. */
async function preview(
  connected: Connected,
  key: JobKey,
  versions: { current: Job; target: Job },
  place: Place,
): Promise<void> {
  const { cluster } = connected;
  const { namespace, id } = parseJobKey(key);
  const { current, target } = versions;
  const job: Job = { ...target, Stop: false };
  const [{ value: plan }, around] = await withProgress(`Planning ${id} v${String(target.Version)}`, (signal) =>
    Promise.all([
      cluster.client.jobs.plan(job, { diff: true, ...place, signal }),
      readSurroundings(cluster, job, place, signal),
    ]),
  );
  const shown = await shownOf(cluster);
  const running = cluster.store.allocationsOf(key).filter((one) => one.clientStatus === 'running').length;
  const view: PlanView = {
    ...{ jobId: id, namespace, cluster: cluster.label, plan, job, revertTo: target.Version, atMs: Date.now(), around },
    region: regionName(place, shown),
    elsewhere: elsewhereWords(place, shown),
    // The store has only what is shown.
    running: isShown(place, shown) ? running : undefined,
  };
  await connected.plans.show({ view, place, revertFrom: current.Version });
}

/** Reverts to the version whose preview is shown at `uri`. */
async function revertAsShown(connected: Connected, uri: vscode.Uri): Promise<void> {
  const shown = connected.plans.get(uri);
  const version = shown?.view.revertTo;
  if (shown === undefined || version === undefined) throw new UserError('its preview is not open any more.');
  if (shown.view.outdated !== undefined) throw new UserError('its preview is outdated. Preview the version again.');
  const { id } = parseJobKey(shown.key);
  if (!(await confirmed(connected, shown, version))) return;
  const held = connected.plans.hold(uri);
  try {
    const { value } = await withQuietProgress(`Reverting ${id} to v${String(version)}`, () =>
      connected.cluster.client.jobs.revert(id, version, { ...shown.place, enforcePriorVersion: shown.revertFrom }),
    );
    connected.plans.endAt(uri, { kind: 'done', index: value.JobModifyIndex, atMs: Date.now() });
    followWithProgress(connected, { jobKey: shown.key, region: shown.place.region, evalId: value.EvalID });
  } finally {
    held.dispose();
  }
}

async function confirmed(connected: Connected, shown: OpenPlan, version: number): Promise<boolean> {
  const { id } = parseJobKey(shown.key);
  const place = placeWords(shown.place, await shownOf(connected.cluster));
  const answer = await connected.ask.confirm({
    question: `Revert ${id} to v${String(version)} on ${connected.cluster.label}?`,
    detail: `${place} ${shown.summary} Checked against version ${String(shown.revertFrom)}.`,
    button: 'Revert',
    grave: !shown.placeable,
  });
  return answer === 'button';
}
