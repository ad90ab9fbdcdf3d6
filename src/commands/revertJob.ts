import { parseJobKey, placeOf, type JobKey } from '../model/keys.ts';
import { describeVersions, type VersionSummary } from '../model/versions.ts';
import type { Place } from '../model/place.ts';
import type { Job } from '../nomad/types/job.ts';
import { withProgress, withQuietProgress } from '../platform/signals.ts';
import { pickJob } from './pickers.ts';
import { followWithProgress } from './rollouts.ts';
import { jobTarget, regionTarget } from './targets.ts';
import type { Connected } from './workbench.ts';

/** Reverts a job to a version that the person picks, after a look at what that changes. */
export async function revertJob(connected: Connected, argument: unknown): Promise<void> {
  const { cluster } = connected;
  const key =
    jobTarget(cluster.store, argument) ??
    (await pickJob(connected, 'Revert a job', { word: 'revertable', none: 'No job has an earlier version' }));
  if (key === undefined) return;
  const { id } = parseJobKey(key);
  const place = placeOf(key, regionTarget(argument));
  const { value } = await withProgress(`Reading the versions of ${id}`, (signal) =>
    cluster.client.jobs.versions(id, { ...place, diffs: true, signal }),
  );
  const versions = describeVersions(value.Versions, value.Diffs, Date.now());
  const [current] = value.Versions;
  if (current === undefined || versions.length < 2) throw new Error(`${id} has no other version to revert to.`);
  const version = await pickVersion(connected, id, versions);
  const target = value.Versions.find((one) => one.Version === version);
  if (version === undefined || target === undefined) return;
  const summary = await preview(connected, key, target, place);
  if (!(await confirmed(connected, key, { from: current.Version, to: version, summary }))) return;
  const answer = await withQuietProgress(`Reverting ${id} to v${String(version)}`, () =>
    cluster.client.jobs.revert(id, version, { ...place, enforcePriorVersion: current.Version }),
  );
  followWithProgress(connected, { jobKey: key, region: place.region, evalId: answer.value.EvalID });
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
async function preview(connected: Connected, key: JobKey, target: Job, place: Place): Promise<string> {
  const { cluster } = connected;
  const { namespace, id } = parseJobKey(key);
  const job: Job = { ...target, Stop: false };
  const { value: plan } = await withProgress(`Planning ${id} v${String(target.Version)}`, (signal) =>
    cluster.client.jobs.plan(job, { diff: true, ...place, signal }),
  );
  const running = cluster.store.allocationsOf(key).filter((one) => one.clientStatus === 'running').length;
  const view = { jobId: id, namespace, cluster: cluster.label, plan, job, atMs: Date.now(), running };
  return (await connected.plans.show({ view })).summary;
}

async function confirmed(
  connected: Connected,
  key: JobKey,
  change: { from: number; to: number; summary: string },
): Promise<boolean> {
  const { namespace, id } = parseJobKey(key);
  const answer = await connected.ask.confirm({
    question: `Revert ${id} to v${String(change.to)} on ${connected.cluster.label}?`,
    detail: `Namespace ${namespace}. ${change.summary} Checked against version ${String(change.from)}.`,
    button: 'Revert',
  });
  return answer === 'button';
}
