import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { jobFromStatusItem, jobFromStub, jobRecord } from '../../../src/state/tables/jobRecords.ts';
import type { JobRecord } from '../../../src/state/tables/records.ts';
import { groupStatus, jobStatus } from '../../../src/wording/status.ts';
import { isProblem } from '../../../src/wording/statusWords.ts';
import { Store } from '../../../src/state/tables/store.ts';
import type { Allocation } from '../../../src/nomad/types/allocation.ts';
import type { Job, JobStatusItem, JobStub, TaskGroupSummary } from '../../../src/nomad/types/job.ts';
import { golden } from '../../support/golden.ts';
import {
  endedTask,
  hoursAgo,
  makeAllocation,
  makeDeployment,
  makeJob,
  makeStore,
  makeTask,
  nowMs,
  statusRow,
} from '../state/build.ts';

function only(store: Store): JobRecord {
  const [job] = store.jobs.values();
  assert.ok(job);
  return job;
}

function three(...more: readonly Partial<Allocation>[]): Allocation[] {
  return [0, 1, 2].map((index) => makeAllocation(index, more[index] ?? {}));
}

const failed: Partial<Allocation> = { ClientStatus: 'failed', TaskStates: { server: endedTask({ exit_code: '1' }) } };
const away: Partial<Allocation> = { ClientStatus: 'unknown', NextAllocation: 'x' };
const oom = { exit_code: '137', oom_killed: 'true' };
const restarting: Partial<Allocation> = {
  ClientStatus: 'pending',
  TaskStates: {
    server: makeTask({ State: 'pending', Restarts: 5, Events: [{ Type: 'Restarting', Time: hoursAgo(1) }] }),
  },
};
const deploymentId = makeDeployment().ID;
const crashing: Partial<Allocation> = {
  ClientStatus: 'pending',
  TaskStates: {
    server: makeTask({
      ...{ State: 'pending', Restarts: 129 },
      Events: [
        { Type: 'Terminated', Time: hoursAgo(1), Details: { exit_code: '3' } },
        { Type: 'Restarting', Time: hoursAgo(1) },
      ],
    }),
  },
};
const starved: Partial<Allocation> = {
  ClientStatus: 'pending',
  TaskStates: {
    server: makeTask({
      State: 'pending',
      Events: [{ Type: 'Template', Time: hoursAgo(1), DisplayMessage: 'Missing: nomad.var.block(web)' }],
    }),
  },
};
const canary: Partial<Allocation> = {
  JobVersion: 13,
  DeploymentStatus: { Canary: true, Healthy: true },
};
const waiting = { DesiredCanaries: 1, PlacedCanaries: ['c'], PlacedAllocs: 1, HealthyAllocs: 0 };
const next = { JobVersion: 13 };

function blocked(store: Store, metric: object): Store {
  const evaluation = { ID: 'e', Namespace: 'default', JobID: 'web', Status: 'blocked', ModifyIndex: 5 };
  store.apply('blocked', { ...evaluation, FailedTGAllocs: { app: metric } });
  return store;
}

