import type { Deployment, DeploymentState } from '../../nomad/types/deployment.ts';
import type { JobStatusDeployment } from '../../nomad/types/job.ts';
import { jobKey, parseJobKey } from './keys.ts';
import type { DeploymentGroupRecord, DeploymentRecord, JobRecord } from './records.ts';
import { filled } from '../../base/filled.ts';
import { clean, countIn, entriesIn, flagIn, millisecondsOf, present, textIn, textsIn, timeOf } from './wire.ts';

const activeStatuses: ReadonlySet<string> = new Set([
  'running',
  'paused',
  'blocked',
  'unblocking',
  'initializing',
  'pending',
]);

/** A deployment, from a list, read alone or from an event. */
export function deploymentRecord(deployment: Deployment): DeploymentRecord {
  const key = jobKey(filled(deployment.Namespace), textIn(deployment.JobID));
  const groups = entriesIn(deployment.TaskGroups).map(([name, state]) => groupRecord(name, state));
  const waiting = groups.filter((group) => group.desiredCanaries > 0 && !group.promoted);
  const needsPromotion = deployment.Status === 'running' && waiting.length > 0;
  return {
    id: textIn(deployment.ID),
    jobKey: key,
    namespace: parseJobKey(key).namespace,
    jobId: textIn(deployment.JobID),
    jobVersion: countIn(deployment.JobVersion),
    status: textIn(deployment.Status),
    statusDescription: clean(deployment.StatusDescription ?? ''),
    groups,
    createIndex: countIn(deployment.CreateIndex),
    modifyIndex: countIn(deployment.ModifyIndex),
    active: activeStatuses.has(deployment.Status),
    needsPromotion,
    promotable: needsPromotion && waiting.every(hasHealthyCanaries),
    ...present({
      // The index of the job's specification; the other one also moves when the job's status does.
      jobModifyIndex: deployment.JobSpecModifyIndex ?? deployment.JobModifyIndex,
      createTimeMs: millisecondsOf(deployment.CreateTime),
      modifyTimeMs: millisecondsOf(deployment.ModifyTime),
    }),
  };
}

/** The summary of a job's latest deployment that comes with the job. */
export function deploymentFromSummary(summary: JobStatusDeployment, job: JobRecord): DeploymentRecord {
  return {
    id: textIn(summary.ID),
    jobKey: job.key,
    namespace: job.namespace,
    jobId: job.id,
    jobVersion: countIn(summary.JobVersion),
    status: textIn(summary.Status),
    statusDescription: clean(summary.StatusDescription),
    groups: [],
    createIndex: 0,
    modifyIndex: 0,
    active: flagIn(summary.IsActive),
    needsPromotion: flagIn(summary.RequiresPromotion),
    promotable: false,
  };
}

function groupRecord(name: string, state: DeploymentState): DeploymentGroupRecord {
  return {
    name,
    autoRevert: flagIn(state.AutoRevert),
    autoPromote: flagIn(state.AutoPromote),
    promoted: flagIn(state.Promoted),
    placedCanaries: textsIn(state.PlacedCanaries),
    desiredCanaries: countIn(state.DesiredCanaries),
    desiredTotal: countIn(state.DesiredTotal),
    placed: countIn(state.PlacedAllocs),
    healthy: countIn(state.HealthyAllocs),
    unhealthy: countIn(state.UnhealthyAllocs),
    ...present({ requireProgressByMs: timeOf(state.RequireProgressBy) }),
  };
}

/** Until a group is promoted, what its deployment placed are canaries, so the healthy ones are too. */
function hasHealthyCanaries(group: DeploymentGroupRecord): boolean {
  const wanted = Math.max(group.desiredCanaries, group.placedCanaries.length);
  return group.placedCanaries.length >= group.desiredCanaries && group.healthy >= wanted;
}
