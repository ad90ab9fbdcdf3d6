import type { AllocationRecord, TaskRecord } from '../state/tables/records.ts';
import { culpritOf, describedFailure } from '../state/tables/taskState.ts';
import { clean } from '../state/tables/wire.ts';

/** Why an allocation failed, is being restarted or is unhealthy, as a part of a sentence: `server exited 1 (3 restarts)`. */
export function failureSentence(allocation: AllocationRecord): string | undefined {
  const task = culpritOf(allocation);
  if (task?.cause === undefined) return describedFailure(allocation);
  return taskSentence(task);
}

/** What a task did, as a part of a sentence: `server exited 1 (3 restarts)`. */
export function taskSentence(task: TaskRecord): string | undefined {
  if (task.cause === undefined) return undefined;
  const { words, deed, aside } = task.cause;
  const what = deed === undefined ? `${clean(task.name)}: ${words}` : `${clean(task.name)} ${deed}`;
  const restarts = `${String(task.restarts)} ${task.restarts === 1 ? 'restart' : 'restarts'}`;
  const asides = [aside, task.restarts === 0 ? undefined : restarts].filter((one) => one !== undefined);
  return asides.length === 0 ? what : `${what} (${asides.join(', ')})`;
}
