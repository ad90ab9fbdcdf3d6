import type { DrainProgress } from '../wording/nodeStatus.ts';
import type { NodeRecord } from '../state/tables/nodeRecords.ts';
import type { AllocationRecord } from '../state/tables/records.ts';
import type { Store } from '../state/tables/store.ts';
import { hasEnded } from '../state/tables/taskState.ts';
import { compareText } from '../base/compareText.ts';
import { newestFirst } from './arrange.ts';

/** What runs on a node, or is to, by name. */
export function aliveOn(store: Store, node: string): AllocationRecord[] {
  return [...store.allocations.values()].filter((one) => one.nodeId === node && !hasEnded(one)).sort(byFullName);
}

function byFullName(a: AllocationRecord, b: AllocationRecord): number {
  return compareText(a.name ?? a.jobId, b.name ?? b.jobId) || newestFirst(a, b);
}

/** How far the drain of a node is; nothing where it doesn't drain, or what is on it wasn't read. */
export function drainProgress(store: Store, node: NodeRecord): DrainProgress | undefined {
  if (!node.draining || node.allocated === undefined) return undefined;
  const since = node.drain?.startedAtMs;
  let [left, total] = [0, 0];
  for (const one of store.allocations.values()) {
    if (one.nodeId !== node.id) continue;
    // What a drain may leave where it is doesn't count; the job's type is known where the job is.
    if (node.drain?.ignoresSystemJobs === true && store.jobs.get(one.jobKey)?.type.startsWith('sys') === true) continue;
    if (!hasEnded(one)) left += 1;
    else if (since === undefined || (one.modifyTimeMs ?? 0) < since) continue;
    total += 1;
  }
  return { left, total };
}
