import { clusterId, type ClusterId } from '../../../src/state/clusters/clusterId.ts';
import { allocationRecord } from '../../../src/state/tables/allocationRecords.ts';
import { deploymentRecord } from '../../../src/state/tables/deploymentRecords.ts';
import { jobFromStub, jobRecord } from '../../../src/state/tables/jobRecords.ts';
import type { JobKey } from '../../../src/state/tables/keys.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { Store } from '../../../src/state/tables/store.ts';
import type { Allocation, TaskState } from '../../../src/nomad/types/allocation.ts';
import type { Deployment, DeploymentState } from '../../../src/nomad/types/deployment.ts';
import type { Job, JobStub } from '../../../src/nomad/types/job.ts';
import { JobFilter } from '../../../src/tree/filter.ts';
import { RowTree } from '../../../src/tree/rowTree.ts';
import type { Layout, RowSource } from '../../../src/tree/rows.ts';

export const now = Date.UTC(2026, 10, 20, 14, 2, 11);

export const minute = 60_000;
const hour = 60 * minute;
export const day = 24 * hour;

const nanoseconds = (ms: number) => ms * 1e6;

/** The same digits over and over: a UUID that tells which thing it is of. */
export function uuid(digits: number): string {
  const hex = digits.toString(16).padStart(8, '0');
  return `${hex}-0000-4000-8000-0000${hex}`;
}

export function job(id: string, fields: Partial<Job> = {}): Job {
  return {
    ID: id,
    Name: id,
    Namespace: 'default',
    Type: 'service',
    Priority: 50,
    Datacenters: ['dc1'],
    NodePool: 'default',
    TaskGroups: [group('app', 1)],
    Stop: false,
    Status: 'running',
    Version: 0,
    SubmitTime: nanoseconds(now - 3 * hour),
    CreateIndex: 10,
    ModifyIndex: 20,
    JobModifyIndex: 15,
    ...fields,
  };
}

export function group(name: string, count: number, tasks: readonly string[] = ['server']) {
  return { Name: name, Count: count, Tasks: tasks.map((task) => ({ Name: task, Driver: 'docker' })) };
}

export function taskState(fields: Partial<TaskState> = {}): TaskState {
  return { State: 'running', Failed: false, Restarts: 0, Events: [], ...fields };
}

export function allocation(digits: number, jobId: string, name: string, fields: Partial<Allocation> = {}): Allocation {
  return {
    ID: uuid(digits),
    Namespace: 'default',
    JobID: jobId,
    Name: `${jobId}.${name}`,
    TaskGroup: name.replace(/\[\d+\]$/, ''),
    NodeID: uuid(0xd000),
    NodeName: 'node-7',
    JobVersion: 0,
    DesiredStatus: 'run',
    ClientStatus: 'running',
    TaskStates: { server: taskState() },
    CreateIndex: 100 + digits,
    ModifyIndex: 200 + digits,
    CreateTime: nanoseconds(now - 3 * hour),
    ModifyTime: nanoseconds(now - 4 * minute),
    ...fields,
  };
}

export function deployment(digits: number, jobId: string, fields: Partial<Deployment> = {}): Deployment {
  return {
    ID: uuid(digits),
    Namespace: 'default',
    JobID: jobId,
    JobVersion: 1,
    TaskGroups: {},
    Status: 'running',
    StatusDescription: 'Deployment is running',
    CreateIndex: 300 + digits,
    ModifyIndex: 400 + digits,
    CreateTime: nanoseconds(now - 2 * hour),
    ModifyTime: nanoseconds(now - 2 * hour),
    ...fields,
  };
}

export function deploymentState(fields: Partial<DeploymentState> = {}): DeploymentState {
  return {
    Promoted: false,
    DesiredCanaries: 0,
    DesiredTotal: 3,
    PlacedAllocs: 0,
    HealthyAllocs: 0,
    UnhealthyAllocs: 0,
    ...fields,
  };
}

export class Fixture {
  readonly cluster: ClusterId;
  readonly store = new Store();
  readonly filter = new JobFilter();
  readonly failures = new Map<JobKey | undefined, string>();
  nowMs = now;
  truncated = false;

