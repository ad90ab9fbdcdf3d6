import type { Allocated } from '../wording/allocated.ts';
import { isLooping, steadyMs } from '../state/tables/crashLoop.ts';
import { culpritOfGroup, culpritOfJob } from '../wording/culprits.ts';
import { tellerOf } from '../wording/failing.ts';
import { failureSentence, taskSentence } from '../wording/failureSentence.ts';
import type { AllocationRecord, DeploymentRecord, JobRecord, TaskRecord } from '../state/tables/records.ts';
import {
  culpritOf as culpritOfDeployment,
  deploymentGroupStatus,
  deploymentStatus,
} from '../wording/deploymentStatus.ts';
import { allocationStatus, groupStatus, jobStatus, taskStatus } from '../wording/status.ts';
import { isProblem } from '../wording/statusWords.ts';
import type { Status } from '../wording/statusWords.ts';
import { allocationWait, culpritOf, describedFailure, restartsOf } from '../state/tables/taskState.ts';
import { allocatedFacts, taskResources } from './allocatedFacts.ts';
import { faceOf } from './face.ts';
import type { FaceContext } from './face.ts';
import type { Row, RowSource } from './rows.ts';
import { exactTime } from './times.ts';

export type Fact = readonly [name: string, value: string];

/** What a tooltip tells about a row. Values are as the server sent them: whoever shows them has to escape them. */
export interface Facts {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** @param given what the store doesn't have of an allocation, where it was read */
export function factsOf(context: FaceContext, row: Row, given?: Allocated): Facts {
  const face = faceOf(context, row);
  const facts = rowFacts(context.source, row, given).filter(
    (fact): fact is Fact => fact[1] !== undefined && fact[1] !== '',
  );
  if (row.kind !== 'message') return { title: face.label, facts };
  return { title: [face.label, face.description].filter((part) => part !== '').join(': '), facts: [] };
}

type MaybeFact = readonly [name: string, value: string | undefined];

function rowFacts(source: RowSource, row: Row, given: Allocated | undefined): readonly MaybeFact[] {
  const { store } = source;
  switch (row.kind) {
    case 'job':
      return optional(store.jobs.get(row.job), (job) => jobFacts(source, job));
    case 'group':
      return optional(store.jobs.get(row.job), (job) => groupFacts(source, job, row.group));
    case 'allocation':
      return optional(store.allocations.get(row.allocation), (one) => allocationFacts(source, one, given));
    case 'task': {
      const allocation = store.allocations.get(row.allocation);
      return optional(
        allocation?.tasks?.find((task) => task.name === row.task),
        (task) => [
          ...taskFacts(source, task, allocation),
          ['Resources', given === undefined ? undefined : taskResources(given, task.name)],
        ],
      );
    }
    case 'deployment':
      return optional(store.deployments.get(row.deployment), (deployment) => deploymentFacts(source, deployment));
    case 'deploymentGroup':
      return optional(store.deployments.get(row.deployment), (one) => deploymentGroupFacts(source, one, row.group));
    case 'message':
      return [];
  }
}

function optional<T>(record: T | undefined, facts: (record: T) => readonly MaybeFact[]): readonly MaybeFact[] {
  return record === undefined ? [] : facts(record);
}

function stateOf({ word, detail }: Status): MaybeFact {
  const said = detail.split(' · ').some((part) => part.startsWith(word));
  return ['State', [said ? '' : word, detail].filter((part) => part !== '').join(' · ')];
}

function moment(source: RowSource, ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : exactTime(ms, source.timeZone);
}

function jobFacts(source: RowSource, job: JobRecord): readonly MaybeFact[] {
  const kind = [job.type, job.periodic ? 'periodic' : '', job.parameterized ? 'parameterized' : ''];
  return [
    stateOf(jobStatus(source.store, job, source.now())),
    ...causeFacts(source, culpritOfJob(source.store, job, source.now())),
    ['Id', job.id === job.name ? undefined : job.id],
    ['Namespace', job.namespace],
    ['Switched off', job.periodicEnabled === false ? 'its schedule starts nothing' : undefined],
    ['Type', kind.filter((word) => word !== '').join(', ')],
    job.periodicSpec === undefined ? ['Priority', String(job.priority)] : ['Schedule', job.periodicSpec.join(', ')],
    ['Version', numberText(job.version)],
    ['Submitted', moment(source, job.submitTimeMs)],
    ['Node pool', job.nodePool],
    ['Datacenters', job.datacenters.join(', ')],
  ];
}

function groupFacts(source: RowSource, job: JobRecord, name: string): readonly MaybeFact[] {
  const group = job.groups?.find((one) => one.name === name);
  return [
    stateOf(groupStatus(source.store, job, name, source.now())),
    ...causeFacts(source, culpritOfGroup(source.store, job, name, source.now())),
    ['Job', job.id],
    ['Namespace', job.namespace],
    ['Wanted', group === undefined ? undefined : String(group.count)],
    ['Tasks', group?.tasks.join(', ')],
  ];
}

/** Why an allocation is in trouble, and what comes next. */
function causeFacts(source: RowSource, allocation: AllocationRecord | undefined): readonly MaybeFact[] {
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

function allocationFacts(
  source: RowSource,
  allocation: AllocationRecord,
  given: Allocated | undefined,
): readonly MaybeFact[] {
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

function taskFacts(
  source: RowSource,
  task: TaskRecord,
  allocation: AllocationRecord | undefined,
): readonly MaybeFact[] {
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
  ];
}

function deploymentFacts(source: RowSource, deployment: DeploymentRecord): readonly MaybeFact[] {
  return [
    stateOf(deploymentStatus(source.store, deployment, source.now())),
    ...(troubled(deployment) ? causeFacts(source, culpritOfDeployment(source.store, deployment, source.now())) : []),
    ['Id', deployment.id],
    ['Job', `${deployment.jobId} v${String(deployment.jobVersion)} in ${deployment.namespace}`],
    ['Status', deployment.status],
    ['Description', deployment.statusDescription],
    ['Created', moment(source, deployment.createTimeMs)],
    ['Changed', moment(source, deployment.modifyTimeMs)],
  ];
}

function troubled({ status, active }: DeploymentRecord): boolean {
  return active || status === 'failed';
}

function deploymentGroupFacts(source: RowSource, deployment: DeploymentRecord, name: string): readonly MaybeFact[] {
  const group = deployment.groups.find((one) => one.name === name);
  if (group === undefined) return [];
  const wanted = String(group.desiredCanaries);
  const canaries = `${String(group.placedCanaries.length)} of ${wanted} placed${group.promoted ? ', promoted' : ''}`;
  return [
    stateOf(deploymentGroupStatus(source.store, deployment, group, source.now())),
    ['Canaries', group.desiredCanaries > 0 ? canaries : undefined],
    ['Placed', `${String(group.placed)} of ${String(group.desiredTotal)}`],
    ['Healthy', String(group.healthy)],
    ['Unhealthy', String(group.unhealthy)],
    ['Promotion', group.desiredCanaries === 0 ? undefined : group.autoPromote ? 'automatic' : 'by hand'],
    ['On failure', group.autoRevert ? 'reverts to the last stable version' : 'stays as it is'],
    ['Progress due', moment(source, group.requireProgressByMs)],
  ];
}

function numberText(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