const stores: Readonly<Record<string, () => Store>> = {
  'all run': () => makeStore(makeJob(), three()),
  'one restarting': () => makeStore(makeJob(), three(restarting)),
  'one starting': () => makeStore(makeJob(), three({ ClientStatus: 'pending' })),
  'none started yet': () =>
    makeStore(
      makeJob({ Status: 'pending' }),
      three().map((one) => ({ ...one, ClientStatus: 'pending' })),
    ),
  'no allocation yet': () => makeStore(makeJob({ Status: 'pending' })),
  'one failed': () => makeStore(makeJob(), three(failed)),
  'one failed and was replaced': () =>
    makeStore(makeJob(), [...three(), makeAllocation(0, { ...failed, NextAllocation: 'x' })]),
  'all failed': () => makeStore(makeJob(), three(failed, failed, failed)),
  'its only one failed, out of memory': () =>
    makeStore(makeJob({}, 1), [makeAllocation(0, { ClientStatus: 'failed', TaskStates: { server: endedTask(oom) } })]),
  'its only one failed by its driver': () => {
    const Events = [{ Type: 'Driver Failure', Time: 1, DisplayMessage: 'no such image' }];
    const server = makeTask({ State: 'dead', Failed: true, Events });
    return makeStore(makeJob({}, 1), [makeAllocation(0, { ClientStatus: 'failed', TaskStates: { server } })]);
  },
  'one back from a node that was away, its replacement stopped': () =>
    makeStore(makeJob(), [
      ...three({ NextAllocation: 'x' }),
      makeAllocation(0, { DesiredStatus: 'stop', ClientStatus: 'complete' }),
    ]),
  'one on a node that is away, its replacement running': () =>
    makeStore(makeJob(), [...three(away), makeAllocation(0)]),
  'one back, its replacement not told to stop yet': () =>
    makeStore(makeJob(), [...three({ NextAllocation: 'x' }), makeAllocation(0)]),
  'one not heard of yet, its replacement told to stop': () =>
    makeStore(makeJob(), [...three(away), makeAllocation(0, { ID: 'x', DesiredStatus: 'stop' })]),
  'one not heard of yet, its replacement replaced': () =>
    makeStore(makeJob(), [
      ...three(away),
      makeAllocation(0, { ID: 'x', DesiredStatus: 'stop', ClientStatus: 'failed', NextAllocation: 'y' }),
      makeAllocation(0, { ID: 'y' }),
    ]),
  'one waiting for a value': () => makeStore(makeJob({}, 1), [makeAllocation(0, starved)]),
  'one lost': () => makeStore(makeJob(), three({ ClientStatus: 'lost' })),
  'one on a disconnected node': () => makeStore(makeJob(), three({ ClientStatus: 'unknown' })),
  'a word that is not known': () => makeStore(makeJob(), three({ ClientStatus: 'hibernating' })),
  'stopped, still ending': () => makeStore(makeJob({ Stop: true, Status: 'dead', Version: 4 }), three()),
  stopped: () => makeStore(makeJob({ Stop: true, Status: 'dead', Version: 4 })),
  'scaled to nothing': () => makeStore(makeJob({}, 0)),
  'dead without being stopped': () =>
    makeStore(
      makeJob({ Status: 'dead' }),
      three().map((one) => ({ ...one, ClientStatus: 'complete' })),
    ),
  'old ones that stop': () =>
    makeStore(makeJob(), [...three(), makeAllocation(0, { DesiredStatus: 'stop', JobVersion: 11 })]),
  'canary not healthy': () =>
    makeStore(
      makeJob({ Version: 13 }),
      [...three(), makeAllocation(0, { ...canary, DeploymentStatus: { Canary: true } })],
      [makeDeployment(waiting, next)],
    ),
  'canary healthy': () =>
    makeStore(
      makeJob({ Version: 13 }),
      [...three(), makeAllocation(0, canary)],
      [makeDeployment({ ...waiting, HealthyAllocs: 1 }, next)],
    ),
  'canary healthy, promoted by itself': () =>
    makeStore(
      makeJob({ Version: 13 }),
      [...three(), makeAllocation(0, canary)],
      [makeDeployment({ ...waiting, HealthyAllocs: 1, AutoPromote: true }, next)],
    ),
  'rolling out': () => makeStore(makeJob({ Version: 13 }), three(), [makeDeployment({ HealthyAllocs: 2 }, next)]),
  'rolling out badly': () =>
    makeStore(makeJob({ Version: 13 }), three(), [makeDeployment({ HealthyAllocs: 1, UnhealthyAllocs: 1 }, next)]),
  'rollout paused': () =>
    makeStore(makeJob({ Version: 13 }), three(), [makeDeployment({}, { ...next, Status: 'paused' })]),
  'rollout done': () => makeStore(makeJob(), three(), [makeDeployment({}, { Status: 'successful' })]),
  'rollout with a crash loop': () =>
    makeStore(
      makeJob({ Version: 13 }, 1),
      [makeAllocation(0, { ...crashing, DeploymentID: deploymentId })],
      [makeDeployment({ HealthyAllocs: 0, DesiredTotal: 1 }, next)],
    ),
  'rollout failed by what it placed': () =>
    makeStore(
      makeJob({ Version: 13 }),
      [...three(), makeAllocation(0, { ...failed, DeploymentID: deploymentId, NextAllocation: 'x' })],
      [makeDeployment({}, { ...next, Status: 'failed', StatusDescription: 'Failed due to unhealthy allocations' })],
    ),
  'rollout of an older version failed': () =>
    makeStore(makeJob({ Version: 14 }), three(), [
      makeDeployment({}, { ...next, Status: 'failed', StatusDescription: 'Failed due to unhealthy allocations' }),
    ]),
  'rollout failed, old ones run': () =>
    makeStore(makeJob(), three(), [
      makeDeployment({}, { Status: 'failed', StatusDescription: 'Failed due to progress deadline' }),
    ]),
  'memory exhausted': () =>
    blocked(makeStore(makeJob({}, 1)), { DimensionExhausted: { memory: 3 }, NodesEvaluated: 3 }),
  'two without driver': () =>
    blocked(makeStore(makeJob(), three().slice(0, 1)), {
      CoalescedFailures: 1,
      ConstraintFiltered: { 'missing drivers': 2 },
    }),
  'constraint met nowhere': () =>
    blocked(makeStore(makeJob({}, 1)), { ConstraintFiltered: { '${attr.kernel.name} = plan9': 1 }, NodesEvaluated: 1 }),
  'no nodes': () => blocked(makeStore(makeJob({}, 1)), { NodesEvaluated: 0 }),
  'batch, running': () => makeStore(makeJob({ Type: 'batch' }), three({ ClientStatus: 'complete' })),
  'batch, complete': () =>
    makeStore(
      makeJob({ Type: 'batch', Status: 'dead' }),
      three().map((one) => ({ ...one, ClientStatus: 'complete' })),
    ),
  'batch, failed': () => makeStore(makeJob({ Type: 'batch', Status: 'dead' }, 1), [makeAllocation(0, { ...failed })]),
  'batch, one complete, two failed': () =>
    makeStore(makeJob({ Type: 'batch', Status: 'dead' }), three({ ClientStatus: 'complete' }, failed, failed)),
  'batch, collected': () => makeStore(makeJob({ Type: 'batch', Status: 'dead' })),
  system: () => makeStore(makeJob({ Type: 'system' }, 1), three()),
  'system, one node failed': () => makeStore(makeJob({ Type: 'system' }, 1), three({ ...failed })),
  'system, no nodes': () => makeStore(makeJob({ Type: 'system' }, 1)),
};

