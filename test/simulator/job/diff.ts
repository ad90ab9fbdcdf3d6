import type { Job, JobDiff, Task, TaskDiff, TaskGroup, TaskGroupDiff } from '../../../src/nomad/types/job.ts';
import { deep, fieldDiffs, type Flat, flatDiff, type Mode, orNull, plain, plainText, presence } from './compare.ts';
import { child, type Fields, same, textOf } from './fields.ts';
import {
  constraints,
  flat,
  flatSet,
  freeMap,
  identities,
  keyed,
  networks,
  type ObjectRule,
  one,
  type Part,
  partsDiff,
  placed,
  resources,
  ruleDiff,
  since,
  texts,
  volumeMounts,
} from './objects.ts';
import { services, templates } from './services.ts';
import { type NomadVersion, isSince } from './versions.ts';

/** What a job's diff never shows. */
const bookkeeping = [
  'ID',
  'Status',
  'StatusDescription',
  'Version',
  'Stable',
  'CreateIndex',
  'ModifyIndex',
  'JobModifyIndex',
  'SubmitTime',
  'NomadTokenID',
];

const periodic: ObjectRule = { name: 'Periodic', struct: 'PeriodicConfig', parts: [texts('Specs', false)] };
const parameterized: ObjectRule = {
  name: 'ParameterizedJob',
  struct: 'ParameterizedJobConfig',
  parts: [texts('MetaOptional'), texts('MetaRequired')],
};
const region: ObjectRule = { name: 'Region', struct: 'MultiregionRegion', parts: [texts('Datacenters', false)] };
const multiregion: ObjectRule = {
  name: 'Multiregion',
  struct: 'Multiregion',
  parts: [
    keyed('Regions', region, (item) => textOf(item, 'Name')),
    flat('Strategy', 'Strategy', 'MultiregionStrategy'),
  ],
};

const jobParts: readonly Part[] = [
  texts('Datacenters', false),
  ...constraints,
  one('Periodic', periodic),
  one('ParameterizedJob', parameterized),
  one('Multiregion', multiregion),
  one('UI', { name: 'UI', struct: 'JobUIConfig', parts: [placed('Links', { name: 'Link', struct: 'JobUILink' })] }),
];

const scaling: ObjectRule = {
  name: 'Scaling',
  struct: 'ScalingPolicy',
  dropped: ['CreateIndex', 'ModifyIndex', 'ID', 'Type', 'Target[Job]', 'Target[Group]', 'Target[Namespace]'],
  context: false,
  parts: [freeMap('Policy', false)],
};
const disconnectFields = { LostAfter: 0, StopOnClientAfter: null, Replace: null, Reconcile: '' };
const disconnect: ObjectRule = {
  name: 'Disconnect',
  struct: 'DisconnectStrategy',
  flat: (value) => deep({ ...disconnectFields, ...value }),
};
const mountOptions: ObjectRule = { name: 'MountOptions', struct: 'CSIMountOptions', parts: [texts('MountFlags')] };
const volume: ObjectRule = { name: 'Volume', struct: 'VolumeRequest', parts: [one('MountOptions', mountOptions)] };

const volumes: Part = (before, after, mode) => {
  const [left, right] = [child(before, 'Volumes') ?? {}, child(after, 'Volumes') ?? {}];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  return names.map((name) => ruleDiff(volume, [child(left, name), child(right, name)], mode));
};

const groupParts: readonly Part[] = [
  ...constraints,
  flat('RestartPolicy', 'RestartPolicy', 'RestartPolicy'),
  since('1.8', flat('Migrate', 'Migrate', 'MigrateStrategy')),
  flat('ReschedulePolicy', 'ReschedulePolicy', 'ReschedulePolicy'),
  flat('EphemeralDisk', 'EphemeralDisk', 'EphemeralDisk'),
  flat('Consul', 'Consul', 'Consul'),
  flat('Update', 'Update', 'UpdateStrategy', ['Stagger']),
  one('Disconnect', disconnect),
  networks,
  one('Scaling', scaling),
  services,
  volumes,
];

const action: ObjectRule = { name: 'Action', struct: 'Action', parts: [texts('Args')] };
const secret: ObjectRule = {
  name: 'Secret',
  struct: 'Secret',
  flat: (value, { nomad }) => new Map([...(plain('Secret', value, nomad) ?? []), ...deepUnder('Config', value)]),
};

function deepUnder(field: string, value: Fields): (readonly [string, string])[] {
  return [...(deep(value[field]) ?? [])].map(([key, text]) => [`${field}[${key}]`, text] as const);
}

