import type { DeploymentRecord } from './records.ts';
import type { Store } from './store.ts';

/** How a deployment's canaries stand. */
export interface CanaryCounts {
  readonly wanted: number;
  readonly healthy: number;
  readonly unhealthy: number;
  /** Whether Nomad promotes by itself when they are healthy. */
  readonly automatic: boolean;
}

/**
 * The canaries that wait for promotion. While only the summary of a deployment is known, the allocations that came with
 * its job are counted.
 */
export function canariesOf(store: Store, deployment: DeploymentRecord): CanaryCounts {
  if (deployment.groups.length > 0) return canariesOfGroups(deployment);
  const canaries = store
    .allocationsOf(deployment.jobKey)
    .filter((one) => one.canary && one.jobVersion === deployment.jobVersion);
  return {
    wanted: canaries.length,
    healthy: canaries.filter((one) => one.healthy === true).length,
    unhealthy: canaries.filter((one) => one.healthy === false).length,
    automatic: deployment.statusDescription.includes('automatic promotion'),
  };
}

/** The canaries that wait for promotion, as the deployment itself counts them. */
export function canariesOfGroups(deployment: DeploymentRecord): CanaryCounts {
  const waiting = deployment.groups.filter((group) => group.desiredCanaries > 0 && !group.promoted);
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
  const wanted = waiting.map((group) => Math.max(group.desiredCanaries, group.placedCanaries.length));
  return {
    wanted: sum(wanted),
    // What a deployment placed before may be healthy too, but a group can't have more healthy canaries than canaries.
    healthy: sum(waiting.map((group, at) => Math.min(group.healthy, wanted[at] ?? 0))),
    unhealthy: sum(waiting.map((group) => group.unhealthy)),
    automatic: waiting.length > 0 && waiting.every((group) => group.autoPromote),
  };
}