function stub(more: Partial<JobStub>, summary?: Partial<TaskGroupSummary>): JobStub {
  const counts = { Queued: 0, Complete: 0, Failed: 0, Running: 0, Starting: 0, Lost: 0, ...summary };
  const Summary = summary === undefined ? null : { app: counts };
  return {
    ...{ ID: 'web', ParentID: '', Name: 'web', Namespace: 'default', Type: 'service', Priority: 50, Periodic: false },
    ...{ ParameterizedJob: false, Stop: false, Status: 'running', CreateIndex: 1, ModifyIndex: 9, JobModifyIndex: 9 },
    JobSummary: { JobID: 'web', Summary, CreateIndex: 1, ModifyIndex: 9 },
    ...more,
  };
}

function ofStub(more: Partial<JobStub>, summary?: Partial<TaskGroupSummary>): Store {
  const store = new Store();
  store.apply('jobs', jobFromStub(stub(more, summary)));
  return store;
}

const runs = {
  JobID: 'web',
  Summary: null,
  Children: { Pending: 1, Running: 1, Dead: 10 },
  CreateIndex: 1,
  ModifyIndex: 9,
};

const stubs: Readonly<Record<string, () => Store>> = {
  running: () => ofStub({}, { Running: 3 }),
  'failed ones of long ago': () => ofStub({}, { Running: 3, Failed: 7, Lost: 1 }),
  queued: () => ofStub({}, { Running: 1, Queued: 1 }),
  failed: () => ofStub({ Status: 'dead' }, { Failed: 2 }),
  'batch, complete': () => ofStub({ Type: 'batch', Status: 'dead' }, { Complete: 2 }),
  'without a summary': () => ofStub({}),
  'without a summary, of a word that is not known': () => ofStub({ Status: 'frozen' }),
  periodic: () => ofStub({ Type: 'batch', Periodic: true, JobSummary: runs }),
  parameterized: () => ofStub({ Type: 'batch', ParameterizedJob: true, JobSummary: { ...runs, Children: null } }),
};

