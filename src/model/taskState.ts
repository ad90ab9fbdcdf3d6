import type { AllocationRecord, TaskRecord } from './records.ts';

/** True while a task waits to be started again. */
export function isTaskRestarting(task: TaskRecord): boolean {
  if (task.state === 'dead') return false;
  return task.lastEvent?.type === 'Restarting' || (task.state === 'pending' && task.restarts > 0);
}

/** True while any task of the allocation waits to be started again. */
export function isRestarting(allocation: AllocationRecord): boolean {
  if (allocation.clientStatus !== 'running' && allocation.clientStatus !== 'pending') return false;
  return allocation.tasks?.some(isTaskRestarting) ?? false;
}

/** How often the tasks of an allocation were started again, together. */
export function restartsOf(allocation: AllocationRecord): number {
  return (allocation.tasks ?? []).reduce((sum, task) => sum + task.restarts, 0);
}

/** Why a task ended badly, as far as it says: `exit 137 (OOM)`, `driver failure`. */
export function taskFailure(task: TaskRecord): string | undefined {
  if (task.oomKilled === true) return `exit ${String(task.exitCode ?? 137)} (OOM)`;
  if (task.exitCode !== undefined && task.exitCode !== 0) return `exit ${String(task.exitCode)}`;
  const type = task.lastEvent?.type;
  if (type === undefined || quietEvents.has(type)) return undefined;
  return type.toLowerCase();
}

/** Events that end many stories and explain none. */
const quietEvents: ReadonlySet<string> = new Set(['Not Restarting', 'Terminated', 'Killed', 'Killing', 'Started']);

/** Why an allocation failed, as far as its tasks say. */
export function allocationFailure(allocation: AllocationRecord): string | undefined {
  const failed = (allocation.tasks ?? []).filter((task) => task.failed);
  for (const task of failed) {
    const reason = taskFailure(task);
    // What a task did by itself explains more than that it was ended because of another.
    if (reason !== undefined && reason !== 'sibling task failed') return reason;
  }
  return undefined;
}
