import type { Job } from '../../../src/nomad/types/job.ts';
import { Refusal } from '../cluster/refusal.ts';
import { withPolicyIds } from '../cluster/scalingPolicies.ts';
import { annotate } from '../job/annotate.ts';
import { sameSpec } from '../job/change.ts';
import { diffJobs } from '../job/diff.ts';
import { warningText } from '../job/validate.ts';
import { desiredUpdates } from '../scheduler/scheduler.ts';
import { namespaceOf, wireTime } from '../state/records.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { jobOf } from './jobs.ts';

/** `POST /v1/job/:id/plan` */
export async function plan(exchange: Exchange, id: string): Promise<Answer> {
  const body = await exchange.body();
  const given = jobOf(exchange, body);
  if (!given.ID) throw new Refusal(400, 'Job must have a valid ID');
  if (given.ID !== id) throw new Refusal(400, 'Job ID does not match');
  const { cluster, store } = exchange;
  const { job: checked, warnings } = cluster.jobs.check(given);
  exchange.require('plan-job', namespaceOf(checked));
  const existing = store.job(namespaceOf(checked), checked.ID);
  const job = withPolicyIds(checked, existing, () => '');
  const proposed = propose(exchange, job, existing);
  // Also of a job that only its children run: as if it were one of them.
  const { plan: planned, failed } = cluster.scheduler.dryRun(proposed);
  const updates = desiredUpdates(planned);
  const withDiff = field(body, 'Diff') === true;
  const nextMs = cluster.children.nextLaunchMs(proposed);
  const JobModifyIndex = existing?.JobModifyIndex ?? 0;
  const answer = {
    Annotations: { DesiredTGUpdates: updates, PreemptedAllocs: null },
    FailedTGAllocs: Object.keys(failed).length === 0 ? null : failed,
    JobModifyIndex,
    CreatedEvals: null,
    Diff: withDiff ? annotate(diffJobs(existing ?? null, job, true, store.nomad), updates, store.nomad) : null,
    NextPeriodicLaunch: nextMs === undefined ? null : wireTime(nextMs),
    Warnings: warningText([...warnings]),
    Index: JobModifyIndex,
  };
  return { body: answer, index: JobModifyIndex, write: true };
}

/** The job as it would be stored. */
function propose(exchange: Exchange, job: Job, existing: Job | undefined): Job {
  if (existing === undefined) {
    const index = exchange.store.index + 1;
    return { ...job, Version: 0, CreateIndex: index, JobModifyIndex: index };
  }
  if (sameSpec(existing, job) && existing.Stop === job.Stop) return existing;
  return {
    ...job,
    Version: existing.Version + 1,
    CreateIndex: existing.CreateIndex,
    JobModifyIndex: exchange.store.index + 1,
  };
}
