import type { AllocationRecord, TaskRecord } from '../../state/tables/records.ts';
import { culpritOf, describedFailure, isTaskRestarting } from '../../state/tables/taskState.ts';
import { clean } from '../../state/tables/wire.ts';
import { taskSentence } from '../failureSentence.ts';
import type { StateWords } from './stateText.ts';
import { ago } from './timeline.ts';

/** Why each task last ended badly, the one that explains the most first, and when the next try comes. */
export function lastErrorLines(
  record: AllocationRecord,
  replacedAtMs: number | undefined,
  words: StateWords,
): readonly string[] {
  const culprit = culpritOf(record);
  const failed = (record.tasks ?? []).filter((task) => task.cause !== undefined && !isEndOfTask(task));
  const inOrder = [...failed.filter((task) => task === culprit), ...failed.filter((task) => task !== culprit)];
  const described = describedFailure(record);
  const tries = replacedAtMs === undefined ? [] : [`Nomad places another allocation ${comingAt(replacedAtMs, words)}`];
  return [
    ...inOrder.flatMap((task) => taskLines(task, words)),
    ...(described === undefined || culprit !== undefined ? [] : [clean(described)]),
    ...tries,
  ];
}

/** A task that came to a good end has a cause, too. */
function isEndOfTask({ state, failed, exitCode }: TaskRecord): boolean {
  return state === 'dead' && !failed && exitCode === 0;
}

function taskLines(task: TaskRecord, words: StateWords): readonly string[] {
  const { cause, nextTryMs } = task;
  const at = cause?.timeMs;
  const when = at === undefined ? '' : `, ${words.moment(at)}, ${ago(at, words.nowMs)}`;
  const next = isTaskRestarting(task) && nextTryMs !== undefined ? [`  Next try ${comingAt(nextTryMs, words)}`] : [];
  return [`${clean(taskSentence(task) ?? task.name)}${when}`, ...next];
}

/** `at 2026-11-20 14:02:11 GMT+1, in 12 s` */
function comingAt(ms: number, { nowMs, moment }: StateWords): string {
  const seconds = Math.ceil((ms - nowMs) / 1000);
  if (seconds <= 0) return `was due at ${moment(ms)}`;
  return `at ${moment(ms)}, in ${seconds < 120 ? `${String(seconds)} s` : `${String(Math.round(seconds / 60))} min`}`;
}
