import type { Deployment, DeploymentState } from '../../../src/nomad/types/deployment.ts';
import { type AllocationRecord, wireTime } from './records.ts';

/** How a deployment's numbers follow its allocations. */

function withGroup(deployment: Deployment, group: string, change: Partial<DeploymentState>): Deployment {
  const state = deployment.TaskGroups?.[group];
  if (state === undefined) return deployment;
  return { ...deployment, TaskGroups: { ...deployment.TaskGroups, [group]: { ...state, ...change } } };
}

/** After a new allocation of the deployment, or one that was taken over in place. */
export function countPlacement(deployment: Deployment, allocation: AllocationRecord, nowMs: number): Deployment {
  const state = deployment.TaskGroups?.[allocation.TaskGroup];
  if (state === undefined) return deployment;
  const change: Partial<DeploymentState> = { PlacedAllocs: state.PlacedAllocs + 1 };
  if (allocation.DeploymentStatus?.Canary === true) {
    change.PlacedCanaries = [...(state.PlacedCanaries ?? []), allocation.ID];
  }
  if (!state.RequireProgressBy && state.ProgressDeadline) change.RequireProgressBy = deadline(state, nowMs);
  return withGroup(deployment, allocation.TaskGroup, change);
}

/** After an allocation's health was decided, or was lost with an update in place. */
export function countHealth(
  deployment: Deployment,
  before: AllocationRecord | undefined,
  after: AllocationRecord,
  nowMs: number,
): Deployment {
  const state = deployment.TaskGroups?.[after.TaskGroup];
  if (state === undefined) return deployment;
  const old = before?.DeploymentID === after.DeploymentID ? before.DeploymentStatus?.Healthy : undefined;
  const now = after.DeploymentStatus?.Healthy;
  if (old === now || ((old ?? null) === null && (now ?? null) === null)) return deployment;
  const healthy = Number(now === true) - Number(old === true);
  const unhealthy = Number(now === false) - Number(old === false);
  return withGroup(deployment, after.TaskGroup, {
    HealthyAllocs: state.HealthyAllocs + healthy,
    UnhealthyAllocs: state.UnhealthyAllocs + unhealthy,
    ...(healthy > 0 && state.ProgressDeadline ? { RequireProgressBy: deadline(state, nowMs) } : {}),
  });
}

function deadline(state: DeploymentState, nowMs: number): string {
  return wireTime(nowMs + (state.ProgressDeadline ?? 0) / 1e6);
}
