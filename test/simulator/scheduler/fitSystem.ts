import type { AllocationMetric } from '../../../src/nomad/types/evaluation.ts';
import type { Job, TaskGroup } from '../../../src/nomad/types/job.ts';
import type { NomadVersion } from '../job/versions.ts';
import type { Fitted } from './fitPlan.ts';
import type { Placer } from './placer.ts';
import type { GroupPlan } from './plan.ts';

export interface SystemFit {
  readonly fitted: Fitted[];
  /** Why nothing of the group, or not all of it, could be placed. */
  readonly failed?: AllocationMetric;
  /** How many placements wait for room. */
  readonly queued: number;
}

/**
 * Places a group of a system or sysbatch job, and counts as Nomad does: with every eligible node among the placements,
 * those included that the job does not fit. Each that it does not fit is taken from what is to be placed, on older agents
 * even where it never was counted; newer ones then count for system jobs all nodes that run the group or will.
 * Allocations that are replaced are stopped even where nothing comes in their place.
 */
export function fitSystemGroup(
  placer: Placer,
  nomad: NomadVersion,
  job: Job,
  group: TaskGroup,
  plan: GroupPlan,
): SystemFit {
  const isOld = nomad === '1.6';
  const { updates } = plan;
  const countsNodes = !isOld && job.Type === 'system';
  const isThere = !isOld && updates.Ignore + updates.InPlaceUpdate > 0;
  const candidates = updates.Place + updates.InPlaceUpdate + updates.Ignore + updates.DestructiveUpdate;
  const fitted: Fitted[] = [];
  let [queued, infeasible] = [plan.place.length, 0];
  let filtered: AllocationMetric | undefined;
  let failed: AllocationMetric | undefined;
  for (const placement of plan.place) {
    const { previous, stopDescription } = placement;
    if (previous !== undefined && stopDescription !== undefined) placer.release(previous);
    const placed = placer.place(group, placement.node);
    if ('node' in placed) {
      fitted.push({ placement, group, placed });
      continue;
    }
    infeasible += 1;
    if (previous !== undefined && stopDescription !== undefined)
      plan.stop.push({ allocation: previous, description: stopDescription });
    if ((placed.failed.NodesFiltered ?? 0) === 0) {
      failed = failed === undefined ? placed.failed : coalesced(failed, placed.failed);
      continue;
    }
    queued -= 1;
    filtered = merged(filtered, placed.failed);
    if (queued <= 0 && !isThere) failed = filtered;
    if (!countsNodes) updates.Place -= 1;
  }
  if (countsNodes && candidates > 0) updates.Place = candidates - infeasible;
  return { fitted, queued: Math.max(0, queued - fitted.length), ...(failed === undefined ? {} : { failed }) };
}

type Counts = Record<string, number> | null | undefined;

function sum(left: Counts, right: Counts): Record<string, number> | null {
  if (!left && !right) return null;
  const all: Record<string, number> = { ...left };
  for (const [key, value] of Object.entries(right ?? {})) all[key] = (all[key] ?? 0) + value;
  return all;
}

/** Nodes that are filtered out are told without what is known of the cluster. */
function merged(sofar: AllocationMetric | undefined, more: AllocationMetric): AllocationMetric {
  const bare = { ...more, NodesAvailable: null, NodesInPool: 0, NodePool: '' };
  if (sofar === undefined) return bare;
  return {
    ...bare,
    NodesEvaluated: (sofar.NodesEvaluated ?? 0) + (more.NodesEvaluated ?? 0),
    NodesFiltered: (sofar.NodesFiltered ?? 0) + (more.NodesFiltered ?? 0),
    ClassFiltered: sum(sofar.ClassFiltered, more.ClassFiltered),
    ConstraintFiltered: sum(sofar.ConstraintFiltered, more.ConstraintFiltered),
  };
}

/** The first failure stands for all, with what all of them asked for. */
function coalesced(first: AllocationMetric, more: AllocationMetric): AllocationMetric {
  const asked = Object.entries(first.ResourcesExhausted ?? {}).map(([task, resources]) => {
    const other = more.ResourcesExhausted?.[task];
    const total = {
      CPU: (resources.CPU ?? 0) + (other?.CPU ?? 0),
      MemoryMB: (resources.MemoryMB ?? 0) + (other?.MemoryMB ?? 0),
    };
    return [task, { ...resources, ...total }] as const;
  });
  return {
    ...first,
    CoalescedFailures: (first.CoalescedFailures ?? 0) + 1,
    ResourcesExhausted: asked.length === 0 ? (first.ResourcesExhausted ?? null) : Object.fromEntries(asked),
  };
}
