import { isLooping } from './crashLoop.ts';
import type { AllocationRecord, TaskRecord } from './records.ts';

/** True while a task waits to be started again. */
export function isTaskRestarting(task: TaskRecord): boolean {
  if (task.state === 'dead') return false;
  return task.lastEvent?.type === 'Restarting' || (task.state === 'pending' && task.restarts > 0);
}

/** True while any task of the allocation waits to be started again. */
export function isRestarting(allocation: AllocationRecord): boolean {
  if (!isAlive(allocation)) return false;
  return allocation.tasks?.some(isTaskRestarting) ?? false;
}

/** The same, or it was started again but has not stayed up for long since, after it had failed several times. */
export function isFailing(allocation: AllocationRecord, nowMs: number): boolean {
  return isRestarting(allocation) || isLooping(allocation, nowMs);
}

/** Running, or on its way there. */
export function isAlive({ clientStatus }: AllocationRecord): boolean {
  return clientStatus === 'running' || clientStatus === 'pending';
}

const ends: ReadonlySet<string> = new Set(['complete', 'failed', 'lost']);

/** Whether nothing of an allocation runs or will run. One whose node is away may run again. */
export function hasEnded({ clientStatus }: AllocationRecord): boolean {
  return ends.has(clientStatus);
}

/** Over, and replaced by another; one that is alive again after its node was away still names what replaced it meanwhile. */
export function isFollowed(allocation: AllocationRecord): boolean {
  return allocation.nextAllocation !== undefined && !isAlive(allocation);
}

/** How often the tasks of an allocation were started again, together. */
export function restartsOf(allocation: AllocationRecord): number {
  return (allocation.tasks ?? []).reduce((sum, task) => sum + task.restarts, 0);
}

/** Why a task ended badly, or can't be started, as far as it says: `exit 137 (OOM)`, `driver failure: no such image`. */
export function taskFailure(task: TaskRecord): string | undefined {
  return task.cause?.words;
}

/** The task that is the reason why an allocation is in trouble. */
export function culpritOf(allocation: AllocationRecord): TaskRecord | undefined {
  const tasks = (allocation.tasks ?? []).filter((task) => task.cause !== undefined);
  const failed = tasks.filter((task) => task.failed);
  // What a task did by itself explains more than that it was ended because of another.
  const own = (task: TaskRecord) => task.cause?.byAnother !== true;
  const again = (task: TaskRecord) => (task.failures?.count ?? 0) > 1 && own(task);
  return failed.find(own) ?? tasks.find(isTaskRestarting) ?? tasks.find(again) ?? tasks.find(own) ?? tasks[0];
}

/** Why an allocation failed, is being restarted or is unhealthy, as far as its tasks or Nomad's description of it say. */
export function allocationFailure(allocation: AllocationRecord): string | undefined {
  return culpritOf(allocation)?.cause?.words ?? describedFailure(allocation);
}

/** What keeps an allocation from starting. */
export function allocationWait(allocation: AllocationRecord): string | undefined {
  return allocation.tasks?.find((task) => task.state === 'pending' && task.waitingFor !== undefined)?.waitingFor;
}

/** Descriptions that say no more than the status does. */
const quietDescriptions: ReadonlySet<string> = new Set([
  '',
  'Failed tasks',
  'Tasks are running',
  'No tasks have started',
  'All tasks have completed',
]);

/** What Nomad says of the allocation as a whole, where that is a cause. */
export function describedFailure({ clientDescription = '' }: AllocationRecord): string | undefined {
  if (quietDescriptions.has(clientDescription)) return undefined;
  return clientDescription.replace(/^(?:allocation (?=exceeded )|alloc is (?:lost|unknown) since )/, '');
}
