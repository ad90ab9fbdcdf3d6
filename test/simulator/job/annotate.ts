import type { FieldDiff, JobDiff, TaskDiff, TaskGroupDiff } from '../../../src/nomad/types/job.ts';
import type { DesiredUpdates } from '../../../src/nomad/types/plan.ts';
import { type NomadVersion, rules } from './versions.ts';

const labels: readonly (readonly [keyof DesiredUpdates, string])[] = [
  ['Ignore', 'ignore'],
  ['Place', 'create'],
  ['Migrate', 'migrate'],
  ['Stop', 'destroy'],
  ['Canary', 'canary'],
  ['InPlaceUpdate', 'in-place update'],
  ['DestructiveUpdate', 'create/destroy update'],
];

/** The diff with what the change does to allocations: counts for each group, notes on fields and tasks. */
export function annotate(
  diff: JobDiff,
  updates: Readonly<Record<string, DesiredUpdates>>,
  nomad: NomadVersion = '2.0',
): JobDiff {
  const { inPlaceObjects } = rules[nomad];
  const groups = diff.TaskGroups?.map((group) => annotateGroup(group, updates[group.Name], inPlaceObjects));
  return { ...diff, TaskGroups: groups ?? null };
}

function annotateGroup(
  group: TaskGroupDiff,
  updates: DesiredUpdates | undefined,
  inPlaceObjects: readonly string[],
): TaskGroupDiff {
  const counts = labels
    .map(([field, label]) => [label, updates?.[field] ?? 0] as const)
    .filter(([, count]) => count !== 0);
  return {
    ...group,
    Updates: updates ? Object.fromEntries(counts) : group.Updates,
    Fields: group.Fields?.map((field) => (field.Name === 'Count' ? annotateCount(field) : field)) ?? null,
    Tasks: group.Tasks?.map((task) => ({ ...task, Annotations: taskNotes(task, group, inPlaceObjects) })) ?? null,
  };
}

function annotateCount(field: FieldDiff): FieldDiff {
  const change = Number(field.New) - Number(field.Old);
  if (change === 0) return field;
  return { ...field, Annotations: [change > 0 ? 'forces create' : 'forces destroy'] };
}

function taskNotes(task: TaskDiff, group: TaskGroupDiff, inPlaceObjects: readonly string[]): string[] | null {
  if (task.Type === 'None') return null;
  if (group.Type === 'Added' || group.Type === 'Deleted') {
    if (task.Type === 'Added') return ['forces create'];
    if (task.Type === 'Deleted') return ['forces destroy'];
  }
  return [isDestructive(task, inPlaceObjects) ? 'forces create/destroy update' : 'forces in-place update'];
}

function isDestructive(task: TaskDiff, inPlaceObjects: readonly string[]): boolean {
  if (task.Fields?.some(({ Name: name }) => name !== 'KillTimeout')) return true;
  return (task.Objects ?? []).some((object) => {
    if (object.Name === 'LogConfig') return object.Fields?.some(({ Name: name }) => name === 'Disabled') ?? false;
    return !inPlaceObjects.includes(object.Name);
  });
}
