import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allocationFromSummary, allocationRecord } from '../../../src/state/tables/allocationRecords.ts';
import { deploymentFromSummary, deploymentRecord } from '../../../src/state/tables/deploymentRecords.ts';
import { jobFromStatusItem, jobRecord } from '../../../src/state/tables/jobRecords.ts';
import { jobKey, parseJobKey } from '../../../src/state/tables/keys.ts';
import { Store } from '../../../src/state/tables/store.ts';
import type { JobSnapshot } from '../../../src/state/tables/store.ts';
import type { JobStatusItem } from '../../../src/nomad/types/job.ts';
import { endedTask, makeAllocation, makeDeployment, makeJob, makeStore } from './build.ts';

const web = jobKey('default', 'web');

function item(id: string, more: Partial<JobStatusItem> = {}): JobStatusItem {
  return {
    ...{ ID: id, Namespace: 'default', Name: id, Type: 'service', Priority: 50, Version: 0, ModifyIndex: 50 },
    ...{ Stop: false, Status: 'running', GroupCountSum: 1, Allocs: [], LatestDeployment: null },
    ...more,
  };
}

function snapshot(...items: readonly JobStatusItem[]): JobSnapshot[] {
  return items.map((one) => {
    const job = jobFromStatusItem(one, undefined);
    return { job, allocations: (one.Allocs ?? []).map((allocation) => allocationFromSummary(allocation, job)) };
  });
}

function replace(store: Store, ...items: readonly JobStatusItem[]) {
  const mark = store.beginSnapshot();
  try {
    return store.replaceJobs(snapshot(...items), mark, { index: 1000, listedSeparately: () => false });
  } finally {
    store.endSnapshot(mark);
  }
}

const summary = (id: string, clientStatus: string) => ({
  ...{ ID: id, Group: 'app', ClientStatus: clientStatus, NodeID: 'n', JobVersion: 12 },
});

describe('job keys', () => {
  it('keep ids with slashes whole', () => {
    const key = jobKey('team-a', 'report/periodic-1');
    assert.deepEqual(parseJobKey(key), { namespace: 'team-a', id: 'report/periodic-1' });
  });

  it('put a job without a namespace into the default one', () => {
    assert.equal(jobKey(undefined, 'web'), jobKey('', 'web'));
    assert.equal(jobKey('', 'web'), 'default/web');
  });
});

