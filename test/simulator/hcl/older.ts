import type { Job } from '../../../src/nomad/types/job.ts';
import type { Block } from './ast.ts';
import type { Report } from './source.ts';

/** Fields that came after Nomad 1.6, by the field that holds their struct. */
const newerFields: Readonly<Record<string, readonly string[]>> = {
  Job: ['UI', 'VersionTag'],
  TaskGroups: ['MaxRunDuration', 'PreventRescheduleOnLost', 'Disconnect'],
  Tasks: ['Schedule', 'Consul', 'Identities', 'Actions', 'Secrets'],
  Resources: ['NUMA', 'SecretsMB'],
  Networks: ['CNI'],
  DynamicPorts: ['IgnoreCollision'],
  ReservedPorts: ['IgnoreCollision'],
  Templates: ['Once'],
  Services: ['Cluster', 'Weights', 'Kind', 'Identity'],
  Checks: ['Notes', 'FailuresBeforeWarning'],
  Artifacts: ['GetterInsecure', 'Chown'],
  VolumeMounts: ['SELinuxLabel'],
  Volumes: ['Sticky'],
};

/** Blocks that came after Nomad 1.6, by the block around them. */
const newerBlocks: Readonly<Record<string, readonly string[]>> = {
  job: ['ui', 'secret'],
  group: ['disconnect', 'secret'],
  task: ['action', 'schedule', 'secret', 'consul'],
  network: ['cni'],
  resources: ['numa'],
  service: ['identity', 'weights'],
};

const freeForm = new Set(['Config', 'Policy', 'Meta', 'Env']);

/** The job as Nomad 1.6 shows it. */
export function asOlderJob(job: Job): Job {
  const canonical = job['ConsulNamespace'] !== null;
  const token = canonical ? '' : null;
  for (const group of canonical ? (job.TaskGroups ?? []) : []) group['Consul'] ??= { Namespace: '' };
  return { ...(withoutNewer(job, 'Job') as Job), ConsulToken: token, VaultToken: token };
}

function withoutNewer(value: unknown, holder: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutNewer(item, holder));
  if (typeof value !== 'object' || value === null || freeForm.has(holder)) return value;
  const dropped = newerFields[holder] ?? [];
  // The volumes of a group are a map by name: what is within belongs to `Volumes` as well.
  const inner = (key: string): string => (holder === 'Volumes' ? holder : key);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !dropped.includes(key))
      .map(([key, item]) => [key, withoutNewer(item, inner(key))]),
  );
}

/** Reports the blocks that Nomad 1.6 doesn't take. */
export function reportNewerBlocks(block: Block, report: Report): void {
  for (const inner of block.body.blocks) {
    if (newerBlocks[block.type]?.includes(inner.type)) {
      const detail = `Blocks of type ${JSON.stringify(inner.type)} are not expected here.`;
      report({ summary: 'Unsupported block type', detail, range: inner.typeRange });
    } else reportNewerBlocks(inner, report);
  }
}

export function inOlderWords(errors: string): string {
  return errors
    .replaceAll(/ required, but have (string|number|bool|tuple|object)\b/g, ' required')
    .replaceAll(
      'https://developer.hashicorp.com/nomad/docs/reference/hcl2/variables  for',
      'https://www.nomadproject.io/docs/job-specification/hcl2/variables for',
    );
}
