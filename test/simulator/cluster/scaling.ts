import type { Job } from '../../../src/nomad/types/job.ts';
import { numberOf, recordOf } from '../scheduler/resources.ts';
import { type ScalingEvent, isActiveDeployment, jobKey } from '../state/records.ts';
import type { Store } from '../state/store.ts';
import type { JobVerbs, JobWrite } from './jobs.ts';
import { Refusal } from './refusal.ts';

export interface Scaling {
  readonly group: string;
  readonly count: number | null;
  readonly message: string;
  readonly error: boolean;
  readonly meta: unknown;
  /** The job's `JobModifyIndex` that it must have; 0 for any. */
  readonly enforceIndex: number;
}

/** Changes the count of one group and keeps a record of it. */
export function scale(
  { store, jobs, isOld }: { readonly store: Store; readonly jobs: JobVerbs; readonly isOld: boolean },
  namespace: string,
  id: string,
  scaling: Scaling,
): JobWrite {
  const job = store.job(namespace, id);
  if (scaling.group === '') throw new Refusal(400, 'missing task group name for scaling action');
  if (scaling.error && scaling.count !== null) {
    throw new Refusal(400, 'scaling action should not contain count if error is true');
  }
  if (scaling.count !== null && scaling.count < 0) throw new Refusal(400, "scaling action count can't be negative");
  if (job === undefined) throw new Refusal(404, `job "${id}" not found`);
  if (isOld && job.Type === 'system') throw new Refusal(400, 'cannot scale jobs of type "system"');
  const group = job.TaskGroups?.find(({ Name }) => Name === scaling.group);
  if (group === undefined) {
    throw new Refusal(400, `task group "${scaling.group}" specified for scaling does not exist in job`);
  }
  const key = jobKey(namespace, id);
  let written: JobWrite | undefined;
  if (scaling.count !== null) {
    checkCount(store, key, job, recordOf(group.Scaling), scaling.count);
    const { enforceIndex } = scaling;
    if (!isOld && enforceIndex > 0 && enforceIndex !== job.JobModifyIndex) {
      const conflict = `job exists with conflicting job modify index: ${String(job.JobModifyIndex)}`;
      throw new Refusal(500, `Enforcing job modify index ${String(enforceIndex)}: ${conflict}`);
    }
    const { count } = scaling;
    const groups = job.TaskGroups?.map((item) => (item.Name === scaling.group ? { ...item, Count: count } : item));
    written = jobs.insert({ ...job, TaskGroups: groups ?? null }, undefined, 'job-scaling', { sourceOf: job.Version });
  }
  const Index = keepEvent(store, key, scaling, { previous: group.Count, evalId: written?.EvalID ?? null });
  const none = { EvalID: '', EvalCreateIndex: 0, JobModifyIndex: job.JobModifyIndex, Warnings: '' };
  return { ...(written ?? none), Index };
}

function keepEvent(
  store: Store,
  key: string,
  scaling: Scaling,
  { previous, evalId }: { readonly previous: number; readonly evalId: string | null },
): number {
  return store.apply('ScalingEvent', (tx) => {
    const event: ScalingEvent = {
      Time: tx.nowNs,
      Count: scaling.count,
      PreviousCount: previous,
      Message: scaling.message,
      Error: scaling.error,
      Meta: scaling.meta ?? null,
      EvalID: evalId,
      CreateIndex: tx.index,
    };
    const events = store.scaling.get(key) ?? new Map<string, ScalingEvent[]>();
    events.set(scaling.group, [event, ...(events.get(scaling.group) ?? [])].slice(0, 20));
    store.scaling.set(key, events);
    tx.touch('scaling_events');
  });
}

function checkCount(store: Store, key: string, job: Job, policy: Record<string, unknown>, count: number): void {
  if (job.Type === 'system' && count > 1) {
    throw new Refusal(400, 'jobs of type "system" can only be scaled between 0 and 1');
  }
  const [min, max] = [numberOf(policy['Min']), numberOf(policy['Max'])];
  if (count < min) {
    throw new Refusal(400, `group count was less than scaling policy minimum: ${String(count)} < ${String(min)}`);
  }
  if (max > 0 && count > max) {
    throw new Refusal(400, `group count was greater than scaling policy maximum: ${String(count)} > ${String(max)}`);
  }
  const latest = store.latestDeployment(key);
  if (latest !== undefined && isActiveDeployment(latest) && !job.Stop) {
    throw new Refusal(400, 'job scaling blocked due to active deployment');
  }
}