describe('store', () => {
  it('takes the same state twice as one', () => {
    const store = new Store();
    const first = store.apply('jobs', jobRecord(makeJob()));
    assert.deepEqual([...first.of('jobs')], [web]);
    assert.equal(first.listChanged('jobs'), true);
    assert.ok(store.apply('jobs', jobRecord(makeJob())).empty);
    const allocation = makeAllocation(0);
    assert.equal(store.apply('allocations', allocationRecord(allocation, 12)).listChanged('allocations'), true);
    assert.ok(store.apply('allocations', allocationRecord(allocation, 12)).empty);
    assert.equal(store.apply('deployments', deploymentRecord(makeDeployment())).listChanged('deployments'), true);
    assert.ok(store.apply('deployments', deploymentRecord(makeDeployment())).empty);
  });

  it('ignores what is older than what it has', () => {
    const allocation = makeAllocation(0, { ModifyIndex: 500 });
    const store = makeStore(makeJob(), [allocation], [makeDeployment({}, { ModifyIndex: 500 })]);
    const older = { ModifyIndex: 499 };
    assert.ok(store.apply('jobs', jobRecord(makeJob({ ModifyIndex: 99, Status: 'pending' }))).empty);
    assert.ok(
      store.apply('allocations', allocationRecord({ ...allocation, ...older, ClientStatus: 'failed' }, 12)).empty,
    );
    assert.ok(store.apply('deployments', deploymentRecord(makeDeployment({}, { ...older, Status: 'failed' }))).empty);
    assert.equal(store.jobs.get(web)?.status, 'running');
  });

  it('says which rows a change concerns, and tells new rows from changed ones', () => {
    const allocation = makeAllocation(0);
    const store = makeStore(makeJob(), [allocation]);
    const changed = { ...allocation, ClientStatus: 'failed', ModifyIndex: (allocation.ModifyIndex ?? 0) + 1 };
    const changes = store.apply('allocations', allocationRecord(changed, 12));
    assert.deepEqual([...changes.of('allocations')], [allocation.ID]);
    assert.deepEqual([...changes.of('jobs')], [web]);
    assert.deepEqual(
      [changes.listChanged('jobs'), changes.listChanged('allocations'), changes.listChanged('deployments')],
      [false, false, false],
    );
  });

  it('keeps allocations of a job by group and index, the newest last', () => {
    const order = ['b.0', 'a.10', 'a.2', 'a.0', 'a.0'];
    const allocations = order.map((name) => {
      const [TaskGroup = '', index = ''] = name.split('.');
      return makeAllocation(Number(index), { TaskGroup });
    });
    const store = makeStore(makeJob(), allocations);
    const ids = store.allocationsOf(web).map(({ id }) => allocations.findIndex(({ ID }) => ID === id));
    assert.deepEqual(ids, [3, 4, 2, 1, 0]);
    assert.equal(store.allocationsOf(web), store.allocationsOf(web), 'the order is worked out once');
  });

  it('keeps deployments of a job newest first, and only the newest is active', () => {
    const old = makeDeployment({}, { ID: 'd1', JobVersion: 11, Status: 'running' });
    const now = makeDeployment({}, { ID: 'd2', JobVersion: 12, Status: 'successful' });
    const store = makeStore(makeJob(), [], [old, now]);
    assert.deepEqual(
      store.deploymentsOf(web).map(({ id }) => id),
      ['d2', 'd1'],
    );
    assert.equal(store.activeDeploymentOf(web), undefined);
  });

  it('knows the runs of a job', () => {
    const store = new Store();
    store.apply('jobs', jobRecord(makeJob({ ID: 'report', Periodic: { Enabled: true } })));
    const run = makeJob({ ID: 'report/periodic-1', ParentID: 'report' });
    const changes = store.apply('jobs', jobRecord(run));
    assert.ok(changes.of('jobs').has(jobKey('default', 'report')), 'the row of the parent tells how many there are');
    assert.deepEqual(
      store.childrenOf(jobKey('default', 'report')).map(({ id }) => id),
      ['report/periodic-1'],
    );
    store.remove('jobs', jobKey('default', 'report/periodic-1'));
    assert.deepEqual(store.childrenOf(jobKey('default', 'report')), []);
  });

  it('keeps an evaluation while it is blocked', () => {
    const store = makeStore(makeJob());
    const evaluation = { ID: 'e1', Namespace: 'default', JobID: 'web', Status: 'blocked', ModifyIndex: 5 };
    assert.ok(store.apply('blocked', evaluation).of('jobs').has(web));
    assert.ok(store.apply('blocked', { ...evaluation, ID: 'e2', Status: 'complete', ModifyIndex: 6 }).empty);
    assert.equal(store.blockedOf(web)?.ID, 'e1');
    store.apply('blocked', { ...evaluation, Status: 'pending', ModifyIndex: 7 });
    assert.equal(store.blockedOf(web), undefined);
  });

  it('removes a job with all that belongs to it, and late events bring nothing back', () => {
    const allocation = makeAllocation(0);
    const store = makeStore(makeJob(), [allocation], [makeDeployment()]);
    const changes = store.remove('jobs', web, 300);
    assert.deepEqual(
      [changes.listChanged('jobs'), changes.listChanged('allocations'), changes.listChanged('deployments')],
      [true, true, true],
    );
    assert.equal(store.allocations.size + store.deployments.size, 0);
    store.apply('allocations', allocationRecord({ ...allocation, ModifyIndex: 400 }, 12));
    store.apply('deployments', deploymentRecord(makeDeployment({}, { ModifyIndex: 400 })));
    store.apply('jobs', jobRecord(makeJob({ ModifyIndex: 300 })));
    assert.equal(store.jobs.size + store.allocations.size + store.deployments.size, 0);
    store.apply('jobs', jobRecord(makeJob({ ModifyIndex: 301, Version: 0 })));
    assert.equal(store.jobs.size, 1, 'a job that is registered anew is a new job');
  });

  it('lets go of the groups it knew when the specification becomes another', () => {
    const store = makeStore(makeJob());
    replace(store, item('web', { Version: 12, ModifyIndex: 100, GroupCountSum: 3 }));
    assert.equal(store.jobs.get(web)?.groups?.length, 1);
    replace(store, item('web', { Version: 13, ModifyIndex: 101 }));
    assert.equal(store.jobs.get(web)?.groups, undefined);
  });

  it('holds many', () => {
    const items = Array.from({ length: 2000 }, (_, at) =>
      item(`job-${String(at)}`, {
        Allocs: Array.from({ length: 10 }, (__, number) => summary(`${String(at)}-${String(number)}`, 'running')),
      }),
    );
    const store = new Store();
    replace(store, ...items);
    assert.equal(store.allocations.size, 20_000);
    assert.equal(store.allocationsOf(jobKey('default', 'job-7')).length, 10);
    assert.ok(replace(store, ...items).empty);
  });
});

