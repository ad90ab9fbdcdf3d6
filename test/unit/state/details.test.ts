import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import { Bench, item } from './bench.ts';
import { makeAllocation, makeJob } from './build.ts';

const web = jobKey('default', 'web');

describe('details of a cluster', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
  });

  afterEach(() => bench.close());

  it('loads a job once, shares the loading, and tries again after a failure', async () => {
    await bench.live();
    assert.equal(bench.cluster.isJobLoaded(web), false);
    bench.agent.handle('/v1/job/web', () => ({ status: 500, text: 'No cluster leader' }));
    await assert.rejects(bench.cluster.loadJob(web, bench.limit()), (error) => isNomadError(error, 'noLeader'));
    bench.agent.handle('/v1/job/web', () => ({ body: makeJob({ ModifyIndex: 300 }) }));
    bench.agent.handle('/v1/job/web/allocations', () => ({ body: [makeAllocation(0)] }));
    await Promise.all([bench.cluster.loadJob(web, bench.limit()), bench.cluster.loadJob(web, bench.limit())]);
    await bench.cluster.loadJob(web, bench.limit());
    assert.equal(bench.agent.count('/v1/job/web/allocations'), 1);
    assert.equal(bench.cluster.isJobLoaded(web), true);
    assert.equal(bench.cluster.store.jobs.get(web)?.groups?.length, 1);
  });

  it('leaves the loading to others when one who waits for it gives up', async () => {
    await bench.live();
    bench.agent.handle('/v1/job/web', () => ({ body: makeJob({ ModifyIndex: 300 }) }));
    bench.agent.handle('/v1/job/web/allocations', () => ({ body: [] }));
    const giving = new AbortController();
    const [gave, got] = [bench.cluster.loadJob(web, giving.signal), bench.cluster.loadJob(web, bench.limit())];
    giving.abort();
    await assert.rejects(gave, { name: 'AbortError' });
    await got;
  });

  it('loads a job again with everything else on refresh', async () => {
    await bench.live();
    bench.agent.handle('/v1/job/web', () => ({ body: makeJob({ ModifyIndex: 300 }) }));
    bench.agent.handle('/v1/job/web/allocations', () => ({ body: [] }));
    await bench.cluster.loadJob(web, bench.limit());
    await bench.cluster.refresh(bench.limit());
    assert.equal(bench.agent.count('/v1/job/web'), 2);
    assert.equal(bench.agent.lists, 2);
  });

  it('asks what was started again where something runs, and once where an agent can not tell', async () => {
    const Allocs = [{ ID: 'a', Group: 'app', ClientStatus: 'running', NodeID: 'n', JobVersion: 12 }];
    bench.jobs = [item('web', { Allocs })];
    bench.agent.handle('/v1/allocations', () => ({ status: 400, text: 'failed to read filter expression' }));
    await bench.live();
    await bench.arrived(() => bench.agent.count('/v1/allocations') === 1, 'the question');
    await bench.cluster.refresh(bench.limit());
    assert.equal(bench.agent.count('/v1/allocations'), 1);
    assert.deepEqual(bench.errors, []);
  });

  it('refuses to refresh what can not be listed, and keeps its rows', async () => {
    await bench.live();
    bench.agent.handle('/v1/jobs', () => ({ status: 500, text: 'No cluster leader' }));
    await assert.rejects(bench.cluster.refresh(bench.limit()), (error) => isNomadError(error, 'noLeader'));
    assert.equal(bench.cluster.state.kind, 'stale');
    assert.ok(bench.cluster.store.jobs.has(web));
  });

  it('loads the runs of a periodic job with it', async () => {
    bench.jobs = [item('report', { Type: 'batch', ChildStatuses: ['dead'], Allocs: null })];
    await bench.live();
    const key = jobKey('default', 'report');
    const parent = makeJob({ ID: 'report', Type: 'batch', Periodic: { Enabled: true }, ModifyIndex: 300 });
    const run = {
      ...makeJob({ ID: 'report/periodic-1', ParentID: 'report' }),
      Periodic: false,
      ParameterizedJob: false,
    };
    bench.agent.handle('/v1/job/report', () => ({ body: parent }));
    bench.agent.handle('/v1/jobs', () => ({ body: [run, { ...run, ID: 'report/other', ParentID: '' }] }));
    await bench.cluster.loadJob(key, bench.limit());
    assert.deepEqual(
      bench.cluster.store.childrenOf(key).map(({ id }) => id),
      ['report/periodic-1'],
    );
    await bench.cluster.refresh(bench.limit());
    assert.equal(bench.cluster.store.childrenOf(key).length, 1, 'the list of jobs leaves runs out');
  });

  it('loads allocations page by page, newest first', async () => {
    await bench.live();
    const pages = [[makeAllocation(0), makeAllocation(1)], [makeAllocation(2)]];
    bench.agent.handle('/v1/allocations', (url) => {
      assert.equal(url.searchParams.get('reverse'), 'true');
      return { body: pages.shift() ?? [] };
    });
    await bench.cluster.loadAllocations(bench.limit());
    assert.equal(bench.cluster.allocationsLoaded, true);
    assert.equal(bench.cluster.allocationsTruncated, false);
    assert.equal(bench.cluster.store.allocations.size, 2);
    await bench.cluster.loadAllocations(bench.limit());
    assert.equal(bench.agent.count('/v1/allocations'), 1);
  });

  it('loads each allocation once from an agent whose pages start over where indexes gain a digit', async () => {
    await bench.live();
    const one = makeAllocation(0);
    const all = Array.from({ length: 1200 }, (_, at) => {
      return { ...one, ID: `a${String(at)}`, CreateIndex: at + 1, ModifyIndex: at + 1 };
    });
    const tokenOf = ({ ID, CreateIndex }: (typeof all)[number]) => `${String(CreateIndex)}.${ID}`;
    bench.agent.handle('/v1/allocations', (url) => {
      const [from, size] = [url.searchParams.get('next_token'), Number(url.searchParams.get('per_page') ?? all.length)];
      // As an agent before 1.10.2 does: the index in the token is a text to it.
      const sorted = all.toReversed();
      const rest = sorted.slice(from === null ? 0 : sorted.findIndex((each) => tokenOf(each) <= from));
      const next = rest[size];
      return { body: rest.slice(0, size), ...(next && { headers: { 'x-nomad-nexttoken': tokenOf(next) } }) };
    });
    await bench.cluster.loadAllocations(bench.limit());
    assert.equal(bench.cluster.store.allocations.size, 1200);
    assert.equal(bench.cluster.allocationsTruncated, false);
  });

  it('says that there are more allocations where the rest is too much for one answer', async () => {
    await bench.live();
    const pages = [makeAllocation(1), makeAllocation(2)];
    bench.agent.handle('/v1/allocations', () => {
      const page = pages.shift();
      if (page === undefined) return { status: 413, text: 'too large' };
      return { body: [page], headers: { 'x-nomad-nexttoken': page.ID } };
    });
    await bench.cluster.loadAllocations(bench.limit());
    assert.equal(bench.cluster.store.allocations.size, 2);
    assert.equal(bench.cluster.allocationsTruncated, true);
  });

  it('tells of a fault of ours in the log, with its place, and goes on', async () => {
    await bench.live();
    const { store } = bench.cluster;
    const replace = store.replace.bind(store);
    store.replace = (table, ...list) => {
      if (table === 'deployments') throw new Error('a fault');
      return replace(table, ...list);
    };
    await bench.cluster.refresh(bench.limit());
    await bench.until(() => bench.errors.length > 0, 'the log');
    assert.match(bench.errors.join('\n'), /^Could not read the deployments: Error: a fault\n.*details\.test\.ts/);
    assert.equal(bench.cluster.state.kind, 'live');
  });

  it('goes on without the lists that it may not read', async () => {
    bench.agent.handle('/v1/deployments', () => ({ status: 403, text: 'Permission denied' }));
    bench.agent.handle('/v1/agent/self', () => ({ status: 403, text: 'Permission denied' }));
    await bench.live();
    await bench.until(() => bench.agent.count('/v1/deployments') === 1, 'the question');
    assert.equal(bench.cluster.state.kind, 'live');
    assert.equal(bench.cluster.version, undefined);
  });

  it('removes a job that turns out to be gone when it is loaded', async () => {
    await bench.live();
    await assert.rejects(bench.cluster.loadJob(web, bench.limit()), (error) => isNomadError(error, 'notFound'));
    assert.equal(bench.cluster.store.jobs.size, 0);
    assert.equal(bench.cluster.isJobLoaded(web), false);
  });
});
