import path from 'node:path';
import type { TaskSpec } from './task.ts';

/** Where a task lives on disk. */
export interface TaskPlace {
  /** `<alloc>/<task>`, the working directory. */
  folder: string;
  /** `<alloc>/alloc`. */
  shared: string;
}

// A real client hands its whole environment on. The simulator runs on developers' machines, so only what a shell needs, and
// never their home: what stands in its start files may wait for something, and a task's shell with it.
const inherited = /^(PATH|USER|LOGNAME|SHELL|LANG|LC_[A-Z]+|TZ|TMPDIR)$/;

/**
 * The environment of a task: the inherited part, `NOMAD_…`, and the jobspec's `env` with its references resolved.
 *
 * @param programs a folder that comes first on its PATH
 */
export function taskEnvironment(spec: TaskSpec, place: TaskPlace, programs?: string): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (inherited.test(name) && value !== undefined) environment[name] = value;
  }
  if (programs !== undefined) {
    environment['PATH'] = [programs, environment['PATH']].filter((part) => part !== undefined).join(path.delimiter);
  }
  environment['HOME'] = path.join(place.folder, 'tmp');
  Object.assign(environment, allocationVariables(spec, place), portVariables(spec));
  for (const [key, value] of Object.entries(spec.meta)) {
    const name = cleanName(key);
    environment[`NOMAD_META_${name}`] = value;
    environment[`NOMAD_META_${name.toUpperCase()}`] = value;
  }
  const values = references(spec, environment);
  for (const [name, value] of Object.entries(spec.task.Env ?? {})) environment[name] = interpolate(value, values);
  return environment;
}

/** All that a `${…}` in the jobspec may name, by its full name. */
export function references(spec: TaskSpec, environment: Record<string, string>): Map<string, string> {
  const values = new Map(Object.entries(environment));
  for (const [name, value] of Object.entries(environment)) values.set(`env["${name}"]`, value);
  for (const [name, value] of Object.entries(spec.node?.attributes ?? {})) values.set(`attr.${name}`, value);
  for (const [name, value] of Object.entries(spec.node?.meta ?? {})) values.set(`meta.${name}`, value);
  values.set('node.unique.id', spec.allocation.NodeID);
  values.set('node.unique.name', spec.allocation.NodeName);
  values.set('node.datacenter', spec.datacenter);
  values.set('node.region', spec.region);
  values.set('node.class', spec.node?.class ?? '');
  values.set('node.pool', spec.node?.pool ?? 'default');
  return values;
}

/** Replaces every known `${…}`; an unknown one stays, since it may be the shell's. */
export function interpolate(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$\{([^}]+)\}/g, (whole, name: string) => values.get(name.trim()) ?? whole);
}

function allocationVariables(spec: TaskSpec, place: TaskPlace): Record<string, string> {
  const { allocation, task } = spec;
  const variables: Record<string, string> = {
    NOMAD_ALLOC_DIR: place.shared,
    NOMAD_ALLOC_ID: allocation.ID,
    NOMAD_ALLOC_INDEX: String(allocation.Index),
    NOMAD_ALLOC_NAME: allocation.Name,
    NOMAD_CPU_LIMIT: amount(task.Resources?.['CPU']),
    NOMAD_DC: spec.datacenter,
    NOMAD_GROUP_NAME: allocation.TaskGroup,
    NOMAD_JOB_ID: allocation.JobID,
    NOMAD_JOB_NAME: spec.jobName,
    NOMAD_MEMORY_LIMIT: amount(task.Resources?.['MemoryMB']),
    NOMAD_NAMESPACE: allocation.Namespace,
    NOMAD_REGION: spec.region,
    NOMAD_SECRETS_DIR: path.join(place.folder, 'secrets'),
    NOMAD_SHORT_ALLOC_ID: allocation.ID.slice(0, 8),
    NOMAD_TASK_DIR: path.join(place.folder, 'local'),
    NOMAD_TASK_NAME: task.Name,
  };
  if (spec.parentJobId !== undefined) variables['NOMAD_JOB_PARENT_ID'] = spec.parentJobId;
  return variables;
}

function portVariables(spec: TaskSpec): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { label, ip, port, to } of spec.ports ?? []) {
    const name = cleanName(label);
    const inner = to === undefined || to <= 0 ? port : to;
    variables[`NOMAD_IP_${name}`] = ip;
    variables[`NOMAD_PORT_${name}`] = String(inner);
    variables[`NOMAD_ADDR_${name}`] = `${ip}:${String(port)}`;
    variables[`NOMAD_HOST_PORT_${name}`] = String(port);
  }
  return variables;
}

const amount = (value: unknown): string => (typeof value === 'number' ? String(value) : '0');

const cleanName = (name: string): string => name.replace(/[^A-Za-z0-9_]/g, '_');
