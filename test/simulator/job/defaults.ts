import type { Job } from '../../../src/nomad/types/job.ts';
import { child, children, type Fields, fill, fillEmpty, numberOf, overlay, textOf } from './fields.ts';
import { type NomadVersion, type Rules, rules } from './versions.ts';

const second = 1_000_000_000;
const minute = 60 * second;
const hour = 60 * minute;

const update = {
  Stagger: 30 * second,
  MaxParallel: 1,
  HealthCheck: 'checks',
  MinHealthyTime: 10 * second,
  HealthyDeadline: 5 * minute,
  ProgressDeadline: 10 * minute,
  AutoRevert: false,
  AutoPromote: false,
  Canary: 0,
};
const migrate = { MaxParallel: 1, HealthCheck: 'checks', MinHealthyTime: 10 * second, HealthyDeadline: 5 * minute };
const restart = { Delay: 15 * second, Mode: 'fail', RenderTemplates: false };
const serviceRestart = { ...restart, Attempts: 2, Interval: 30 * minute };
const batchRestart = { ...restart, Attempts: 3, Interval: 24 * hour };
const noReschedule = { Attempts: 0, Interval: 0, Delay: 0, DelayFunction: '', MaxDelay: 0, Unlimited: false };
const reschedule: Readonly<Record<string, Fields>> = {
  service: { ...noReschedule, Delay: 30 * second, DelayFunction: 'exponential', MaxDelay: hour, Unlimited: true },
  batch: { ...noReschedule, Attempts: 1, Interval: 24 * hour, Delay: 5 * second, DelayFunction: 'constant' },
};
const template = {
  SourcePath: '',
  DestPath: '',
  EmbeddedTmpl: '',
  ChangeMode: 'restart',
  Once: false,
  Splay: 5 * second,
  Perms: '0644',
  LeftDelim: '{{',
  RightDelim: '}}',
  Envvars: false,
  ErrMissingKey: false,
  VaultGrace: 0,
};
const script = { Command: '', Args: [], Timeout: 5 * second, FailOnError: false, RunOnFirstRender: false };
const vault = {
  Env: true,
  DisableFile: false,
  Namespace: '',
  ChangeMode: 'restart',
  ChangeSignal: 'SIGHUP',
  AllowTokenExpiration: false,
};
const logs = { MaxFiles: 10, MaxFileSizeMB: 10, Disabled: false, Enabled: null };
const emptyResources = {
  CPU: null,
  Cores: null,
  MemoryMB: null,
  MemoryMaxMB: null,
  DiskMB: null,
  Networks: null,
  Devices: null,
  NUMA: null,
  SecretsMB: null,
  IOPS: null,
};

/** A copy of the job with the defaults that a client, or `Canonicalize` of the parser, fills in. */
export function fillDefaults(job: Job, nomad: NomadVersion = '2.0'): Job {
  const filled: Fields = structuredClone(job);
  fillJob(filled);
  const type = textOf(filled, 'Type');
  const periodic = child(filled, 'Periodic');
  if (periodic) fillPeriodic(periodic);
  const jobUpdate = child(filled, 'Update');
  if (jobUpdate && !isEmptyUpdate(jobUpdate)) fill(jobUpdate, update);
  else if (!jobUpdate && rules[nomad].rolledOut.includes(type)) filled['Update'] = { ...update };
  const multiregion = child(filled, 'Multiregion');
  if (multiregion) fillMultiregion(multiregion);
  children(filled, 'TaskGroups').forEach((group) => {
    fillGroup(group, filled, rules[nomad]);
  });
  fillWeights(filled);
  return filled as Job;
}

