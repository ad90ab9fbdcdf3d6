import type { AllocationMetric } from '../../../src/nomad/types/evaluation.ts';
import type { Job, TaskGroup } from '../../../src/nomad/types/job.ts';
import type { Random } from '../state/random.ts';
import type { Store } from '../state/store.ts';
import { fitSystemGroup } from './fitSystem.ts';
import { type Older, olderVersion } from './olderVersion.ts';
import { type Placed, Placer } from './placer.ts';
import type { Placement, Plan } from './plan.ts';

/** A placement that found its node. */
export interface Fitted {
  readonly placement: Placement;
  readonly group: TaskGroup;
  readonly placed: Placed;
  /** The version that it is of, where that is not the newest, and the deployment of that. */
  readonly older?: Older;
}

export interface FitResult {
  readonly fitted: readonly Fitted[];
  /** By group, for those that did not fit. */
  readonly failed: Record<string, AllocationMetric>;
  /** By group, how many wait for a place. */
  readonly queued: Record<string, number>;
}

/** Looks for a node for every placement of a plan. */
export function fitPlan(store: Store, random: Random, job: Job | undefined, plan: Plan): FitResult {
  const fitted: Fitted[] = [];
  const failed: Record<string, AllocationMetric> = {};
  const queued: Record<string, number> = {};
  for (const { name } of plan.groups) queued[name] = 0;
  if (job === undefined) return { fitted, failed, queued };
  const placer = new Placer(store, random, job);
  for (const { allocation } of plan.groups.flatMap((group) => group.stop)) placer.release(allocation);
  for (const groupPlan of plan.groups) {
    const group = job.TaskGroups?.find(({ Name }) => Name === groupPlan.name);
    if (group === undefined) continue;
    if (job.Type === 'system' || job.Type === 'sysbatch') {
      const fit = fitSystemGroup(placer, store.nomad, job, group, groupPlan);
      fitted.push(...fit.fitted);
      queued[groupPlan.name] = fit.queued;
      if (fit.failed !== undefined) failed[groupPlan.name] = fit.failed;
      continue;
    }
    for (const placement of groupPlan.place) {
      const { previous } = placement;
      if (previous !== undefined && placement.stopDescription !== undefined) placer.release(previous);
      const older = olderFor(store, job, groupPlan.name, placement);
      const asked = older?.group ?? group;
      const placed = placer.place(asked, placement.node);
      if ('node' in placed) fitted.push({ placement, group: asked, placed, ...(older === undefined ? {} : { older }) });
      else {
        addFailure(failed, groupPlan.name, placed.failed);
        queued[groupPlan.name] = (queued[groupPlan.name] ?? 0) + 1;
      }
    }
  }
  return { fitted, failed, queued };
}

function olderFor(store: Store, job: Job, group: string, { olderSince }: Placement): Older | undefined {
  return olderSince === undefined ? undefined : olderVersion(store, job, group, olderSince);
}

function addFailure(failed: Record<string, AllocationMetric>, group: string, metric: AllocationMetric): void {
  const first = failed[group];
  if (first === undefined) failed[group] = metric;
  else first.CoalescedFailures = (first.CoalescedFailures ?? 0) + 1;
}
