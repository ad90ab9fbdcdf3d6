import type { AllocationRecord, DeploymentRecord, JobRecord, TaskRecord } from './records.ts';
import type { Store } from './store.ts';
import { hasEnded, isAlive } from './taskState.ts';

/** What rows are of, as the first word that menus look for. */
export const rowKinds = ['job', 'group', 'deployment', 'deploymentGroup', 'allocation', 'task', 'node'] as const;

/** What can be done with rows. A group has `job` as well, whose menu it has. */
export const rowWords = [
  'linked',
  'copyable',
  'stoppable',
  'revertable',
  'promotable',
  'multigroup',
  'failable',
  'active',
  'execable',
  'endable',
  'job',
] as const;

type RowWord = (typeof rowWords)[number];

type Can = Readonly<Partial<Record<RowWord, boolean>>>;

/**
 * What can be done with a row, as words that menus look for. A word says that trying makes sense, not that it will be
 * allowed: a deployment counts as promotable before its canaries are healthy, so that a person is told what is missing.
 */
function words(kind: (typeof rowKinds)[number], can: Can): string {
  return [kind, ...Object.entries(can).flatMap(([word, is]) => (is ? [word] : []))].join(' ');
}

/** Whether a word is among what can be done with a row. */
export function hasWord(capabilities: string, word: RowWord): boolean {
  return capabilities.split(' ').includes(word);
}

export function jobCapabilities(store: Store, job: JobRecord): string {
  const deployment = store.activeDeploymentOf(job.key);
  return words('job', {
    linked: true,
    copyable: true,
    stoppable: !job.stop && (job.status !== 'dead' || store.allocationsOf(job.key).some(isAlive)),
    // The first version has none before it; if the number is unknown, there may be one.
    revertable: job.version !== 0,
    promotable: deployment?.needsPromotion === true,
    multigroup: deployment !== undefined && waitsInGroups(deployment),
    failable: deployment !== undefined,
    active: deployment !== undefined,
    execable: mayHaveRunning(store, job),
  });
}

/** Agents that list jobs without their allocations leave open whether one runs. */
function mayHaveRunning(store: Store, job: JobRecord): boolean {
  if (store.allocationsOf(job.key).some(isExecable)) return true;
  const isParent = job.periodic || job.parameterized || job.children !== undefined;
  return !store.hasAllAllocations(job.key) && job.status === 'running' && !isParent;
}

/** A group has those entries of its job's menu that make sense for a group. */
export function groupCapabilities(store: Store, job: JobRecord, group: string): string {
  const execable = store.allocationsOf(job.key).some((one) => one.group === group && isExecable(one));
  return words('group', { job: true, linked: true, copyable: true, execable });
}

export function deploymentCapabilities(deployment: DeploymentRecord): string {
  return words('deployment', deploymentCan(deployment));
}

function deploymentCan(deployment: DeploymentRecord): Can {
  const { active, needsPromotion } = deployment;
  const multigroup = waitsInGroups(deployment);
  return { linked: true, copyable: true, active, promotable: needsPromotion, multigroup, failable: active };
}

/** Whether there is a choice of groups to promote. */
function waitsInGroups({ needsPromotion, groups }: DeploymentRecord): boolean {
  return needsPromotion && groups.filter((group) => group.desiredCanaries > 0 && !group.promoted).length > 1;
}

/** A group of a deployment stands for the deployment in its menu. */
export function deploymentGroupCapabilities(deployment: DeploymentRecord): string {
  return words('deploymentGroup', deploymentCan(deployment));
}

export function allocationCapabilities(allocation: AllocationRecord): string {
  const endable = !hasEnded(allocation) && allocation.desiredStatus !== 'stop';
  return words('allocation', { linked: true, copyable: true, execable: isExecable(allocation), endable });
}

/** @param allocation the one that the task is of, if it is known */
export function taskCapabilities(task: TaskRecord, allocation?: AllocationRecord): string {
  const execable = task.state === 'running' && (allocation === undefined || isExecable(allocation));
  return words('task', { execable, copyable: true, linked: true });
}

export function nodeCapabilities(): string {
  return words('node', { copyable: true });
}

function isExecable(allocation: AllocationRecord): boolean {
  return allocation.clientStatus === 'running';
}
