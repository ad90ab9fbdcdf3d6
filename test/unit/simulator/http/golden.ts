import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { once } from '../../../../src/base/events.ts';
import type { SimulatorOptions } from '../../../simulator/simulator.ts';
import type { Caller, Reply } from './http.ts';

/** Steps that a real agent answered, in short: `recorded/<version>/<scenario>.json`. */

type Shape = string | readonly Shape[] | { readonly [field: string]: Shape };

interface Step {
  readonly step: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
  /** The answer had an index. */
  readonly index?: boolean;
  /** The answer had a token for the next page. */
  readonly next?: boolean;
  /** The content type. */
  readonly type: string | null;
  /** The whole answer, where it was no JSON. */
  readonly text?: string;
  /**
   * The fields of the answer: the type of a value, or `?` for any; `*` for the fields of a map; a field with `?` at its
   * end was not always there.
   */
  readonly shape?: Shape;
  /** What a search found. */
  readonly found?: Found;
  readonly stream?: boolean;
}

export interface Found {
  readonly Matches: Readonly<Record<string, readonly (string | { readonly ID: string })[] | null>>;
  readonly Truncations: Readonly<Record<string, boolean>>;
}

export interface Replay {
  readonly nomad: SimulatorOptions['nomad'];
  readonly scenario: string;
  /** What stands for ids: `{name}`, or `{name:4}` for its first four characters. */
  readonly values?: Readonly<Record<string, string>>;
  /** What happened before a step without being a step itself. */
  readonly before?: Readonly<Record<string, () => Promise<unknown>>>;
  /** Steps that are not compared, and why. They are made all the same. */
  readonly except?: Readonly<Record<string, string>>;
  /** Bodies that the recording only describes. */
  readonly bodies?: Readonly<Record<string, string>>;
  /** Compares what a search found; the rest of the answer is compared anyway. */
  readonly compareFound?: (step: string, expected: Found, actual: Found) => string[];
}

export const versions = ['2.0', '1.6'] as const;

/** Makes all requests of a scenario, and fails with the list of what was answered otherwise than recorded. */
export async function replay({ call }: Caller, options: Replay): Promise<void> {
  const file = new URL(`recorded/${options.nomad ?? '2.0'}/${options.scenario}.json`, import.meta.url);
  const steps = JSON.parse(await readFile(file, 'utf8')) as Step[];
  const differences: string[] = [];
  for (const step of steps) {
    await options.before?.[step.step]?.();
    if (step.stream === true) continue;
    const body = options.bodies?.[step.step] ?? filled(step.body, options.values ?? {});
    const headers = { 'Accept-Encoding': step.method === 'HEAD' ? 'identity' : 'gzip' };
    const reply = await call(step.method, String(filled(step.path, options.values ?? {})), body, headers);
    if (options.except?.[step.step] !== undefined) continue;
    differences.push(...compare(step, reply, options).map((text) => `${step.step}: ${text}`));
  }
  assert.deepEqual(differences, []);
}

/** Puts the real ids into what a recording has in place of them. */
function filled(value: unknown, values: Readonly<Record<string, string>>): unknown {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value).replace(/\{(\w+)(?::(\d+))?\}/g, (whole, name: string, length?: string) => {
    const id = values[name];
    return id === undefined ? whole : id.slice(0, length === undefined ? id.length : Number(length));
  });
  return JSON.parse(text) as unknown;
}

function compare(step: Step, reply: Reply, options: Replay): string[] {
  const shown = reply.text.length > 200 ? `${reply.text.slice(0, 200)}…` : reply.text;
  if (reply.status !== step.status) return [`${String(reply.status)} ${shown}, not ${String(step.status)}`];
  const differences: string[] = [];
  const type = reply.headers.get('content-type');
  if (type !== step.type) differences.push(`content type ${String(type)}, not ${String(step.type)}`);
  const hasIndex = reply.headers.has('X-Nomad-Index');
  if (hasIndex !== (step.index === true)) differences.push(hasIndex ? 'has an index' : 'has no index');
  const hasNext = reply.headers.has('X-Nomad-NextToken');
  if (hasNext !== (step.next === true)) differences.push(hasNext ? 'has a next page' : 'has no next page');
  if (step.text !== undefined) {
    const expected = filled(step.text, options.values ?? {});
    if (reply.text !== expected) differences.push(`${JSON.stringify(shown)}, not ${JSON.stringify(expected)}`);
  }
  if (step.shape !== undefined) differences.push(...mismatches(step.shape, JSON.parse(reply.text), ''));
  if (step.found !== undefined) {
    const expected = filled(step.found, options.values ?? {}) as Found;
    const actual = JSON.parse(reply.text) as Found;
    differences.push(...(options.compareFound?.(step.step, expected, actual) ?? []));
  }
  return differences;
}

