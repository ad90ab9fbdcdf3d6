import { describedFailure } from '../../state/tables/taskState.ts';
import type { Allocated } from '../../wording/allocated.ts';
import { taskUse } from '../../wording/allocations/usageText.ts';
import { taskSentence } from '../../wording/failureSentence.ts';
import { allocationStatus, taskStatus } from '../../wording/status.ts';
import { allocatedFacts, taskResources } from '../allocatedFacts.ts';
import type { AllocationRow, RowSource, TaskRow } from '../rows.ts';
import { causeFacts, moment, numberText, stateOf, type MaybeFact } from './fact.ts';

/** @param given what the store doesn't have of the allocation, where it was read */
export function allocationFacts(
  source: RowSource,
  row: AllocationRow,
  given: Allocated | undefined,
): readonly MaybeFact[] {
  const allocation = source.store.allocations.get(row.allocation);
  if (allocation === undefined) return [];
  const { nodeName, nodeId, desiredStatus, desiredDescription, clientStatus } = allocation;
  const desired = [desiredStatus, desiredDescription].filter((part) => part !== undefined && part !== '');
  const client = [clientStatus, describedFailure(allocation)].filter((part) => part !== undefined);
  return [
    stateOf(allocationStatus(allocation, source.now(), source.store)),
    ...causeFacts(source, allocation),
    ['Id', allocation.id],
    ['Job', `${allocation.jobId} v${String(allocation.jobVersion)} in ${allocation.namespace}`],
    ['Node', nodeName === undefined ? nodeId : `${nodeName} (${nodeId.slice(0, 8)})`],
    ...(given === undefined ? [] : allocatedFacts(given)),
    ['Client status', client.join(': ')],
    ['Desired status', desired.join(': ')],
    ['Created', moment(source, allocation.createTimeMs)],
    ['Changed', moment(source, allocation.modifyTimeMs)],
  ];
}

/** @param given as for its allocation */
export function taskFacts(source: RowSource, row: TaskRow, given: Allocated | undefined): readonly MaybeFact[] {
  const allocation = source.store.allocations.get(row.allocation);
  const task = allocation?.tasks?.find((one) => one.name === row.task);
  if (task === undefined) return [];
  const { lastEvent, cause } = task;
  return [
    stateOf(taskStatus(task, source.now(), allocation)),
    ['Cause', cause === undefined ? undefined : taskSentence(task)],
    ['Waits for', task.waitingFor],
    ['Exit code', numberText(task.exitCode)],
    ['Restarts', String(task.restarts)],
    ['Started', moment(source, task.startedAtMs)],
    ['Finished', moment(source, task.finishedAtMs ?? cause?.timeMs)],
    ['Next try', moment(source, task.nextTryMs)],
    ['Last event', lastEvent === undefined ? undefined : `${lastEvent.type}: ${lastEvent.message}`],
    ['At', moment(source, lastEvent === undefined || lastEvent.timeMs === 0 ? undefined : lastEvent.timeMs)],
    ['Resources', given === undefined ? undefined : taskResources(given, task.name)],
    ['Uses now', given === undefined ? undefined : taskUse(given, task.name)],
  ];
}
