import type { AllocationRecord, DeploymentRecord, JobRecord, TaskRecord } from './records.ts';
import type { Store } from './store.ts';

/**
 * What can be done with a row, as words that menus look for. A word says that trying makes sense, not that it will be
 * allowed: a deployment counts as promotable before its canaries are healthy, so that a person is told what is missing.
 */
function words(kind: string, can: Readonly<Record<string, boolean>>): string {
  return [kind, ...Object.keys(can).filter((word) => can[word] === true)].join(' ');
}

export function jobCapabilities(store: Store, job: JobRecord): string {
  const deployment = store.activeDeploymentOf(job.key);
  return words('job', {
    linked: true,
    copyable: true,
    stoppable: !job.stop,
    // Versions before the first there can't be; where the number is not known there may be.
    revertable: job.version !== 0,
    promotable: deployment?.needsPromotion === true,
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

export function groupCapabilities(): string {
  return 'group';
}

export function deploymentCapabilities(deployment: DeploymentRecord): string {
  const { active, needsPromotion } = deployment;
  return words('deployment', { linked: true, copyable: true, active, promotable: needsPromotion, failable: active });
}

export function allocationCapabilities(allocation: AllocationRecord): string {
  return words('allocation', { linked: true, copyable: true, execable: isExecable(allocation) });
}

/** @param allocation the one that the task is of, if it is known */
export function taskCapabilities(task: TaskRecord, allocation?: AllocationRecord): string {
  const execable = task.state === 'running' && (allocation === undefined || isExecable(allocation));
  return words('task', { execable, copyable: true, linked: true });
}

function isExecable(allocation: AllocationRecord): boolean {
  return allocation.clientStatus === 'running';
}
