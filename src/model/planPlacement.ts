import type { AllocationMetric } from '../nomad/types/evaluation.ts';
import type { Job, TaskGroup } from '../nomad/types/job.ts';
import type { DesiredUpdates } from '../nomad/types/plan.ts';
import { exhausted, failedCount } from './placement.ts';

/**
 * Why a group can't be placed, line by line: how many, which nodes were looked at, what each lacks, and the count that
 * would fit.
 */
export function placementLines(
  groupName: string,
  metric: AllocationMetric,
  job: Job,
  updates: DesiredUpdates | undefined,
): string[] {
  const group = job.TaskGroups?.find((one) => one.Name === groupName);
  const failed = failedCount(metric);
  return [
    `${String(failed)} ${failed === 1 ? 'allocation' : 'allocations'} can't be placed`,
    ...nodeLines(metric, job),
    ...filteredLines(metric, group),
    ...exhaustedLines(metric, group),
    ...fittingLines(failed, job, group, updates),
  ];
}

/** Only where all that is missing is further allocations: of those that replace others, some run already. */
function fittingLines(
  failed: number,
  job: Job,
  group: TaskGroup | undefined,
  updates: DesiredUpdates | undefined,
): string[] {
  const count = group?.Count ?? 0;
  const { Place = 0, Canary = 0, DestructiveUpdate = 0, Migrate = 0 } = updates ?? {};
  const isGrowth = Place > failed && Place <= count && Canary + DestructiveUpdate + Migrate === 0;
  if (!isGrowth || job.Type === 'system' || job.Type === 'sysbatch') return [];
  return [`A count of ${String(count - failed)} would fit now.`];
}

function nodeLines(metric: AllocationMetric, job: Job): string[] {
  const { NodesEvaluated = 0, NodesFiltered = 0, NodesExhausted = 0 } = metric;
  const where = [
    `datacenters ${(job.Datacenters ?? []).join(', ')}`,
    ...(metric.NodePool ? [`node pool ${metric.NodePool}`] : []),
  ].join(', ');
  if (NodesEvaluated === 0) return [`No node is eligible (${where}).`];
  const empty = sorted(metric.NodesAvailable).filter(([, count]) => count === 0);
  return [
    `${nodes(NodesEvaluated)} evaluated: ${String(NodesFiltered)} filtered out, ${String(NodesExhausted)} without room.`,
    ...empty.map(([datacenter]) => `No nodes are available in datacenter ${datacenter}.`),
  ];
}

function filteredLines(metric: AllocationMetric, group: TaskGroup | undefined): string[] {
  return [
    ...sorted(metric.ClassFiltered).map(([name, count]) => `Class "${name}": ${nodes(count)} filtered out.`),
    ...sorted(metric.ConstraintFiltered).map(([text, count]) => constraintLine(text, count, group)),
  ];
}

function constraintLine(text: string, count: number, group: TaskGroup | undefined): string {
  if (text === 'missing drivers') {
    const drivers = [...new Set((group?.Tasks ?? []).map((task) => task.Driver))].sort();
    return `Driver missing on ${nodes(count)}; the tasks need ${drivers.join(', ')}.`;
  }
  // This is how the scheduler remembers that all nodes of a kind failed before, for a reason that it doesn't repeat.
  if (text === 'computed class ineligible') return `Of a kind that was found ineligible before: ${nodes(count)}.`;
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
  const resource = resources[name];
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