function fillJob(job: Fields): void {
  fill(job, {
    ID: '',
    Type: 'service',
    Namespace: 'default',
    Region: 'global',
    Priority: 50,
    NodePool: '',
    Stop: false,
  });
  fill(job, { Name: job['ID'], ParentID: '', AllAtOnce: false, Stable: false, Version: 0 });
  fill(job, { ConsulNamespace: '', VaultNamespace: '', NomadTokenID: '', Status: '', StatusDescription: '' });
  fill(job, { CreateIndex: 0, ModifyIndex: 0, JobModifyIndex: 0 });
}

function fillPeriodic(periodic: Fields): void {
  fill(periodic, { Enabled: true, Spec: '', Specs: [], SpecType: 'cron', ProhibitOverlap: false });
  fillEmpty(periodic, { TimeZone: 'UTC' });
}

function fillMultiregion(multiregion: Fields): void {
  multiregion['Strategy'] = overlay({ MaxParallel: 0, OnFailure: '' }, child(multiregion, 'Strategy') ?? {});
  fill(multiregion, { Regions: [] });
  for (const region of children(multiregion, 'Regions')) fill(region, { Count: 1, Datacenters: [], Meta: {} });
}

function fillGroup(group: Fields, job: Fields, { neverRescheduled, consulOfGroups }: Rules): void {
  const type = textOf(job, 'Type');
  const scaling = child(group, 'Scaling');
  fill(group, { Name: '', Count: scaling?.['Min'] ?? 1 });
  if (scaling) {
    fill(scaling, { Enabled: true, Min: group['Count'] });
    fillEmpty(scaling, { Type: 'horizontal' });
  }
  group['EphemeralDisk'] = overlay({ Sticky: false, Migrate: false, SizeMB: 300 }, child(group, 'EphemeralDisk') ?? {});
  fillPolicies(group, job, type, neverRescheduled.includes(type));
  const restartDefaults = type === 'service' || type === 'system' ? serviceRestart : batchRestart;
  group['RestartPolicy'] = overlay(restartDefaults, child(group, 'RestartPolicy') ?? {});
  if (consulOfGroups) group['Consul'] ??= {};
  const consul = child(group, 'Consul');
  if (consul) fillEmpty(consul, { Namespace: textOf(job, 'ConsulNamespace'), Cluster: 'default' });
  for (const task of children(group, 'Tasks')) fillTask(task, group, job);
  fillWeights(group);
  for (const service of children(group, 'Services')) fillService(service, [textOf(job, 'Name'), textOf(group, 'Name')]);
  const disconnect = child(group, 'Disconnect');
  if (disconnect) fill(disconnect, { Replace: true, Reconcile: 'best_score' });
}

/** A group's update, reschedule and migrate policies are those of its job with its own fields on top. */
function fillPolicies(group: Fields, job: Fields, type: string, neverRescheduled: boolean): void {
  const jobUpdate = child(job, 'Update');
  const shared = jobUpdate && !isEmptyUpdate(jobUpdate) ? jobUpdate : null;
  group['Update'] = merged(shared, child(group, 'Update'), update);
  const rescheduleDefaults = reschedule[type] ?? noReschedule;
  group['ReschedulePolicy'] =
    merged(child(job, 'Reschedule'), child(group, 'ReschedulePolicy'), rescheduleDefaults) ??
    (neverRescheduled ? null : { ...rescheduleDefaults });
  group['Migrate'] =
    merged(child(job, 'Migrate'), child(group, 'Migrate'), migrate) ?? (type === 'service' ? { ...migrate } : null);
}

/** The server keeps an update policy without any value for a job that has none. */
function isEmptyUpdate(policy: Fields): boolean {
  return policy['MaxParallel'] === 0 && Object.values(policy).every((value) => !value);
}

function merged(ofJob: Fields | null, own: Fields | null, defaults: Fields): Fields | null {
  return ofJob || own ? overlay(overlay(defaults, ofJob ?? {}), own ?? {}) : null;
}

function fillWeights(owner: Fields): void {
  for (const item of [...children(owner, 'Spreads'), ...children(owner, 'Affinities')]) fill(item, { Weight: 50 });
}