const item: JobStatusItem = {
  ...{
    ID: 'report',
    Namespace: 'default',
    Name: 'report',
    Type: 'batch',
    Priority: 50,
    Version: 0,
    ModifyIndex: 3,
  },
  ...{ Stop: false, Status: 'running', GroupCountSum: 1, Allocs: null, LatestDeployment: null },
  ChildStatuses: ['dead'],
};

describe('status of a job', () => {
  it('follows from its allocations, deployment and blocked evaluation', () => {
    const rows = Object.entries(stores).map(([name, make]) => {
      const store = make();
      return statusRow(name, jobStatus(store, only(store), nowMs));
    });
    golden('wording/job-status', rows.join('\n'));
  });

  it('follows from the summary where the agent lists no allocations', () => {
    const rows = Object.entries(stubs).map(([name, make]) => {
      const store = make();
      return statusRow(name, jobStatus(store, only(store), nowMs));
    });
    golden('wording/job-status-of-stubs', rows.join('\n'));
  });

  it('says how many runs a job has before it is known of what kind it is', () => {
    const store = new Store();
    store.apply('jobs', jobFromStatusItem(item, undefined));
    assert.equal(jobStatus(store, only(store), nowMs).detail, '1 run');
    store.apply(
      'jobs',
      jobFromStub(stub({ ID: 'report', Type: 'batch', Periodic: true, ModifyIndex: 3, JobSummary: runs })),
    );
    assert.equal(jobStatus(store, only(store), nowMs).detail, 'periodic · 12 runs · 1 running');
  });

  it('is one word for a periodic job, however it was read', () => {
    const Periodic = { Enabled: false, Spec: '0 3 * * *', SpecType: 'cron' };
    const whole = jobRecord(
      makeJob({ ID: 'web', Type: 'batch', Periodic, ModifyIndex: 9, JobModifyIndex: 9, Version: 0 }),
    );
    const listed = jobFromStub(stub({ Type: 'batch', Periodic: true, JobSummary: { ...runs, Children: null } }));
    const status = jobFromStatusItem({ ...item, ID: 'web', Name: 'web', ModifyIndex: 9, ChildStatuses: [] }, whole);
    for (const order of [[whole], [listed, whole], [whole, listed], [whole, status], [listed, whole, status]]) {
      const store = new Store();
      for (const record of order) store.apply('jobs', record);
      assert.equal(jobStatus(store, only(store), nowMs).detail, 'periodic · disabled · 0 runs');
    }
    const store = new Store();
    store.apply('jobs', listed);
    assert.equal(jobStatus(store, only(store), nowMs).detail, 'periodic · 0 runs');
  });

  it('counts as a problem when it is failed, blocked, degraded or undecided', () => {
    const problems = Object.entries(stores).filter(([, make]) => {
      const store = make();
      return isProblem(jobStatus(store, only(store), nowMs));
    });
    golden('wording/problems', problems.map(([name]) => name).join('\n'));
  });
});

describe('status of a group', () => {
  it('counts its own allocations only', () => {
    const TaskGroups: Job['TaskGroups'] = ['app', 'cache'].map((Name) => ({ Name, Count: 1, Tasks: null }));
    const cache = makeAllocation(0, { TaskGroup: 'cache', ...failed });
    const store = makeStore(makeJob({ TaskGroups }), [makeAllocation(0), cache]);
    assert.equal(groupStatus(store, only(store), 'app', nowMs).detail, '1/1 running');
    assert.equal(groupStatus(store, only(store), 'cache', nowMs).detail, 'failed · exit 1');
  });

  it('tells of its canary', () => {
    const store = stores['canary healthy']?.();
    assert.ok(store);
    assert.equal(groupStatus(store, only(store), 'app', nowMs).detail, 'needs promotion · canary 1/1 healthy');
  });
});
