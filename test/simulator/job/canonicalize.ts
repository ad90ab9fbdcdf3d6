import type { Job } from '../../../src/nomad/types/job.ts';
import { fillDefaults } from './defaults.ts';
import { child, children, type Fields, fillEmpty, numberOf, textOf } from './fields.ts';
import { addImpliedConstraints } from './implied.ts';
import { asStored } from './shapes.ts';
import { type NomadVersion, rules } from './versions.ts';

const emptyUpdate = { Stagger: 0, MaxParallel: 0 };

/**
 * A job as the server keeps it after registration: defaults filled in, what the server adds by itself added, exactly the
 * fields that a read shows. The caller sets version, indexes, status and times.
 */
export function canonicalize(job: Job, nomad: NomadVersion = '2.0'): Job {
  const filled: Fields = fillDefaults(job, nomad);
  const update = child(filled, 'Update');
  const { Stagger, MaxParallel } = update && numberOf(update, 'MaxParallel') > 0 ? update : emptyUpdate;
  filled['Update'] = { Stagger, MaxParallel };
  renameForStore(filled);
  const stored = asStored('Job', filled, nomad);
  fillEmpty(stored, { NodePool: 'default' });
  if (!Array.isArray(stored['Datacenters']) || stored['Datacenters'].length === 0) stored['Datacenters'] = ['*'];
  clearEmpty(stored, ['Meta', 'Constraints', 'Affinities', 'Spreads', 'TaskGroups']);
  const parameterized = child(stored, 'ParameterizedJob');
  if (parameterized) fillEmpty(parameterized, { Payload: 'optional' });
  for (const group of children(stored, 'TaskGroups')) finishGroup(group, stored, nomad);
  addImpliedConstraints(stored, nomad);
  return stored as Job;
}

/** Fields that the store names differently from the API, or drops. */
function renameForStore(job: Fields): void {
  for (const link of children(child(job, 'UI') ?? {}, 'Links')) link['Url'] = link['URL'] ?? link['Url'];
  for (const group of children(job, 'TaskGroups')) {
    const volumes = child(group, 'Volumes');
    if (!volumes) continue;
    const kept = Object.entries(volumes).filter(([, volume]) =>
      ['host', 'csi'].includes(textOf(volume as Fields, 'Type')),
    );
    group['Volumes'] = kept.length > 0 ? Object.fromEntries(kept) : null;
  }
}

function clearEmpty(owner: Fields, names: readonly string[]): void {
  for (const name of names) {
    const value = owner[name];
    if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) owner[name] = null;
  }
}

const emptyable = ['Meta', 'Constraints', 'Affinities', 'Spreads', 'Tasks', 'Services', 'Networks', 'Templates'];
const emptyableInTask = ['Config', 'Env', 'VolumeMounts', 'Artifacts', 'Identities', 'Secrets', 'Actions'];

function finishGroup(group: Fields, job: Fields, nomad: NomadVersion): void {
  clearEmpty(group, emptyable);
  for (const service of children(group, 'Services')) finishService(service, job, group, null);
  for (const network of children(group, 'Networks')) finishNetwork(network, nomad);
  const scaling = child(group, 'Scaling');
  if (scaling) {
    scaling['Target'] = { Group: group['Name'], Job: job['ID'], Namespace: job['Namespace'] };
    if (numberOf(scaling, 'Max') === 0) scaling['Max'] = group['Count'];
  }
  for (const task of children(group, 'Tasks')) finishTask(task, group, job, nomad);
}

function finishTask(task: Fields, group: Fields, job: Fields, nomad: NomadVersion): void {
  clearEmpty(task, [...emptyable, ...emptyableInTask]);
  for (const service of children(task, 'Services')) finishService(service, job, group, task);
  const resources = child(task, 'Resources');
  if (resources) {
    clearEmpty(resources, ['Networks', 'Devices']);
    for (const network of children(resources, 'Networks')) finishNetwork(network, nomad);
  }
  const lifecycle = child(task, 'Lifecycle');
  if (lifecycle && textOf(lifecycle, 'Hook') === '' && lifecycle['Sidecar'] !== true) task['Lifecycle'] = null;
  if (rules[nomad].identityOfTasks) finishIdentities(task, nomad);
  for (const policy of children(task, 'ScalingPolicies')) {
    policy['Target'] = { Group: group['Name'], Job: job['ID'], Namespace: job['Namespace'], Task: task['Name'] };
  }
}

/** Every task has an identity of its own, besides those that the job asks for. */
function finishIdentities(task: Fields, nomad: NomadVersion): void {
  const identities = children(task, 'Identities');
  const main =
    child(task, 'Identity') ?? identities.find((identity) => ['', 'default'].includes(textOf(identity, 'Name')));
  const others = identities.filter((identity) => identity !== main);
  task['Identities'] = others.length > 0 ? others : null;
  const stored = asStored('WorkloadIdentity', main ?? {}, nomad);
  task['Identity'] = { ...stored, Name: 'default', Audience: ['nomadproject.io'] };
}

function finishNetwork(network: Fields, nomad: NomadVersion): void {
  if (textOf(network, 'Hostname') === '') Reflect.deleteProperty(network, 'Hostname');
  for (const port of [...children(network, 'DynamicPorts'), ...children(network, 'ReservedPorts')]) {
    fillEmpty(port, { HostNetwork: 'default' });
  }
  for (const name of ['DynamicPorts', 'ReservedPorts']) {
    if (children(network, name).length > 0) continue;
    if (rules[nomad].emptyPortsAreNull) network[name] = null;
    else Reflect.deleteProperty(network, name);
  }
}

function finishService(service: Fields, job: Fields, group: Fields, task: Fields | null): void {
  clearEmpty(service, ['Tags', 'CanaryTags', 'Checks', 'TaggedAddresses', 'Meta', 'CanaryMeta']);
  if (task) fillEmpty(service, { TaskName: textOf(task, 'Name') });
  const [jobName, groupName, taskName] = [
    textOf(job, 'Name'),
    textOf(group, 'Name'),
    task ? textOf(task, 'Name') : 'group',
  ];
  const names: Readonly<Record<string, string>> = {
    JOB: jobName,
    TASKGROUP: groupName,
    TASK: taskName,
    BASE: `${jobName}-${groupName}-${taskName}`,
  };
  const name = textOf(service, 'Name').replaceAll(/\$\{(\w+)\}/g, (whole, key: string) => names[key] ?? whole);
  service['Name'] = name;
  const nomad = service['Provider'] === 'nomad';
  if (nomad || textOf(service, 'Namespace') === '') service['Namespace'] = nomad ? job['Namespace'] : 'default';
  for (const check of children(service, 'Checks')) {
    clearEmpty(check, ['Args', 'Header']);
    fillEmpty(check, { Name: `service: ${JSON.stringify(name)} check`, TaskName: task ? textOf(task, 'Name') : '' });
  }
}
