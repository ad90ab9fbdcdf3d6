import { createHash } from 'node:crypto';
import type { Job, TaskGroup } from '../../../src/nomad/types/job.ts';
import { numberOf, recordOf, textOr } from '../scheduler/resources.ts';
import { namespaceOf } from '../state/records.ts';
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
    block: version.TaskGroups?.find(({ Name }) => Name === group.Name)?.Scaling ?? null,
  }));
  const gone = blocks.findIndex(({ block }) => block === null);
  const run = gone === -1 ? blocks : blocks.slice(0, gone);
  const now = JSON.stringify(group.Scaling);
  const other = run.findIndex(({ block }) => JSON.stringify(block) !== now);
  const same = other === -1 ? run : run.slice(0, other);
  return { CreateIndex: run.at(-1)?.index ?? 0, ModifyIndex: same.at(-1)?.index ?? 0 };
}

function policyOf(job: Job, group: TaskGroup, indexes: { CreateIndex: number; ModifyIndex: number }) {
  const block = recordOf(group.Scaling);
  const Namespace = namespaceOf(job);
  return {
    ID: idOf([Namespace, job.ID, group.Name, String(indexes.CreateIndex)]),
    Type: textOr(block['Type'] as string | undefined, 'horizontal'),
    Target: { Namespace, Job: job.ID, Group: group.Name },
    Policy: block['Policy'] ?? null,
    Min: numberOf(block['Min']),
    Max: numberOf(block['Max']),
    Enabled: block['Enabled'] !== false,
    ...indexes,
  };
}

/** The same policy always has the same id. */
function idOf(parts: readonly string[]): string {
  const hex = createHash('sha256').update(parts.join('\0')).digest('hex');
  const cuts = [0, 8, 12, 16, 20, 32];
  return cuts
    .slice(1)
    .map((end, at) => hex.slice(cuts[at], end))
    .join('-');
}