const schedule: Part = (before, after, { contextual, nomad }) => {
  const cron = (task: Fields): Flat => plain('TaskScheduleCron', child(child(task, 'Schedule') ?? {}, 'Cron'), nomad);
  return [flatDiff('Schedule', cron(before), cron(after), contextual)];
};

const taskParts: readonly Part[] = [
  ...constraints,
  freeMap('Config'),
  one('Resources', resources),
  flat('LogConfig', 'LogConfig', 'LogConfig'),
  flat('DispatchPayload', 'DispatchPayload', 'DispatchPayloadConfig'),
  flatSet('Artifacts', 'Artifact', 'TaskArtifact', (item) => textOf(item, 'RelativeDest')),
  services,
  one('Vault', { name: 'Vault', struct: 'Vault', parts: [texts('Policies')] }),
  keyed('Secrets', secret, (item) => textOf(item, 'Name')),
  flat('Consul', 'Consul', 'Consul'),
  templates,
  ...identities,
  placed('Actions', action),
  since('1.8', volumeMounts),
  schedule,
];

/**
 * The diff between two jobs as the server keeps them (see `canonicalize`); null is a job that isn't there. With
 * `contextual`, as the API asks for, changed objects show their unchanged fields too.
 */
export function diffJobs(
  before: Job | null,
  after: Job | null,
  contextual = true,
  nomad: NomadVersion = '2.0',
): JobDiff {
  const mode = { contextual, nomad };
  const flatJob = (job: Job | null) => plain('Job', job, nomad, bookkeeping);
  const fields = fieldDiffs(flatJob(before), flatJob(after), false);
  const objects = partsDiff(jobParts, before, after, mode);
  const groups = named(before?.TaskGroups, after?.TaskGroups, (was, is) => groupDiff(was, is, mode));
  const changed = [...fields, ...objects, ...groups].some(({ Type }) => Type !== 'None');
  const absent = before === null && after === null;
  const type = before && after ? (changed ? 'Edited' : 'None') : absent ? 'None' : presence(before, after);
  const ID = after?.ID ?? before?.ID ?? '';
  return { Type: type, ID, Fields: orNull(fields), Objects: orNull(objects), TaskGroups: orNull(groups) };
}

/** Diffs of the items of two lists with the same name, sorted by it. */
function named<T extends { Name: string }, D>(
  before: readonly T[] | null | undefined,
  after: readonly T[] | null | undefined,
  diff: (was: T | null, is: T | null) => D,
): D[] {
  const left = new Map((before ?? []).map((item) => [item.Name, item]));
  const right = new Map((after ?? []).map((item) => [item.Name, item]));
  const names = [...new Set([...left.keys(), ...right.keys()])].sort();
  return names.map((name) => diff(left.get(name) ?? null, right.get(name) ?? null));
}

function groupDiff(before: TaskGroup | null, after: TaskGroup | null, mode: Mode): TaskGroupDiff {
  const [left, right] = [withPointers(before, after, mode), withPointers(after, before, mode)];
  return {
    Type: changeOf(before, after),
    Name: after?.Name ?? before?.Name ?? '',
    Fields: orNull(fieldDiffs(left, right, false)),
    Objects: orNull(partsDiff(groupParts, before, after, mode)),
    Tasks: orNull(named(before?.Tasks, after?.Tasks, (was, is) => taskDiff(was, is, mode))),
    Updates: null,
  };
}

/** The fields of a group; those that may be null count only when the group is on both sides. */
function withPointers(group: TaskGroup | null, other: TaskGroup | null, { nomad }: Mode): Flat {
  const fields = plain('TaskGroup', group, nomad, ['Name']);
  if (!fields || !group || !other) return fields;
  const names = [
    'ShutdownDelay',
    ...(isSince(nomad, '1.8') ? [] : ['StopAfterClientDisconnect', 'MaxClientDisconnect']),
  ];
  const pointers = names.map((name) => {
    const value = group[name];
    return [name, value === null || value === undefined ? '' : plainText(value)] as const;
  });
  return new Map([...fields, ...pointers]);
}

function taskDiff(before: Task | null, after: Task | null, mode: Mode): TaskDiff {
  const flatTask = (task: Task | null) => plain('Task', task, mode.nomad, ['Name']);
  const fields = fieldDiffs(flatTask(before), flatTask(after), false);
  return {
    Type: changeOf(before, after),
    Name: after?.Name ?? before?.Name ?? '',
    Fields: orNull(fields),
    Objects: orNull(partsDiff(taskParts, before, after, mode)),
    Annotations: null,
  };
}

function changeOf(before: object | null, after: object | null): TaskDiff['Type'] {
  return before && after && same(before, after) ? 'None' : presence(before, after);
}
