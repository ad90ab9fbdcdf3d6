import { own } from '../../base/own.ts';
import type { AllocationMetric } from '../../nomad/types/evaluation.ts';
import type { Job, TaskGroup } from '../../nomad/types/job.ts';
import type { DesiredUpdates, PlanResponse } from '../../nomad/types/plan.ts';
import { exhausted, failedCount } from '../placement.ts';
import { countOf, countsOf, type Counts } from './planCounts.ts';
import { runsLater, type GroupOutcome, type PlanOutcome } from './planOutcome.ts';
import { isSystem } from './planSurroundings.ts';
import { exhaustedCount } from './planSystem.ts';

/** What can be placed and what can't, and why: which nodes were looked at, what each lacks, and the count that would fit. */
export function placementLines(plan: PlanResponse, job: Job, outcome: PlanOutcome): string[] {
  const failed = Object.entries(plan.FailedTGAllocs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (isSystem(job) && runsLater(job) === undefined) return systemLines(job, outcome, new Map(failed));
  if (failed.length > 0) {
    return failed.flatMap(([name, metric]) =>
      indented(name, groupLines(name, metric, job, own(plan.Annotations?.DesiredTGUpdates, name))),
    );
  }
  return [runsLater(job) === undefined ? allPlaced : 'A run can be placed now.'];
}

const allPlaced = 'All tasks can be placed.';

function indented(name: string, [first = '', ...rest]: readonly string[]): string[] {
  return [`${name}: ${first}`, ...rest.map((line) => `  ${line}`)];
}

function groupLines(
  name: string,
  metric: AllocationMetric,
  job: Job,
  updates: Partial<DesiredUpdates> | undefined,
): string[] {
  const group = job.TaskGroups?.find((one) => one.Name === name);
  const failed = failedCount(metric);
  return [
    `${String(failed)} ${failed === 1 ? 'allocation' : 'allocations'} can't be placed`,
    ...nodeLines(metric, job),
    ...filteredLines(metric, group),
    ...exhaustedLines(metric, group),
    ...fittingLines(failed, group, countsOf(updates)),
  ];
}

/** Only where all that is missing is further allocations: of those that replace others, some run already. */
function fittingLines(failed: number, group: TaskGroup | undefined, counts: Counts): string[] {
  const count = group?.Count ?? 0;
  const { Place, Canary, DestructiveUpdate, Migrate } = counts;
  const isGrowth = Place > failed && Place <= count && Canary + DestructiveUpdate + Migrate === 0;
  return isGrowth ? [`A count of ${String(count - failed)} would fit now.`] : [];
}

/** A system job runs where it fits: nodes that a constraint leaves out are a trouble only where no other is left. */
function systemLines(job: Job, outcome: PlanOutcome, failed: ReadonlyMap<string, AllocationMetric>): string[] {
  const rows = outcome.groups.map((group) => {
    const metric = failed.get(group.name);
    const spec = job.TaskGroups?.find((one) => one.Name === group.name);
    return { placement: group.placement, lines: indented(group.name, systemGroupLines(group, metric, job, spec)) };
  });
  const trouble = rows.filter(({ placement }) => placement !== 'all').flatMap(({ lines }) => lines);
  const aside = rows.filter(({ placement, lines }) => placement === 'all' && lines.length > 1);
  return [...(trouble.length === 0 ? [allPlaced] : trouble), ...aside.flatMap(({ lines }) => lines)];
}

function systemGroupLines(
  { placement }: GroupOutcome,
  metric: AllocationMetric | undefined,
  job: Job,
  group: TaskGroup | undefined,
): string[] {
  if (metric === undefined) return placement === 'none' ? [`no node is ready (${whereOf(job)})`] : [''];
  const noRoom = exhaustedCount(metric);
  const filtered = countOf(metric.NodesFiltered);
  const reasons = [...filteredLines(metric, group), ...exhaustedLines(metric, group)];
  if (noRoom > 0) return [`no room on ${nodes(noRoom)}`, ...reasons];
  if (placement === 'all') return [`${nodes(filtered)} ${filtered === 1 ? 'is' : 'are'} left out`, ...reasons];
  return [
    placement === 'none' ? 'no node fits' : `no node fits of ${String(filtered)} that were looked at`,
    ...reasons,
  ];
}

function whereOf(job: Job, pool = job.NodePool): string {
  const named = job.Datacenters ?? [];
  const datacenters = named.length === 0 ? ['*'] : named;
  const one = datacenters.length === 1;
  const all = one && datacenters[0] === '*';
  return [
    ...(all ? ['any datacenter'] : [`${one ? 'datacenter' : 'datacenters'} ${datacenters.join(', ')}`]),
    ...(pool ? [`node pool ${pool}`] : []),
  ].join(', ');
}

function nodeLines(metric: AllocationMetric, job: Job): string[] {
  const { NodesEvaluated = 0, NodesFiltered = 0, NodesExhausted = 0 } = metric;
  if (NodesEvaluated === 0) return [`No node is eligible (${whereOf(job, metric.NodePool)}).`];
  const empty = sorted(metric.NodesAvailable).filter(([, count]) => count === 0);
  return [
    `${nodes(NodesEvaluated)} evaluated: ${String(NodesFiltered)} filtered out, ${String(NodesExhausted)} without room.`,
    ...empty.map(([datacenter]) => `No nodes are available in datacenter ${datacenter}.`),
  ];
}

function filteredLines(metric: AllocationMetric, group: TaskGroup | undefined): string[] {
  return [
    ...sorted(metric.ClassFiltered).map(([name, count]) => `Class "${name}": ${nodes(count)} filtered out.`),
    ...[...sorted(metric.ConstraintFiltered)]
      .sort(([a], [b]) => Number(a === sameKind) - Number(b === sameKind))
      .map(([text, count], at) =>
        text === sameKind ? sameKindLine(count, at > 0) : constraintLine(text, count, group),
      ),
  ];
}

/** How the scheduler says that it ruled out a node with the same attributes before; the reason is not repeated. */
const sameKind = 'computed class ineligible';

function sameKindLine(count: number, hasReason: boolean): string {
  const attributes = `${count === 1 ? 'has' : 'have'} the same attributes as one`;
  if (hasReason) return `${String(count)} more ${count === 1 ? 'node' : 'nodes'} ${attributes} of these.`;
  return `${nodes(count)} ${attributes} that was ruled out before; Nomad doesn't repeat by which constraint.`;
}

function constraintLine(text: string, count: number, group: TaskGroup | undefined): string {
  if (text === 'missing drivers') {
    const drivers = [...new Set((group?.Tasks ?? []).map((task) => task.Driver))].sort();
    return `Driver missing on ${nodes(count)}; the tasks need ${drivers.join(', ')}.`;
  }
  return `Constraint ${text}: ${nodes(count)} filtered out.`;
}

function exhaustedLines(metric: AllocationMetric, group: TaskGroup | undefined): string[] {
  const lines = [
    ...sorted(metric.ClassExhausted).map(([name, count]) => `Class "${name}": no room on ${nodes(count)}.`),
    ...sorted(metric.DimensionExhausted).map(
      ([name, count]) => `${upper(exhausted(name))} on ${nodes(count)}${asked(name, group)}.`,
    ),
    ...[...(metric.QuotaExhausted ?? [])].sort().map((quota) => `Quota limit reached: ${quota}.`),
  ];
  return lines;
}

/** What one allocation of the group asks of a resource, where that is known. */
function asked(dimension: string, group: TaskGroup | undefined): string {
  const [name = ''] = dimension.split(' ');
  const resource = own(resources, name);
  if (group === undefined || resource === undefined) return '';
  const amount = resource.read(group);
  return amount > 0 ? `; one allocation asks for ${String(amount)} ${resource.unit}` : '';
}

const resources: Readonly<Record<string, { readonly unit: string; readonly read: (group: TaskGroup) => number }>> = {
  cpu: { unit: 'MHz', read: (group) => ofTasks(group, 'CPU') },
  cores: { unit: 'cores', read: (group) => ofTasks(group, 'Cores') },
  memory: { unit: 'MiB', read: (group) => ofTasks(group, 'MemoryMB') },
  disk: { unit: 'MiB', read: (group) => numberIn(group.EphemeralDisk, 'SizeMB') },
};

function ofTasks(group: TaskGroup, resource: string): number {
  return (group.Tasks ?? []).reduce((sum, task) => sum + numberIn(task.Resources, resource), 0);
}

function numberIn(value: unknown, name: string): number {
  if (typeof value !== 'object' || value === null) return 0;
  const found = (value as Record<string, unknown>)[name];
  return typeof found === 'number' ? found : 0;
}

function sorted(counts: Record<string, number> | null | undefined): readonly [string, number][] {
  return Object.entries(counts ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

function nodes(count: number): string {
  return count === 1 ? '1 node' : `${String(count)} nodes`;
}

function upper(words: string): string {
  return words.startsWith('cpu') ? `CPU${words.slice(3)}` : words.charAt(0).toUpperCase() + words.slice(1);
}