  constructor(cluster = clusterId('http://127.0.0.1:4646', undefined)) {
    this.cluster = cluster;
  }

  job(given: Job): this {
    this.store.apply('jobs', jobRecord(given));
    this.store.setComplete(jobKey(given.Namespace, given.ID));
    return this;
  }

  stub(given: JobStub): this {
    this.store.apply('jobs', jobFromStub(given));
    return this;
  }

  allocations(...given: readonly Allocation[]): this {
    for (const one of given) this.store.apply('allocations', allocationRecord(one, one.JobVersion ?? 0));
    return this;
  }

  deployment(given: Deployment): this {
    this.store.apply('deployments', deploymentRecord(given));
    return this;
  }

  tree(layout: Layout): RowTree {
    const truncated = () => this.truncated;
    const source: RowSource = {
      cluster: this.cluster,
      store: this.store,
      namespace: '*',
      filter: this.filter,
      now: () => this.nowMs,
      loadFailure: (key) => this.failures.get(key as JobKey | undefined),
      get allocationsTruncated() {
        return truncated();
      },
      timeZone: 'UTC',
    };
    return new RowTree(layout, source);
  }
}

/** A task that has failed so often within moments, and runs again since now. */
export function crashed(times: number): TaskState {
  const events = Array.from({ length: times }, (_, at) => {
    const startedMs = now - (times - at) * minute;
    return [
      { Type: 'Started', Time: nanoseconds(startedMs) },
      { Type: 'Terminated', Time: nanoseconds(startedMs + 1000), Details: { exit_code: '1' } },
      { Type: 'Restarting', Time: nanoseconds(startedMs + 1000), Details: { restart_reason: 'Restart within policy' } },
    ];
  });
  const Events = [...events.flat(), { Type: 'Started', Time: nanoseconds(now) }].slice(-10);
  return taskState({ Restarts: times, StartedAt: new Date(now).toISOString(), Events });
}

/** A cluster with a bit of everything. */
export function variedCluster(): Fixture {
  const fixture = new Fixture();
  addRollout(fixture);
  addTroubled(fixture);
  addRuns(fixture);
  addHostile(fixture);
  return fixture;
}

function addRollout(fixture: Fixture): void {
  fixture.job(job('web', { Version: 13, TaskGroups: [group('app', 3, ['proxy', 'server']), group('cache', 1)] }));
  const both = { TaskStates: { proxy: taskState({ Restarts: 2 }), server: taskState() } };
  fixture.allocations(
    allocation(1, 'web', 'app[0]', { JobVersion: 12, ...both }),
    allocation(2, 'web', 'app[1]', { JobVersion: 12, NodeName: 'node-2', ...both }),
    allocation(3, 'web', 'app[2]', { JobVersion: 12, NodeName: 'node-3', ...both }),
    allocation(4, 'web', 'app[0]', {
      JobVersion: 13,
      DeploymentID: uuid(0x51),
      DeploymentStatus: { Canary: true, Healthy: true },
    }),
    allocation(5, 'web', 'app[1]', { JobVersion: 11, ClientStatus: 'complete', DesiredStatus: 'stop' }),
    allocation(6, 'web', 'cache[0]', { JobVersion: 12 }),
  );
  fixture.deployment(
    deployment(0x51, 'web', {
      JobVersion: 13,
      StatusDescription: 'Deployment is running but requires manual promotion',
      TaskGroups: {
        app: deploymentState({
          DesiredCanaries: 1,
          PlacedCanaries: [uuid(4)],
          PlacedAllocs: 1,
          HealthyAllocs: 1,
          RequireProgressBy: new Date(now + 30 * minute).toISOString(),
        }),
      },
    }),
  );
}

