import type { Job, TaskGroup } from '../../../src/nomad/types/job.ts';
import { numberOf, recordOf, textOr } from '../scheduler/resources.ts';
import { jobKey, namespaceOf } from '../state/records.ts';
import type { Store } from '../state/store.ts';

export interface ScalingPolicyRecord {
  readonly ID: string;
  readonly Type: string;
  readonly Target: { readonly Namespace: string; readonly Job: string; readonly Group: string };
  readonly Policy: unknown;
  readonly Min: number;
  readonly Max: number;
  readonly Enabled: boolean;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
}

/** The policies of the `scaling` blocks of all jobs that are not stopped. They change when their block does. */
export function scalingPolicies(store: Store): ScalingPolicyRecord[] {
  const found: ScalingPolicyRecord[] = [];
  for (const [key, job] of store.jobs) {
    if (job.Stop) continue;
    for (const group of job.TaskGroups ?? []) {
      if (!group.Scaling) continue;
      found.push(policyOf(job, group, indexesOf(store.versions.get(key) ?? [], group)));
    }
  }
  return found.sort((a, b) => (a.ID < b.ID ? -1 : 1));
}

/** Since when there is a block, and since when it is as it is. Versions come newest first. */
function indexesOf(versions: readonly Job[], group: TaskGroup) {
  const blocks = versions.map((version) => ({
    index: version.JobModifyIndex,
    text: textOf(scalingOf(version, group.Name)),
  }));
  const gone = blocks.findIndex(({ text }) => text === undefined);
  const run = gone === -1 ? blocks : blocks.slice(0, gone);
  const now = textOf(group.Scaling ?? null);
  const other = run.findIndex(({ text }) => text !== now);
  const same = other === -1 ? run : run.slice(0, other);
  return { CreateIndex: run.at(-1)?.index ?? 0, ModifyIndex: same.at(-1)?.index ?? 0 };
}

function scalingOf(job: Job | undefined, group: string): unknown {
  return job?.TaskGroups?.find(({ Name }) => Name === group)?.Scaling ?? null;
}

/** What a block says, without what the server keeps with it. */
function textOf(block: unknown): string | undefined {
  return block === null ? undefined : JSON.stringify({ ...recordOf(block), ID: '', CreateIndex: 0, ModifyIndex: 0 });
}

function policyOf(job: Job, group: TaskGroup, indexes: { CreateIndex: number; ModifyIndex: number }) {
  const block = recordOf(group.Scaling);
  return {
    ID: String(block['ID']),
    Type: textOr(block['Type'] as string | undefined, 'horizontal'),
    Target: { Namespace: namespaceOf(job), Job: job.ID, Group: group.Name },
    Policy: block['Policy'] ?? null,
    Min: numberOf(block['Min']),
    Max: numberOf(block['Max']),
    Enabled: block['Enabled'] !== false,
    ...indexes,
  };
}

function withScaling(job: Job, change: (group: TaskGroup) => Record<string, unknown>): Job {
  const groups = job.TaskGroups ?? [];
  if (!groups.some(({ Scaling }) => Scaling)) return job;
  const TaskGroups = groups.map((group) =>
    group.Scaling ? { ...group, Scaling: { ...recordOf(group.Scaling), ...change(group) } } : group,
  );
  return { ...job, TaskGroups };
}

/** A job that is asked for, with the ids that its policies have already, and new ones for those that are new. */
export function withPolicyIds(job: Job, existing: Job | undefined, newId: () => string): Job {
  return withScaling(job, ({ Name }) => {
    const known = recordOf(scalingOf(existing, Name))['ID'];
    return { ID: typeof known === 'string' ? known : newId() };
  });
}

/**
 * A job as it is stored at an index: a policy that is new, or another, is the block of the job itself, so that the block
 * gets its indexes. One that is as before stays the block of an older version.
 */
export function withPolicyIndexes(store: Store, job: Job, existing: Job | undefined, index: number): Job {
  const key = jobKey(namespaceOf(job), job.ID);
  const isKept = existing !== undefined && !existing.Stop;
  return withScaling(job, (group) => {
    const known = isKept ? scalingOf(existing, group.Name) : null;
    if (known === null) return { CreateIndex: index, ModifyIndex: index };
    if (textOf(known) === textOf(group.Scaling)) return {};
    const { CreateIndex } = indexesOf(store.versions.get(key) ?? [], group);
    return { CreateIndex, ModifyIndex: index };
  });
}
