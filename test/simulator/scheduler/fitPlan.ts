import type { AllocationMetric } from '../../../src/nomad/types/evaluation.ts';
import type { Job, TaskGroup } from '../../../src/nomad/types/job.ts';
import type { Random } from '../state/random.ts';
import type { Store } from '../state/store.ts';
import { type Placed, Placer } from './placer.ts';
import type { Placement, Plan } from './plan.ts';

/** A placement that found its node. */
export interface Fitted {
  readonly placement: Placement;
  readonly group: TaskGroup;
  readonly placed: Placed;
}

export interface FitResult {
  readonly fitted: readonly Fitted[];
  /** By group, for those that did not fit. */
  readonly failed: Record<string, AllocationMetric>;
}

/** Looks for a node for every placement of a plan. */
export function fitPlan(store: Store, random: Random, job: Job | undefined, plan: Plan): FitResult {
  const fitted: Fitted[] = [];
  const failed: Record<string, AllocationMetric> = {};
  if (job === undefined) return { fitted, failed };
  const placer = new Placer(store, random, job);
  for (const { allocation } of plan.groups.flatMap((group) => group.stop)) placer.release(allocation);
  for (const groupPlan of plan.groups) {
    const group = job.TaskGroups?.find(({ Name }) => Name === groupPlan.name);
    if (group === undefined) continue;
    for (const placement of groupPlan.place) {
      const { previous } = placement;
      if (previous !== undefined && placement.stopDescription !== undefined) placer.release(previous);
      const placed = placer.place(group, placement.node);
      if ('node' in placed) fitted.push({ placement, group, placed });
      else addFailure(failed, groupPlan.name, placed.failed);
    }
  }
  return { fitted, failed };
}

function addFailure(failed: Record<string, AllocationMetric>, group: string, metric: AllocationMetric): void {
  const first = failed[group];
  if (first === undefined) failed[group] = metric;
  else first.CoalescedFailures = (first.CoalescedFailures ?? 0) + 1;
}
