import type { Deployment, DeploymentState } from '../nomad/types/deployment.ts';
import type { JobStatusDeployment } from '../nomad/types/job.ts';
import { jobKey, parseJobKey } from './keys.ts';
import type { DeploymentGroupRecord, DeploymentRecord, JobRecord } from './records.ts';
import { clean, millisecondsOf, present, timeOf } from './wire.ts';

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
  const key = jobKey(deployment.Namespace, deployment.JobID);
  const groups = Object.entries(deployment.TaskGroups ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, state]) => groupRecord(name, state));
  const waiting = groups.filter((group) => group.desiredCanaries > 0 && !group.promoted);
  const needsPromotion = deployment.Status === 'running' && waiting.length > 0;
  return {
    id: deployment.ID,
    jobKey: key,
    namespace: parseJobKey(key).namespace,
    jobId: deployment.JobID,
    jobVersion: deployment.JobVersion,
    status: deployment.Status,
    statusDescription: clean(deployment.StatusDescription ?? ''),
    groups,
    createIndex: deployment.CreateIndex,
    modifyIndex: deployment.ModifyIndex,
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
    id: summary.ID,
    jobKey: job.key,
    namespace: job.namespace,
    jobId: job.id,
    jobVersion: summary.JobVersion,
    status: summary.Status,
    statusDescription: clean(summary.StatusDescription),
    groups: [],
    createIndex: 0,
    modifyIndex: 0,
    active: summary.IsActive,
    needsPromotion: summary.RequiresPromotion,
    promotable: false,
  };
}

function groupRecord(name: string, state: DeploymentState): DeploymentGroupRecord {
  return {
    name,
    autoRevert: state.AutoRevert ?? false,
    autoPromote: state.AutoPromote ?? false,
    promoted: state.Promoted,
    placedCanaries: state.PlacedCanaries ?? [],
    desiredCanaries: state.DesiredCanaries,
    desiredTotal: state.DesiredTotal,
    placed: state.PlacedAllocs,
    healthy: state.HealthyAllocs,
    unhealthy: state.UnhealthyAllocs,
    ...present({ requireProgressByMs: timeOf(state.RequireProgressBy) }),
  };
}

/** Until a group is promoted, what its deployment placed are canaries, so the healthy ones are too. */
function hasHealthyCanaries(group: DeploymentGroupRecord): boolean {
  const wanted = Math.max(group.desiredCanaries, group.placedCanaries.length);
  return group.placedCanaries.length >= group.desiredCanaries && group.healthy >= wanted;
}
