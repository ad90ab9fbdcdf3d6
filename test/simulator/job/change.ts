import type { Job, TaskGroup } from '../../../src/nomad/types/job.ts';
import { child, children, type Fields, numberOf, same, textOf } from './fields.ts';
import { type NomadVersion, rules } from './versions.ts';

export interface GroupOfJob {
  readonly job: Job;
  readonly group: TaskGroup;
}

/** What a new version of a job means for the running allocations of one of its groups. */
export type GroupChange = 'none' | 'inPlace' | 'destructive';

/** Fields that change without the job being a different one. */
const bookkeeping = new Set([
  'Status',
  'StatusDescription',
  'Stable',
  'Version',
  'VersionTag',
  'CreateIndex',
  'ModifyIndex',
  'JobModifyIndex',
  'SubmitTime',
]);

/** Fields of a task that can't change under a running task. */
const fixedFields = [
  'Driver',
  'User',
  'Config',
  'Env',
  'Artifacts',
  'Vault',
  'Secrets',
  'Templates',
  'CSIPluginConfig',
  'VolumeMounts',
  'Identity',
  'Identities',
];
const fixedResources = ['CPU', 'Cores', 'MemoryMB', 'MemoryMaxMB', 'Devices', 'NUMA', 'SecretsMB'];

/** Whether registering `b` over `a` makes no new version. Both as the server keeps them, see `canonicalize`. */
export function sameSpec(a: Job, b: Job): boolean {
  return same(specOf(a), specOf(b));
}

function specOf(job: Job): Fields {
  return Object.fromEntries(Object.entries(job).filter(([name]) => !bookkeeping.has(name)));
}

export function groupChange(before: GroupOfJob, after: GroupOfJob, nomad: NomadVersion = '2.0'): GroupChange {
  if (sameSpec(before.job, after.job)) return 'none';
  const isMoved = rules[nomad].fixedPlacement.some(
    (name) => !same(placementOf(before, name), placementOf(after, name)),
  );
  return isMoved || isDestructive(before, after) ? 'destructive' : 'inPlace';
}

/** All affinities or spreads that hold for a group. */
function placementOf({ job, group }: GroupOfJob, name: string): Fields[] {
  return [job, group, ...children(group, 'Tasks')].flatMap((owner) => children(owner, name));
}

function isDestructive(before: GroupOfJob, after: GroupOfJob): boolean {
  const [left, right]: [Fields, Fields] = [before.group, after.group];
  const [was, is] = [children(left, 'Tasks'), children(right, 'Tasks')];
  if (was.length !== is.length) return true;
  if (!same(left['EphemeralDisk'], right['EphemeralDisk']) || !same(left['Volumes'], right['Volumes'])) return true;
  if (networksChanged(left, right) || consulChanged(left, right) || connectChanged(left, right)) return true;
  if (rendersTemplates(left) !== rendersTemplates(right)) return true;
  return was.some((task) => {
    const other = is.find(({ Name: name }) => name === task['Name']);
    return !other || taskChanged(task, other) || !same(metaOf(before, task), metaOf(after, other));
  });
}

function taskChanged(before: Fields, after: Fields): boolean {
  if (fixedFields.some((name) => !same(before[name], after[name])) || consulChanged(before, after)) return true;
  const [was, is] = [child(before, 'Resources') ?? {}, child(after, 'Resources') ?? {}];
  if (networksChanged(was, is) || fixedResources.some((name) => !same(was[name], is[name]))) return true;
  if (child(before, 'LogConfig')?.['Disabled'] !== child(after, 'LogConfig')?.['Disabled']) return true;
  return rendersTemplates(before) !== rendersTemplates(after);
}

/** A task sees the meta of its job and its group too. */
function metaOf({ job, group }: GroupOfJob, task: Fields): Fields {
  return { ...job.Meta, ...group.Meta, ...child(task, 'Meta') };
}

function rendersTemplates(owner: Fields): boolean {
  return child(owner, 'RestartPolicy')?.['RenderTemplates'] === true;
}

function consulChanged(before: Fields, after: Fields): boolean {
  const [was, is] = [child(before, 'Consul'), child(after, 'Consul')];
  if (textOf(was, 'Namespace') !== textOf(is, 'Namespace')) return true;
  return was !== null && is !== null && (was['Cluster'] !== is['Cluster'] || was['Partition'] !== is['Partition']);
}

function connectChanged(before: Fields, after: Fields): boolean {
  return children(before, 'Services').some((service) => {
    const other = children(after, 'Services').find(({ Name: name }) => name === service['Name']);
    if (!service['Connect'] || !other) return false;
    return !same(service['Connect'], other['Connect']) || service['PortLabel'] !== other['PortLabel'];
  });
}

function networksChanged(before: Fields, after: Fields): boolean {
  return !same(children(before, 'Networks').map(networkEssence), children(after, 'Networks').map(networkEssence));
}

function networkEssence(network: Fields): Fields {
  const port = (fixed: boolean) => (item: Fields) => ({
    label: textOf(item, 'Label'),
    value: fixed ? numberOf(item, 'Value') : -1,
    to: numberOf(item, 'To'),
    host: textOf(item, 'HostNetwork'),
  });
  return {
    mode: textOf(network, 'Mode'),
    hostname: textOf(network, 'Hostname'),
    mbits: numberOf(network, 'MBits'),
    dns: network['DNS'],
    cni: network['CNI'],
    ports: [
      ...children(network, 'ReservedPorts').map(port(true)),
      ...children(network, 'DynamicPorts').map(port(false)),
    ],
  };
}
