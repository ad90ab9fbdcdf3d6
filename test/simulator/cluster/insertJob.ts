import type { Job, JobSubmission } from '../../../src/nomad/types/job.ts';
import { jobKey, namespaceOf } from '../state/records.ts';
import type { Transaction } from '../state/transaction.ts';
import { withPolicyIndexes } from './scalingPolicies.ts';

/**
 * Stores a job as a new version, and its source with it.
 *
 * @param sourceOf the version whose source is taken over when there is no `submission`; by default the present one
 */
export function insertJob(tx: Transaction, job: Job, submission: JobSubmission | undefined, sourceOf?: number): Job {
  const key = jobKey(namespaceOf(job), job.ID);
  const existing = tx.store.jobs.get(key);
  const stored = tx.putVersion({
    ...withPolicyIndexes(tx.store, job, existing, tx.index),
    Version: existing === undefined ? 0 : existing.Version + 1,
    Status: existing?.Status ?? 'pending',
    CreateIndex: existing?.CreateIndex ?? tx.index,
    JobModifyIndex: tx.index,
    SubmitTime: tx.nowNs,
    VersionTag: null,
  });
  const sources = tx.store.submissions.get(key) ?? [];
  const source = submission ?? sources.find(({ Version }) => Version === (sourceOf ?? existing?.Version));
  if (source !== undefined) {
    const record = { VariableFlags: null, Variables: '', ...source, Namespace: namespaceOf(job), JobID: job.ID };
    const kept = [{ ...record, Version: stored.Version, JobModifyIndex: tx.index }, ...sources];
    const versions = new Set(tx.store.versions.get(key)?.map(({ Version }) => Version));
    tx.store.submissions.set(
      key,
      kept.filter(({ Version }) => versions.has(Version)),
    );
  }
  return stored;
}
