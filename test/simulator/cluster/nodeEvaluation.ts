import { type EvaluationRecord, keyOf } from '../state/records.ts';
import type { Random } from '../state/random.ts';
import type { Store } from '../state/store.ts';
import type { Transaction } from '../state/transaction.ts';

/** Stores one evaluation for each of the jobs, as something that happened to a node makes them; returns their ids. */
export function evaluateJobs(
  tx: Transaction,
  random: Random,
  keys: Iterable<string>,
  cause: { readonly nodeId: string; readonly triggeredBy: string },
): string[] {
  const ids: string[] = [];
  for (const key of keys) {
    const job = tx.store.jobs.get(key);
    if (job === undefined) continue;
    const evaluation: EvaluationRecord = {
      ID: random.uuid(),
      Namespace: job.Namespace ?? 'default',
      Priority: job.Priority,
      Type: job.Type,
      TriggeredBy: cause.triggeredBy,
      JobID: job.ID,
      NodeID: cause.nodeId,
      Status: 'pending',
      CreateIndex: 0,
      ModifyIndex: 0,
    };
    ids.push(tx.putEvaluation(evaluation).ID);
  }
  return ids;
}

/** The jobs with live allocations on a node, and the system jobs. */
export function jobsOf(store: Store, nodeId: string): Set<string> {
  const keys = new Set<string>();
  for (const allocation of store.allocationsOn(nodeId)) {
    const ended = ['complete', 'failed', 'lost'].includes(allocation.ClientStatus);
    if (!(ended && (allocation.DesiredStatus !== 'run' || allocation.Job.Type === 'batch')))
      keys.add(keyOf(allocation));
  }
  for (const [key, job] of store.jobs) if (job.Type === 'system' && !job.Stop) keys.add(key);
  return keys;
}