function mismatches(shape: Shape, value: unknown, at: string): string[] {
  if (shape === '?' || shape === 'null' || value === null) return [];
  if (typeof shape === 'string') return typeof value === shape ? [] : [`${at} is a ${typeof value}, not a ${shape}`];
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    const item = shape[0] as Shape | undefined;
    return item === undefined ? [] : [...new Set(value.flatMap((entry) => mismatches(item, entry, `${at}[]`)))];
  }
  if (typeof value !== 'object' || Array.isArray(value)) return [`${at} is no object`];
  return fieldMismatches(shape as Readonly<Record<string, Shape>>, value as Record<string, unknown>, at);
}

function fieldMismatches(shape: Readonly<Record<string, Shape>>, value: Record<string, unknown>, at: string): string[] {
  const any = shape['*'];
  if (any !== undefined) return [...new Set(Object.values(value).flatMap((item) => mismatches(any, item, `${at}.*`)))];
  const missing = Object.keys(shape).filter((name) => !name.endsWith('?') && !(name in value));
  const differences = missing.map((name) => `${at}.${name} is missing`);
  for (const [name, item] of Object.entries(value)) {
    const expected = shape[name] ?? shape[`${name}?`];
    if (expected === undefined) differences.push(`${at}.${name} is not in the recording`);
    else differences.push(...mismatches(expected, item, `${at}.${name}`));
  }
  return differences;
}

/** A job of one group, as the recordings register it. */
export function recordedJob(id: string, options: { count?: number; group?: object; type?: string } = {}): object {
  const policies = {
    EphemeralDisk: { SizeMB: 20 },
    RestartPolicy: { Attempts: 0, Interval: 30e9, Delay: 1e9, Mode: 'fail' },
    ...(options.type === 'system' ? {} : { ReschedulePolicy: { Attempts: 0, Interval: 0, Unlimited: false } }),
  };
  const Config = { command: '/bin/sh', args: ['-c', 'while true; do sleep 1; done'] };
  const LogConfig = { MaxFiles: 2, MaxFileSizeMB: 5 };
  const Tasks = [{ Name: 'server', Driver: 'exec', Config, LogConfig, Resources: { CPU: 20, MemoryMB: 16 } }];
  const group = { Name: 'app', Count: options.count ?? 1, ...policies, Tasks, ...options.group };
  return { ID: id, Name: id, Type: options.type ?? 'service', Datacenters: ['dc1'], TaskGroups: [group] };
}

/** Registers a job and waits until its allocations run. */
export async function running({ call, simulator }: Caller, job: object, namespace = 'default'): Promise<string[]> {
  const { store } = simulator.cluster;
  const { ID, TaskGroups } = job as { ID: string; TaskGroups: { Count: number }[] };
  const reply = await call('PUT', `/v1/jobs?namespace=${namespace}`, { Job: job });
  assert.equal(reply.status, 200, reply.text);
  const live = () =>
    [...store.allocations.values()].filter(
      (item) => item.JobID === ID && item.ClientStatus === 'running' && item.DesiredStatus === 'run',
    );
  const count = TaskGroups[0]?.Count ?? 0;
  if (live().length < count) await once(store.onApplied, AbortSignal.timeout(3000), () => live().length >= count);
  return live().map((item) => item.ID);
}

/** Waits for a deployment of the job to end. */
export async function deployed({ simulator }: Caller, id: string): Promise<void> {
  const { store } = simulator.cluster;
  const done = () => store.latestDeployment(`default\0${id}`)?.Status === 'successful';
  if (!done()) await once(store.onApplied, AbortSignal.timeout(3000), done);
}
