import type { Job } from '../../../src/nomad/types/job.ts';
import { canonicalize } from './canonicalize.ts';
import { nested, when } from './errors.ts';
import { child, children, type Fields, numberOf, textOf, textsOf } from './fields.ts';
import { cronProblem } from './cron.ts';
import { affinityErrors, constraintErrors, spreadErrors } from './validatePlacement.ts';
import { groupErrors } from './validateGroup.ts';
import { type NomadVersion, type Rules, rules } from './versions.ts';
import { jobWarnings } from './warnings.ts';

export { multiError, warningText } from './errors.ts';

const types = ['service', 'batch', 'system', 'sysbatch', '_core'];
const descriptionLimit = 1000;

/**
 * What the server finds wrong with a job on register, plan and validate, in its words; the caller puts them together
 * with `multiError` and `warningText`. Whether namespace, node pool and region exist is for the caller to check.
 */
export function validate(
  job: Job,
  nomad: NomadVersion = '2.0',
  hasOversubscription = false,
): { errors: string[]; warnings: string[] } {
  const stored = canonicalize(job, nomad);
  const its = rules[nomad];
  const priority = numberOf(stored, 'Priority');
  const errors = [
    ...identityErrors(stored),
    ...placementErrors(stored, its),
    ...nameErrors(stored),
    ...children(stored, 'TaskGroups').flatMap((group) =>
      nested(groupErrors(group, stored, its), `Task group ${textOf(group, 'Name')} validation failed: `),
    ),
    ...periodicErrors(stored),
    ...parameterizedErrors(stored),
    ...when(stored.Type === '_core', 'job type cannot be core'),
    ...when(Boolean(stored.Payload), "job can't be submitted with a payload, only dispatched"),
    ...when(priority < 1 || priority > 100, 'job priority must be between [1, 100]'),
  ];
  return { errors, warnings: jobWarnings(stored, its, hasOversubscription) };
}

function identityErrors(job: Fields): string[] {
  const [id, name, type] = [textOf(job, 'ID'), textOf(job, 'Name'), textOf(job, 'Type')];
  const idError = id.includes(' ') ? 'Job ID contains a space' : 'Job ID contains a null character';
  return [
    ...(id === '' ? ['Missing job ID'] : when(/[ \0]/.test(id), idError)),
    ...(name === '' ? ['Missing job name'] : when(name.includes('\0'), 'Job Name contains a null character')),
    ...(type === '' ? ['Missing job type'] : when(!types.includes(type), `Invalid job type: ${JSON.stringify(type)}`)),
    ...textsOf(job, 'Datacenters').flatMap((name) => when(name === '', 'Job datacenter must be non-empty string')),
    ...when(children(job, 'TaskGroups').length === 0, 'Missing job task groups'),
  ];
}

function placementErrors(job: Fields, { attributeMissing }: Rules): string[] {
  const length = textOf(child(job, 'UI'), 'Description').length;
  return [
    ...constraintErrors(job, attributeMissing),
    ...affinityErrors(job, textOf(job, 'Type')),
    ...spreadErrors(job, textOf(job, 'Type')),
    ...when(length > descriptionLimit, `UI description must be under 1000 characters, currently ${String(length)}`),
  ];
}

function nameErrors(job: Fields): string[] {
  const groups = children(job, 'TaskGroups');
  return groups.flatMap((group, index) => {
    const name = textOf(group, 'Name');
    const first = groups.findIndex((other) => textOf(other, 'Name') === name);
    const place = String(index + 1);
    const count = numberOf(group, 'Count');
    const limit = `Job task group ${name} has count ${String(count)}. Count cannot exceed 1 with system scheduler`;
    return [
      ...(name === ''
        ? [`Job task group ${place} missing name`]
        : when(first < index, `Job task group ${place} redefines '${name}' from group ${String(first + 1)}`)),
      ...when(numberOf(group, 'ShutdownDelay') < 0, 'ShutdownDelay must be a positive value'),
      ...when(textOf(job, 'Type') === 'system' && count > 1, limit),
    ];
  });
}

function isBatch(job: Fields): boolean {
  return ['batch', 'sysbatch'].includes(textOf(job, 'Type'));
}

function periodicErrors(job: Fields): string[] {
  const periodic = child(job, 'Periodic');
  if (periodic?.['Enabled'] !== true) return [];
  const [spec, specs] = [textOf(periodic, 'Spec'), textsOf(periodic, 'Specs')];
  const zone = textOf(periodic, 'TimeZone');
  const cron = [spec, ...specs].filter(Boolean).flatMap((text) => {
    const problem = cronProblem(text);
    return when(problem !== null, `Invalid cron spec ${JSON.stringify(text)}: ${problem ?? ''}`);
  });
  const inner = [
    ...when(spec !== '' && specs.length > 0, 'Only cron or crons may be used'),
    ...when(spec === '' && specs.length === 0, 'Must specify a spec'),
    ...when(!isTimeZone(zone), `Invalid time zone ${JSON.stringify(zone)}: unknown time zone ${zone}`),
    ...cron,
  ];
  return [...when(!isBatch(job), 'Periodic can only be used with "batch" or "sysbatch" scheduler'), ...nested(inner)];
}

function isTimeZone(zone: string): boolean {
  if (zone === '' || zone === 'Local') return true;
  try {
    new Intl.DateTimeFormat(undefined, { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function parameterizedErrors(job: Fields): string[] {
  const parameterized = child(job, 'ParameterizedJob');
  if (!parameterized) return [];
  const payload = textOf(parameterized, 'Payload');
  const known = ['optional', 'required', 'forbidden'].includes(payload);
  const optional = textsOf(parameterized, 'MetaOptional');
  const both = textsOf(parameterized, 'MetaRequired').filter((key) => optional.includes(key));
  const overlap = 'Required and optional meta keys should be disjoint. Following keys exist in both';
  const inner = [
    ...when(!known, `Unknown payload requirement: ${JSON.stringify(payload)}`),
    ...when(both.length > 0, `${overlap}: [${both.join(' ')}]`),
  ];
  return [
    ...when(!isBatch(job), 'Parameterized job can only be used with "batch" or "sysbatch" scheduler'),
    ...nested(inner),
  ];
}
