import { own } from '../base/own.ts';
import type { FieldDiff, Job, JobDiff, ObjectDiff, TaskDiff, TaskGroupDiff } from '../nomad/types/job.ts';
import { age } from './ages.ts';
import { versionDiff } from './versionDiff.ts';
import { clean, millisecondsOf } from '../state/tables/wire.ts';

/** One version of a job as a list to pick from shows it. */
export interface VersionSummary {
  readonly version: number;
  /** `2d ago`; empty where it is not known. */
  readonly when: string;
  /**
   * How it differs from the current one: `count 2 → 3, image 1.4 → 1.5`. Never a value of an environment variable: it may
   * be a secret.
   */
  readonly summary: string;
  /** An automatic revert may go back to it. */
  readonly stable: boolean;
  readonly current: boolean;
  readonly stopped: boolean;
  readonly tag?: string;
}

/** The versions of a job in words, newest first: what going back to each would change. */
export function describeVersions(versions: readonly Job[], nowMs: number): VersionSummary[] {
  const [current] = versions;
  return versions.map((job, at) => {
    const madeMs = millisecondsOf(job.SubmitTime);
    return {
      version: job.Version,
      when: madeMs === undefined ? '' : agoOf(madeMs, nowMs),
      summary: current === undefined || at === 0 ? '' : differenceOf(current, job),
      stable: job.Stable === true,
      current: at === 0,
      stopped: job.Stop,
      ...(job.VersionTag ? { tag: clean(job.VersionTag.Name) } : {}),
    };
  });
}

function differenceOf(current: Job, other: Job): string {
  // A revert starts what is stopped, whichever version it goes to.
  const diff = versionDiff(current, { ...other, Stop: false });
  return diff.Type === 'None' ? 'the same as the current version' : describeDiff(diff);
}

function agoOf(madeMs: number, nowMs: number): string {
  const ago = age(madeMs, nowMs);
  return ago === 'now' ? 'just now' : `${ago} ago`;
}

const maxChanges = 4;

/** What a diff changes, most telling first, in one line. */
export function describeDiff(diff: JobDiff): string {
  if (diff.Type === 'None') return 'no changes';
  const groups = (diff.TaskGroups ?? []).filter((group) => group.Type !== 'None');
  const named = (diff.TaskGroups ?? []).length > 1;
  const changes = [
    ...(diff.Fields ?? []).filter(isChange).map(jobField),
    ...groups.flatMap((group) => groupChanges(group, named)),
    ...(diff.Objects ?? []).filter(isChange).map((object) => object.Name.toLowerCase()),
  ];
  const distinct = [...new Set(changes)];
  const more = distinct.length - maxChanges;
  const shown = more > 1 ? distinct.slice(0, maxChanges) : distinct;
  return [...shown, ...(more > 1 ? [`${String(more)} more`] : [])].join(', ') || 'changed';
}

function isChange({ Type }: { Type: string }): boolean {
  return Type !== 'None';
}

function jobField(field: FieldDiff): string {
  if (field.Name === 'Stop') return field.New === 'true' ? 'stopped' : 'started again';
  return mapEntry(field) ?? fromTo(words(field.Name), field);
}

function groupChanges(group: TaskGroupDiff, named: boolean): string[] {
  const prefix = named ? `${clean(group.Name)} ` : '';
  if (group.Type === 'Added') return [`group ${clean(group.Name)} added`];
  if (group.Type === 'Deleted') return [`group ${clean(group.Name)} removed`];
  const tasks = (group.Tasks ?? []).filter(isChange);
  const several = (group.Tasks ?? []).length > 1;
  return [
    ...(group.Fields ?? [])
      .filter(isChange)
      .map((field) => prefix + (mapEntry(field) ?? fromTo(words(field.Name), field))),
    ...tasks.flatMap((task) => taskChanges(task, several ? `${prefix}${clean(task.Name)} ` : prefix)),
    ...(group.Objects ?? []).filter(isChange).map((object) => prefix + words(object.Name)),
  ];
}

function taskChanges(task: TaskDiff, prefix: string): string[] {
  if (task.Type === 'Added') return [`task ${clean(task.Name)} added`];
  if (task.Type === 'Deleted') return [`task ${clean(task.Name)} removed`];
  return [
    ...(task.Objects ?? []).filter(isChange).flatMap((object) => objectChanges(object).map((text) => prefix + text)),
    ...(task.Fields ?? [])
      .filter(isChange)
      .map((field) => prefix + (mapEntry(field) ?? fromTo(words(field.Name), field))),
  ];
}

/** Fields of these objects hold nothing secret, and decide what a version is. */
function objectChanges(object: ObjectDiff): string[] {
  const fields = (object.Fields ?? []).filter(isChange);
  if (object.Name === 'Resources') {
    return fields.map((field) => fromTo(own(resourceWords, field.Name) ?? words(field.Name), field));
  }
  if (object.Name === 'Config') {
    const image = fields.find((field) => field.Name === 'image');
    const others = fields.length > (image === undefined ? 0 : 1) || (object.Objects ?? []).some(isChange);
    return [...(image === undefined ? [] : [imageChange(image)]), ...(others ? ['config'] : [])];
  }
  return [words(object.Name)];
}

const resourceWords: Readonly<Record<string, string>> = { CPU: 'cpu', MemoryMB: 'memory', MemoryMaxMB: 'memory max' };

/** `env COLOR changed`, `meta owner added`: maps may hold secrets, so only names are told. */
function mapEntry(field: FieldDiff): string | undefined {
  const match = /^(\w+)\[(.*)\]$/s.exec(field.Name);
  if (match === null) return undefined;
  const [, map = '', name = ''] = match;
  const verbs: Readonly<Record<string, string>> = { Added: 'added', Deleted: 'removed' };
  return `${words(map)} ${clean(name)} ${verbs[field.Type] ?? 'changed'}`;
}

/** Only these fields of a job, group or task have values that are short and never secret. */
const told: ReadonlySet<string> = new Set([
  'count',
  'cpu',
  'memory',
  'memory max',
  'cores',
  'priority',
  'driver',
  'type',
]);

function fromTo(name: string, { Old, New }: FieldDiff): string {
  return told.has(name) && Old !== '' && New !== '' ? `${name} ${clean(Old)} → ${clean(New)}` : name;
}

/** `image 1.4 → 1.5` where only the tag differs. */
function imageChange({ Old, New }: FieldDiff): string {
  if (New === '') return 'image removed';
  if (Old === '') return `image ${clean(New)}`;
  const [oldName, oldTag] = imageParts(Old);
  const [newName, newTag] = imageParts(New);
  if (oldName === newName && oldTag !== '' && newTag !== '') return `image ${clean(oldTag)} → ${clean(newTag)}`;
  return `image ${clean(Old)} → ${clean(New)}`;
}

function imageParts(image: string): readonly [name: string, tag: string] {
  const colon = image.lastIndexOf(':');
  return colon > image.lastIndexOf('/') ? [image.slice(0, colon), image.slice(colon + 1)] : [image, ''];
}

/** `KillTimeout` as `kill timeout`. */
function words(name: string): string {
  return clean(name)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
