import type {
  DiffType,
  FieldDiff,
  Job,
  JobDiff,
  ObjectDiff,
  Task,
  TaskDiff,
  TaskGroup,
  TaskGroupDiff,
} from '../nomad/types/job.ts';
import { same } from '../state/tables/merge.ts';

/** What Nomad writes into a job by itself. */
const own: ReadonlySet<string> = new Set([
  ...['CreateIndex', 'DispatchIdempotencyToken', 'JobModifyIndex', 'ModifyIndex', 'NomadTokenID', 'Stable', 'Status'],
  ...['StatusDescription', 'SubmitTime', 'Version', 'VersionTag', 'ConsulToken', 'VaultToken'],
]);
/** Maps of a person's own names. */
const maps: ReadonlySet<string> = new Set(['Env', 'Meta']);

/**
 * The difference between two versions of a job, in the form of Nomad's own. Nomad itself compares a version with the
 * one before it, and before 1.10 with no other. Fields are compared as the API gives them.
 */
export function versionDiff(from: Job, to: Job): JobDiff {
  const { Fields, Objects } = entries(from, to, new Set([...own, 'TaskGroups']));
  const TaskGroups = pairs(from.TaskGroups, to.TaskGroups).map(([a, b]) => groupDiff(a, b));
  const isSame = Fields.length + Objects.length + TaskGroups.filter(({ Type }) => Type !== 'None').length === 0;
  return { Type: isSame ? 'None' : 'Edited', ID: to.ID, Fields, Objects, TaskGroups };
}

function groupDiff(from: TaskGroup | undefined, to: TaskGroup | undefined): TaskGroupDiff {
  const Name = (to ?? from)?.Name ?? '';
  const { Fields, Objects } = entries(from ?? {}, to ?? {}, new Set(['Name', 'Tasks']));
  const Tasks = pairs(from?.Tasks, to?.Tasks).map(([a, b]) => taskDiff(a, b));
  const isSame = Fields.length + Objects.length + Tasks.filter(({ Type }) => Type !== 'None').length === 0;
  return { Type: typeOf(from, to, isSame), Name, Fields, Objects, Tasks, Updates: null };
}

function taskDiff(from: Task | undefined, to: Task | undefined): TaskDiff {
  const Name = (to ?? from)?.Name ?? '';
  const { Fields, Objects } = entries(from ?? {}, to ?? {}, new Set(['Name']));
  return { Type: typeOf(from, to, Fields.length + Objects.length === 0), Name, Fields, Objects, Annotations: null };
}

function typeOf(from: unknown, to: unknown, isSame: boolean): DiffType {
  if (from === undefined) return 'Added';
  if (to === undefined) return 'Deleted';
  return isSame ? 'None' : 'Edited';
}

/** Both sides of each name, in the order of the second list and then of the first. */
function pairs<T extends { readonly Name: string }>(
  from: readonly T[] | null | undefined,
  to: readonly T[] | null | undefined,
): [T | undefined, T | undefined][] {
  const before = new Map((from ?? []).map((one) => [one.Name, one]));
  const after = new Map((to ?? []).map((one) => [one.Name, one]));
  return [...new Set([...after.keys(), ...before.keys()])].map((name) => [before.get(name), after.get(name)]);
}

function entries(
  from: object,
  to: object,
  without: ReadonlySet<string>,
): { Fields: FieldDiff[]; Objects: ObjectDiff[] } {
  const a = new Map<string, unknown>(Object.entries(from));
  const b = new Map<string, unknown>(Object.entries(to));
  const names = [...new Set([...a.keys(), ...b.keys()])].filter((name) => !without.has(name)).sort();
  const Fields: FieldDiff[] = [];
  const Objects: ObjectDiff[] = [];
  for (const name of names) {
    const old = a.get(name);
    const next = b.get(name);
    if (same(old ?? null, next ?? null) || (isNothing(old) && isNothing(next))) continue;
    if (maps.has(name)) Fields.push(...mapFields(name, old, next));
    else if (isPart(old) || isPart(next)) Objects.push(part(name, old, next));
    else Fields.push(field(name, old, next));
  }
  return { Fields, Objects };
}

/** Some answers of Nomad leave out what is empty. */
function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === 0 || value === false) return true;
  return isPart(value) && Object.keys(value).length === 0;
}

function isPart(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function part(name: string, old: unknown, next: unknown): ObjectDiff {
  const type = typeOf(isNothing(old) ? undefined : old, isNothing(next) ? undefined : next, false);
  if (Array.isArray(old) || Array.isArray(next))
    return { Type: type, Name: singular(name), Fields: null, Objects: null };
  const { Fields, Objects } = entries(isPart(old) ? old : {}, isPart(next) ? next : {}, new Set());
  return { Type: type, Name: name, Fields, Objects };
}

/** Nomad's differences name one of a list: `Template` for `Templates`. */
function singular(name: string): string {
  if (name === 'Datacenters') return name;
  return name.endsWith('ies') ? `${name.slice(0, -3)}y` : name.replace(/s$/, '');
}

function mapFields(name: string, old: unknown, next: unknown): FieldDiff[] {
  const { Fields } = entries(isPart(old) ? old : {}, isPart(next) ? next : {}, new Set());
  return Fields.map((one) => ({ ...one, Name: `${name}[${one.Name}]` }));
}

function field(name: string, old: unknown, next: unknown): FieldDiff {
  const [Old, New] = [textOf(old), textOf(next)];
  const Type = Old === '' ? 'Added' : New === '' ? 'Deleted' : 'Edited';
  return { Type, Name: name, Old, New, Annotations: null };
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}
