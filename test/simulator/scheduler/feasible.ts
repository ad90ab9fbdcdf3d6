import type { Job, TaskGroup } from '../../../src/nomad/types/job.ts';
import type { NodeRecord } from '../state/records.ts';
import { listOf, recordOf, textOf, textOr } from './resources.ts';

/** Which nodes a group may run on at all. */

interface Constraint {
  readonly left: string;
  readonly right: string;
  readonly operand: string;
}

function constraintsOf(job: Job, group: TaskGroup): Constraint[] {
  const sources = [job.Constraints, group.Constraints, ...(group.Tasks ?? []).map((task) => task.Constraints)];
  return sources.flatMap(listOf).map((constraint) => ({
    left: textOf(constraint['LTarget']),
    right: textOf(constraint['RTarget']),
    operand: textOr(textOf(constraint['Operand']), '='),
  }));
}

export function hasDistinctHosts(job: Job, group: TaskGroup): boolean {
  return constraintsOf(job, group).some(({ operand, right }) => operand === 'distinct_hosts' && right !== 'false');
}

/** The value of `${attr.kernel.name}` and its like on a node; undefined where the node has none. */
function resolve(target: string, node: NodeRecord): string | undefined {
  const name = /^\$\{(.+)\}$/.exec(target)?.[1];
  if (name === undefined) return target;
  if (name.startsWith('attr.')) return node.Attributes[name.slice('attr.'.length)];
  if (name.startsWith('meta.')) return node.Meta[name.slice('meta.'.length)];
  const fields: Record<string, string> = {
    'node.unique.id': node.ID,
    'node.unique.name': node.Name,
    'node.datacenter': node.Datacenter,
    'node.class': node.NodeClass,
    'node.pool': node.NodePool,
    'node.region': node.region,
  };
  return fields[name];
}

function compareVersions(left: string, right: string): number {
  const parts = (text: string) => text.replace(/^v/, '').split(/[.+-]/).map(Number);
  const [a, b] = [parts(left), parts(right)];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return 0;
}

function versionMatches(version: string, demand: string): boolean {
  return demand.split(',').every((part) => {
    const [, operator = '=', wanted = ''] = /^\s*(>=|<=|!=|~>|>|<|=)?\s*(.+?)\s*$/.exec(part) ?? [];
    const order = compareVersions(version, wanted);
    if (operator === '>=' || operator === '~>') return order >= 0;
    if (operator === '<=') return order <= 0;
    if (operator === '>') return order > 0;
    if (operator === '<') return order < 0;
    return operator === '!=' ? order !== 0 : order === 0;
  });
}

type Check = (left: string, right: string) => boolean;

const checks: Record<string, Check> = {
  '=': (left, right) => left === right,
  '==': (left, right) => left === right,
  is: (left, right) => left === right,
  '!=': (left, right) => left !== right,
  not: (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  regexp: (left, right) => new RegExp(right).test(left),
  version: versionMatches,
  semver: versionMatches,
  set_contains: (left, right) => right.split(',').every((item) => left.split(',').includes(item.trim())),
  set_contains_all: (left, right) => right.split(',').every((item) => left.split(',').includes(item.trim())),
  set_contains_any: (left, right) => right.split(',').some((item) => left.split(',').includes(item.trim())),
};

function satisfied({ left, right, operand }: Constraint, node: NodeRecord): boolean {
  if (operand === 'distinct_hosts' || operand === 'distinct_property') return true;
  const value = resolve(left, node);
  if (operand === 'is_set') return value !== undefined;
  if (operand === 'is_not_set') return value === undefined;
  const wanted = resolve(right, node);
  if (operand === '!=' || operand === 'not') return value !== wanted;
  if (value === undefined || wanted === undefined) return false;
  return (checks[operand] ?? checks['='])?.(value, wanted) ?? false;
}

/** Why the node is left out, in Nomad's words; undefined when it may be used. */
export function filteredBy(job: Job, group: TaskGroup, node: NodeRecord): string | undefined {
  for (const task of group.Tasks ?? []) {
    if (!node.drivers.includes(task.Driver)) return 'missing drivers';
    if (listOf(recordOf(task.Resources)['Devices']).length > 0) return 'missing devices';
  }
  if (Object.values(recordOf(group.Volumes)).some((volume) => recordOf(volume)['Type'] === 'host')) {
    return 'missing compatible host volumes';
  }
  const broken = constraintsOf(job, group).find((constraint) => !satisfied(constraint, node));
  return broken === undefined ? undefined : `${broken.left} ${broken.operand} ${broken.right}`;
}

function globMatches(pattern: string, text: string): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source}$`).test(text);
}

export function inPool(job: Job, node: NodeRecord): boolean {
  const pool = job.NodePool ?? 'default';
  return pool === '' || pool === 'all' || node.NodePool === pool;
}

export function inDatacenters(job: Job, node: NodeRecord): boolean {
  return (job.Datacenters ?? ['*']).some((pattern) => globMatches(pattern, node.Datacenter));
}

/** Ready and allowed to take new allocations. */
export function isEligible(node: NodeRecord): boolean {
  return node.Status === 'ready' && node.SchedulingEligibility === 'eligible' && node.DrainStrategy === null;
}