function fillTask(task: Fields, group: Fields, job: Fields): void {
  task['Resources'] ??= { ...emptyResources };
  fillResources(child(task, 'Resources') ?? {});
  fill(task, { KillTimeout: 5 * second });
  task['LogConfig'] = overlay(logs, child(task, 'LogConfig') ?? {});
  task['RestartPolicy'] = overlay(child(group, 'RestartPolicy') ?? {}, child(task, 'RestartPolicy') ?? {});
  children(task, 'Artifacts').forEach(fillArtifact);
  children(task, 'Templates').forEach(fillTemplate);
  const taskVault = child(task, 'Vault');
  if (taskVault) {
    fill(taskVault, vault);
    fillEmpty(taskVault, { Cluster: 'default' });
  }
  const consul = child(task, 'Consul');
  if (consul) fillEmpty(consul, { Cluster: 'default' });
  const names = [textOf(job, 'Name'), textOf(group, 'Name'), textOf(task, 'Name')];
  for (const service of children(task, 'Services')) fillService(service, names);
  fillWeights(task);
  for (const mount of children(task, 'VolumeMounts')) {
    fill(mount, { PropagationMode: 'private', ReadOnly: false, SELinuxLabel: '' });
  }
  const plugin = child(task, 'CSIPluginConfig');
  if (plugin) {
    fillEmpty(plugin, { MountDir: '/csi', StagePublishBaseDir: '/local/csi' });
    if (numberOf(plugin, 'HealthTimeout') === 0) plugin['HealthTimeout'] = 30 * second;
  }
}

function fillResources(resources: Fields): void {
  if (resources['Cores'] === null || resources['Cores'] === undefined) fill(resources, { Cores: 0, CPU: 100 });
  fill(resources, { CPU: 0, MemoryMB: 300 });
  for (const device of children(resources, 'Devices')) {
    fill(device, { Count: 1 });
    fillWeights(device);
  }
  const numa = child(resources, 'NUMA');
  if (numa) fillEmpty(numa, { Affinity: 'none' });
}

function fillArtifact(artifact: Fields): void {
  fill(artifact, { GetterMode: 'any', GetterInsecure: false, GetterSource: '' });
  const base = textOf(artifact, 'GetterSource').split('/').at(-1) ?? '';
  fill(artifact, { RelativeDest: artifact['GetterMode'] === 'file' ? `local/${base}` : 'local/' });
}

function fillTemplate(owner: Fields): void {
  fill(owner, template);
  fill(owner, { ChangeSignal: owner['ChangeMode'] === 'signal' ? 'SIGHUP' : '' });
  owner['ChangeSignal'] = textOf(owner, 'ChangeSignal').toUpperCase();
  const changeScript = child(owner, 'ChangeScript');
  if (changeScript) fill(changeScript, script);
}

function fillService(service: Fields, names: readonly string[]): void {
  fillEmpty(service, { Name: names.join('-'), AddressMode: 'auto', OnUpdate: 'require_healthy' });
  fillEmpty(service, { Provider: 'consul', Cluster: 'default' });
  const gateway = child(child(service, 'Connect') ?? {}, 'Gateway');
  const proxy = child(gateway ?? {}, 'Proxy');
  if (proxy) fill(proxy, { ConnectTimeout: 5 * second });
  const weights = child(service, 'Weights');
  for (const name of weights ? ['Passing', 'Warning'] : []) {
    if (weights && numberOf(weights, name) <= 0) weights[name] = 1;
  }
  const ofService = child(service, 'CheckRestart');
  for (const check of children(service, 'Checks')) {
    const own = child(check, 'CheckRestart');
    const checkRestart = ofService || own ? overlay(ofService ?? {}, own ?? {}) : null;
    if (checkRestart) fill(checkRestart, { Grace: second });
    check['CheckRestart'] = checkRestart;
    fillEmpty(check, { OnUpdate: textOf(service, 'OnUpdate') });
  }
}