describe('a list brought into the store', () => {
  it('adds, changes and removes, and says nothing of what stayed', () => {
    const store = new Store();
    replace(store, item('a'), item('b'), item('c'));
    const changes = replace(store, item('a'), item('b', { ModifyIndex: 60, Priority: 60 }));
    assert.deepEqual([...changes.of('jobs')].sort(), ['default/b', 'default/c']);
    assert.deepEqual([...store.jobs.keys()].sort(), ['default/a', 'default/b']);
  });

  it('removes the allocations that are gone', () => {
    const store = new Store();
    replace(store, item('web', { Allocs: [summary('x', 'running'), summary('y', 'running')] }));
    const changes = replace(store, item('web', { Allocs: [summary('y', 'running')] }));
    assert.deepEqual([...store.allocations.keys()], ['y']);
    assert.equal(changes.listChanged('allocations'), true);
  });

  it('does not undo what events brought while it was under way', () => {
    const kept = makeAllocation(0, { ID: 'x', ModifyIndex: 70 });
    const store = makeStore(makeJob({ ModifyIndex: 50 }), [kept]);
    const mark = store.beginSnapshot();
    store.apply('jobs', jobRecord(makeJob({ ID: 'new', Version: 0 })));
    store.apply('allocations', allocationRecord({ ...kept, ClientStatus: 'failed', ModifyIndex: 71 }, 12));
    store.replaceJobs(snapshot(item('web', { Version: 12, Allocs: [summary('x', 'running')] })), mark, {
      index: 1000,
      listedSeparately: () => false,
    });
    store.endSnapshot(mark);
    assert.ok(store.jobs.has(jobKey('default', 'new')));
    assert.equal(store.allocations.get('x')?.clientStatus, 'failed');
  });

  it('gives nothing of a job that was removed to the one that was registered since', () => {
    const store = makeStore(makeJob({ ModifyIndex: 50 }), [makeAllocation(0, { ID: 'old' })], [makeDeployment()]);
    const mark = store.beginSnapshot();
    store.remove('jobs', web, 60);
    store.apply('jobs', jobRecord(makeJob({ Version: 0, ModifyIndex: 61 })));
    store.setComplete(web);
    const [before] = snapshot(item('web', { Version: 12, Allocs: [summary('old', 'running')] }));
    assert.ok(before);
    const deployment = deploymentRecord(makeDeployment());
    const listing = { index: 55, listedSeparately: () => false };
    assert.ok(store.replaceJobs([{ ...before, deployment }], mark, listing).empty);
    const allocation = allocationRecord(makeAllocation(0, { ID: 'old' }), 12);
    assert.ok(store.replaceGroup('allocations', web, [allocation], mark).empty);
    assert.ok(store.replace('deployments', [deployment], mark).empty);
    store.endSnapshot(mark);
    assert.deepEqual([store.allocations.size, store.deployments.size, store.jobs.get(web)?.version], [0, 0, 0]);
  });

  it('is believed even at a lower index, as of a cluster that was made anew', () => {
    const store = makeStore(makeJob({ ModifyIndex: 5000, Status: 'dead' }));
    replace(store, item('web', { ModifyIndex: 9 }));
    assert.equal(store.jobs.get(web)?.status, 'running');
  });

  it('leaves what was learned of an allocation, unless its state is another', () => {
    const allocation = makeAllocation(0, { ID: 'x', ClientStatus: 'failed', TaskStates: { t: endedTask({}) } });
    const store = makeStore(makeJob(), [allocation]);
    const known = { Version: 12, ModifyIndex: 100 };
    replace(store, item('web', { ...known, Allocs: [summary('x', 'failed')] }));
    assert.equal(store.allocations.get('x')?.tasks?.length, 1);
    assert.equal(store.allocations.get('x')?.name, 'web.app[0]');
    replace(store, item('web', { ...known, Allocs: [summary('x', 'complete')] }));
    assert.equal(store.allocations.get('x')?.tasks, undefined);
    assert.equal(store.allocations.get('x')?.modifyIndex, allocation.ModifyIndex);
  });

  it('of deployments replaces summaries and removes the rest', () => {
    const store = makeStore(makeJob());
    const job = store.jobs.get(web);
    assert.ok(job);
    const brief = { ID: 'd1', IsActive: true, JobVersion: 12, Status: 'running', StatusDescription: '' };
    const needs = { ...brief, AllAutoPromote: false, RequiresPromotion: true };
    store.apply('deployments', deploymentFromSummary(needs, job));
    store.apply('deployments', deploymentFromSummary({ ...needs, ID: 'gone' }, job));
    assert.equal(store.activeDeploymentOf(web)?.needsPromotion, true);
    const mark = store.beginSnapshot();
    store.replace('deployments', [deploymentRecord(makeDeployment({}, { ID: 'd1' }))], mark);
    store.endSnapshot(mark);
    assert.deepEqual([...store.deployments.keys()], ['d1']);
    assert.equal(store.deployments.get('d1')?.groups.length, 1);
    store.apply('deployments', deploymentFromSummary(needs, job));
    assert.equal(store.deployments.get('d1')?.groups.length, 1, 'a summary takes nothing away');
  });
});
