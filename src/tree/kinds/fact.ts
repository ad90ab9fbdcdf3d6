import { isLooping, steadyMs } from '../../state/tables/crashLoop.ts';
import type { AllocationRecord } from '../../state/tables/records.ts';
import { allocationWait, culpritOf, restartsOf } from '../../state/tables/taskState.ts';
import { tellerOf } from '../../wording/failing.ts';
import { failureSentence } from '../../wording/failureSentence.ts';
import { allocationStatus } from '../../wording/status.ts';
import { inWords, isProblem, type Status } from '../../wording/statusWords.ts';
import type { RowSource } from '../rows.ts';
import { exactTime } from '../times.ts';

export type Fact = readonly [name: string, value: string];

/** A fact that may not be known. */
export type MaybeFact = readonly [name: string, value: string | undefined];

export function stateOf(status: Status): MaybeFact {
  return ['State', inWords(status)];
}

export function moment(source: RowSource, ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : exactTime(ms, source.timeZone);
}

/** Why an allocation is in trouble, and what comes next. */
export function causeFacts(source: RowSource, allocation: AllocationRecord | undefined): readonly MaybeFact[] {
  if (allocation === undefined) return [];
  const teller = tellerOf(source.store, allocation);
  const task = culpritOf(teller);
  const restarts = restartsOf(allocation);
  const before = allocation.rescheduled?.count ?? 0;
  // What runs well again has a past, and what came to a good end has no cause.
  const inTrouble = isProblem(allocationStatus(allocation, source.now())) || allocation.clientStatus === 'pending';
  return [
    [inTrouble ? 'Cause' : 'Last failure', inTrouble || restarts > 0 ? failureSentence(teller) : undefined],
    ['Waits for', allocationWait(allocation)],
    ['Exit code', numberText(task?.exitCode)],
    ['Restarts', restarts > 0 ? String(restarts) : undefined],
    ['Rescheduled', before > 0 ? `${String(before)}×` : undefined],
    ['Last end', moment(source, task?.cause?.timeMs)],
    ['Next try', moment(source, task?.nextTryMs)],
    ['Loop ends', wellAgain(source, allocation)],
  ];
}

/** When what runs between two failures has stayed up for long enough. */
function wellAgain(source: RowSource, allocation: AllocationRecord): string | undefined {
  const { tasks = [], rescheduled } = allocation;
  if (!isLooping(allocation, source.now()) || tasks.some(({ state }) => state === 'pending')) return undefined;
  const ends = tasks.flatMap(({ state, startedAtMs, failures = rescheduled }) =>
    state !== 'running' || startedAtMs === undefined || failures === undefined
      ? []
      : [startedAtMs + steadyMs(failures)],
  );
  return ends.length === 0 ? undefined : `if it runs until ${exactTime(Math.max(...ends), source.timeZone)}`;
}

export function numberText(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