function addTroubled(fixture: Fixture): void {
  const restarting = taskState({
    State: 'pending',
    Restarts: 5,
    Events: [{ Type: 'Restarting', Time: nanoseconds(now) }],
  });
  fixture.job(job('api', { Version: 7, TaskGroups: [group('http', 3)] }));
  fixture.allocations(
    allocation(21, 'api', 'http[0]', { JobVersion: 7 }),
    allocation(22, 'api', 'http[1]', { JobVersion: 7 }),
    allocation(23, 'api', 'http[2]', { JobVersion: 7, NodeName: 'node-9', TaskStates: { server: restarting } }),
  );
  fixture.deployment(
    deployment(0x52, 'api', {
      JobVersion: 7,
      Status: 'successful',
      StatusDescription: 'Deployment completed successfully',
      TaskGroups: { http: deploymentState({ PlacedAllocs: 3, HealthyAllocs: 3 }) },
    }),
  );
  addEnded(fixture);
  fixture.job(job('big', { Status: 'pending', TaskGroups: [group('app', 2)] }));
  fixture.store.apply('blocked', {
    ID: uuid(0xe1),
    Namespace: 'default',
    JobID: 'big',
    Status: 'blocked',
    FailedTGAllocs: { app: { NodesEvaluated: 3, DimensionExhausted: { memory: 3 }, CoalescedFailures: 1 } },
    ModifyIndex: 5,
  });
}

function addEnded(fixture: Fixture): void {
  const terminated = {
    Type: 'Terminated',
    Time: nanoseconds(now - 4 * minute),
    DisplayMessage: 'Exit Code: 137, Exit Message: "OOM Killed"',
    Details: { exit_code: '137', oom_killed: 'true' },
  };
  const dead = taskState({ State: 'dead', Failed: true, Events: [terminated] });
  fixture.job(job('importer', { Status: 'dead', Type: 'batch', TaskGroups: [group('load', 1)] }));
  fixture.allocations(
    allocation(31, 'importer', 'load[0]', { NodeName: 'node-3', ClientStatus: 'failed', TaskStates: { server: dead } }),
  );
  fixture.job(job('legacy', { Stop: true, Status: 'dead', Version: 4 }));
  fixture.allocations(
    allocation(41, 'legacy', 'app[0]', { JobVersion: 3, ClientStatus: 'complete', DesiredStatus: 'stop' }),
    allocation(42, 'legacy', 'app[0]', { JobVersion: 2, ClientStatus: 'failed', NextAllocation: uuid(41) }),
  );
}

function addRuns(fixture: Fixture): void {
  const periodic = { Enabled: true, Spec: '0 6 * * *', SpecType: 'cron' };
  fixture.job(job('report', { Type: 'batch', Periodic: periodic, Namespace: 'ops' }));
  for (const [at, status] of ['dead', 'running'].entries()) {
    fixture.job(
      job(`report/periodic-176370000${String(at)}`, {
        Type: 'batch',
        ParentID: 'report',
        Namespace: 'ops',
        Status: status,
        SubmitTime: nanoseconds(now - (2 - at) * day),
      }),
    );
  }
  fixture.allocations(
    allocation(61, 'report/periodic-1763700001', 'app[0]', { Namespace: 'ops' }),
    allocation(62, 'report/periodic-1763700000', 'app[0]', { Namespace: 'ops', ClientStatus: 'complete' }),
  );
}

/** Names that a server accepts, and words that only a strange server sends. */
function addHostile(fixture: Fixture): void {
  const names = [
    'a/b/$(flame)',
    'über 日本 %2F',
    '[x](command:nomad.stopJob)',
    'tab\there\u001b[31m',
    '<img src=x>',
    '\u202egpj',
  ];
  for (const [at, name] of names.entries()) {
    fixture.job(
      job(name, { Namespace: 'odd', TaskGroups: [group('$(x) | y', 1)], Status: at === 2 ? 'dreaming' : 'running' }),
    );
    const wire = allocation(0x80 + at, name, '$(x) | y[0]', { Namespace: 'odd', NodeName: `**${name}**` });
    fixture.allocations(at === 3 ? { ...wire, ClientStatus: 'musing $(x)' } : wire);
  }
  fixture.job(job('bare', { Namespace: 'odd', TaskGroups: null }));
  fixture.deployment(
    deployment(0x53, names[0] ?? '', {
      Namespace: 'odd',
      Status: 'pondering',
      StatusDescription: '`x` [y](https://e.example)\nz',
      TaskGroups: { '$(x) | y': deploymentState() },
    }),
  );
  fixture.deployment(
    deployment(0x54, 'gone', { Status: 'failed', StatusDescription: 'Failed due to progress deadline', JobVersion: 3 }),
  );
}
