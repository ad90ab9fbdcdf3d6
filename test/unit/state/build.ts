import { allocationRecord } from '../../../src/state/tables/allocationRecords.ts';
import { deploymentRecord } from '../../../src/state/tables/deploymentRecords.ts';
import { jobRecord } from '../../../src/state/tables/jobRecords.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import type { Status } from '../../../src/wording/statusWords.ts';
import { Store } from '../../../src/state/tables/store.ts';
import type { Allocation, TaskState } from '../../../src/nomad/types/allocation.ts';
import type { Deployment, DeploymentState } from '../../../src/nomad/types/deployment.ts';
import type { Job } from '../../../src/nomad/types/job.ts';

export const nowMs = Date.UTC(2026, 10, 20, 12, 0, 0);

export const hourNs = 3_600_000_000_000;

/** Nanoseconds since the epoch, so many hours before {@link nowMs}. */
export function hoursAgo(hours: number): number {
  return nowMs * 1e6 - hours * hourNs;
}

/** A service with one group of three, unless told otherwise. */
export function makeJob(more: Partial<Job> = {}, count = 3): Job {
  return {
    ...{ ID: 'web', Name: 'web', Namespace: 'default', Type: 'service', Priority: 50, Stop: false, Status: 'running' },
    ...{ Version: 12, CreateIndex: 10, ModifyIndex: 100, JobModifyIndex: 100, Datacenters: ['dc1'] },
    TaskGroups: [{ Name: 'app', Count: count, Tasks: [{ Name: 'server', Driver: 'raw_exec' }] }],
    ...more,
  };
}

let serial = 0;

/** A running allocation of that job, unless told otherwise. */
export function makeAllocation(index: number, more: Partial<Allocation> = {}): Allocation {
  serial += 1;
  const hex = serial.toString(16).padStart(12, '0');
  return {
    ...{ ID: `00000000-0000-0000-0000-${hex}`, Name: `web.app[${String(index)}]`, Namespace: 'default' },
    ...{ JobID: 'web', JobVersion: 12, TaskGroup: 'app', NodeID: `node${String(index)}`, NodeName: 'node-7' },
    ...{ DesiredStatus: 'run', ClientStatus: 'running', CreateIndex: 100 + serial, ModifyIndex: 100 + serial },
    ...{ CreateTime: hoursAgo(3), ModifyTime: hoursAgo(1) },
    ...more,
  };
}

export function makeTask(more: Partial<TaskState> = {}): TaskState {
  return { State: 'running', Failed: false, Restarts: 0, Events: null, ...more };
}

/** A task that ended with `details`. */
export function endedTask(details: Record<string, string>, more: Partial<TaskState> = {}): TaskState {
  const Events = [{ Type: 'Terminated', Time: hoursAgo(1), DisplayMessage: 'Exit', Details: details }];
  return makeTask({ State: 'dead', Failed: true, Events, ...more });
}

export function makeDeployment(state: Partial<DeploymentState> = {}, more: Partial<Deployment> = {}): Deployment {
  const counts = { DesiredTotal: 3, PlacedAllocs: 3, HealthyAllocs: 3, UnhealthyAllocs: 0 };
  return {
    ...{ ID: 'd0000000-0000-0000-0000-000000000013', Namespace: 'default', JobID: 'web', JobVersion: 12 },
    ...{ Status: 'running', StatusDescription: 'Deployment is running', CreateIndex: 200, ModifyIndex: 201 },
    TaskGroups: { app: { Promoted: false, DesiredCanaries: 0, PlacedCanaries: null, ...counts, ...state } },
    ModifyTime: hoursAgo(2),
    ...more,
  };
}

/** A store that holds these, and all allocations of the job. */
export function makeStore(
  job: Job,
  allocations: readonly Allocation[] = [],
  deployments: readonly Deployment[] = [],
): Store {
  const store = new Store();
  store.apply('jobs', jobRecord(job));
  const mark = store.beginSnapshot();
  const records = allocations.map((one) => allocationRecord({ ...one, JobID: job.ID }, job.Version));
  store.replaceGroup('allocations', jobKey(job.Namespace, job.ID), records, mark);
  store.endSnapshot(mark);
  for (const deployment of deployments) store.apply('deployments', deploymentRecord({ ...deployment, JobID: job.ID }));
  return store;
}

/** One row of a table of statuses. */
export function statusRow(name: string, { detail, word, tone, rank }: Status): string {
  return `${name.padEnd(48)} | ${detail.padEnd(48)} | ${word} | ${tone} ${String(rank)}`;
}
