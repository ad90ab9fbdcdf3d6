import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ChangeSet } from '../../../src/state/tables/changes.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { jobStatus } from '../../../src/wording/status.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import { stubOf } from './agent.ts';
import { allocationEvent, Bench, gate, item, jobEvent } from './bench.ts';
import { makeAllocation, makeDeployment, makeJob } from './build.ts';

const web = jobKey('default', 'web');

describe('cluster', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
  });

  afterEach(() => bench.close());

  it('has rows after the list of jobs, and is live with the first line of the events', async () => {
    bench.open(await bench.agent.listen());
    assert.equal(bench.cluster.state.kind, 'connecting');
    await bench.cluster.ready(bench.limit());
    assert.deepEqual([...bench.cluster.store.jobs.keys()], [web]);
    await bench.until(() => bench.cluster.state.kind === 'live', 'live');
    assert.equal(bench.agent.requests[0], '/v1/jobs');
    assert.deepEqual(bench.agent.streamedFrom, [100], 'events from the index of that list');
    await bench.until(() => bench.cluster.version !== undefined, 'the version');
    assert.deepEqual([bench.cluster.version, bench.cluster.region], ['2.0.5', 'global']);
    assert.equal(bench.agent.lists, 1);
  });

  it('brings an event into the store and tells of it once, without asking', async () => {
    await bench.live();
    await bench.arrived(() => bench.agent.requests.length === 7, 'the rest of the lists');
    await bench.clock.advance(100);
    const told: ChangeSet[] = [];
    bench.cluster.onDidChange((changes) => told.push(changes));
    const allocation = makeAllocation(0);
    bench.agent.send(jobEvent(makeJob({ ModifyIndex: 101 })), allocationEvent(allocation, 'PlanResult'));
    bench.agent.send(
      allocationEvent({ ...allocation, ModifyIndex: (allocation.ModifyIndex ?? 0) + 1, ClientStatus: 'failed' }),
    );
    const status = () => bench.cluster.store.allocations.get(allocation.ID)?.clientStatus;
    await bench.arrived(() => status() === 'failed', 'both events');
    assert.equal(told.length, 0);
    await bench.clock.advance(50);
    assert.equal(told.length, 1);
    assert.deepEqual([...(told[0]?.of('allocations') ?? [])], [allocation.ID]);
    assert.equal(bench.agent.requests.length, 7);
  });

  it('gives an allocation of an event the version of its deployment, or else of its job', async () => {
    await bench.live();
    const { JobVersion, ...bare } = makeAllocation(0);
    assert.equal(JobVersion, 12);
    bench.agent.send(jobEvent(makeJob({ Version: 13, ModifyIndex: 200 })));
    const Deployment = makeDeployment({}, { ID: 'd7', JobVersion: 7 });
    bench.agent.send({ Topic: 'Deployment', Type: 'PlanResult', Key: 'd7', Index: 0, Payload: { Deployment } });
    bench.agent.send(allocationEvent({ ...bare, ID: 'a', DeploymentID: 'd7' }), allocationEvent({ ...bare, ID: 'b' }));
    await bench.until(() => bench.cluster.store.allocations.has('b'), 'both');
    assert.equal(bench.cluster.store.allocations.get('a')?.jobVersion, 7);
    assert.equal(bench.cluster.store.allocations.get('b')?.jobVersion, 13);
  });

  it('hears what came after its first page, while the rest of the list is on its way', async () => {
    const rest = gate();
    const stub = (id: string) => stubOf(item(id));
    bench.agent.index = 500;
    bench.agent.handle('/v1/jobs', async (url) => {
      if (url.searchParams.get('filter') !== 'ParentID is empty') return { body: [] };
      if (!url.searchParams.has('next_token')) {
        return { body: [stub('web')], headers: { 'x-nomad-nexttoken': 'default.gone' } };
      }
      await rest.passed;
      return { body: [stub('late'), stub('web-2')] };
    });
    bench.open(await bench.agent.listen());
    await bench.cluster.ready(bench.limit());
    assert.equal(bench.cluster.jobsArePartial, true);
    await bench.until(() => bench.agent.openStreams === 1, 'the stream');
    assert.deepEqual(bench.agent.streamedFrom, [500]);
    const has = (id: string) => bench.cluster.store.jobs.has(jobKey('default', id));
    bench.agent.send(jobEvent(makeJob({ ID: 'new', Version: 0, CreateIndex: 501, ModifyIndex: 501 })));
    bench.agent.send(jobEvent(makeJob({ ID: 'late', ModifyIndex: 502 }), 'JobDeregistered', { Deleted: true }));
    await bench.arrived(() => has('new'), 'the event');
    await bench.hear();
    rest.open();
    await bench.until(() => !bench.cluster.jobsArePartial, 'the rest');
    assert.deepEqual([has('web'), has('web-2'), has('new'), has('late')], [true, true, true, false]);
  });

  it('is failed while nothing was ever loaded, and finds the cluster when it comes up', async () => {
    const address = await bench.agent.listen();
    const { port } = bench.agent;
    await bench.agent.close();
    bench.open(address);
    await assert.rejects(bench.cluster.ready(bench.limit()), (error) => isNomadError(error, 'refused'));
    assert.equal(bench.cluster.state.kind, 'failed');
    await bench.revive(port);
    await bench.until(() => bench.cluster.state.kind === 'live', 'live');
    assert.ok(bench.cluster.store.jobs.has(web));
  });

  it('is denied when the jobs may not be listed', async () => {
    bench.agent.handle('/v1/jobs', () => ({ status: 403, text: 'Permission denied' }));
    bench.agent.events = 'denied';
    bench.open(await bench.agent.listen());
    await assert.rejects(bench.cluster.ready(bench.limit()), (error) => isNomadError(error, 'denied'));
  });

  it('lists again after the stream dropped, and removes what is gone', async () => {
    bench.jobs = [item('web'), item('gone')];
    await bench.live();
    assert.equal(bench.cluster.store.jobs.size, 2);
    bench.jobs = [item('web')];
    bench.agent.dropStreams();
    await bench.until(() => bench.cluster.store.jobs.size === 1, 'the list after the reconnect');
    await bench.until(() => bench.agent.openStreams === 1, 'the stream again');
    assert.equal(bench.cluster.state.kind, 'live');
  });

  it('keeps its rows and says since when they are stale while the cluster is away', async () => {
    const address = await bench.agent.listen();
    const { port } = bench.agent;
    bench.open(address);
    await bench.until(() => bench.cluster.state.kind === 'live', 'live');
    const heardMs = await bench.hear();
    await bench.clock.advance(20_000);
    await bench.agent.close();
    await bench.until(() => bench.cluster.state.kind === 'stale', 'stale');
    const { state } = bench.cluster;
    assert.equal(state.kind === 'stale' && state.sinceMs, heardMs);
    assert.ok(bench.cluster.store.jobs.has(web));
    await bench.revive(port);
    await bench.until(() => bench.cluster.state.kind === 'live', 'live again');
  });

  it('polls where events are denied: on a change soon, and now and then without', async () => {
    bench.agent.events = 'denied';
    bench.open(await bench.agent.listen());
    await bench.until(() => bench.cluster.state.kind === 'polling', 'polling');
    await bench.until(() => bench.agent.polls === 1, 'the blocking read');
    bench.jobs = [item('web'), item('more')];
    const beforeMs = bench.clock.now();
    bench.agent.wakeJobs();
    await bench.until(() => bench.cluster.store.jobs.size === 2, 'the new job');
    assert.ok(bench.clock.now() - beforeMs < 5000);
    assert.equal(bench.cluster.state.kind, 'polling');
    const listed = bench.agent.lists;
    await bench.until(() => bench.agent.lists > listed, 'a list without a change');
  });

  it('never lists more often than every two seconds, however often the blocking read returns', async () => {
    bench.agent.events = 'denied';
    bench.agent.holds = false;
    bench.agent.handle('/v1/jobs', () => {
      bench.agent.index += 1;
      return { body: [] };
    });
    bench.open(await bench.agent.listen());
    await bench.until(() => bench.cluster.state.kind === 'polling', 'polling');
    const [startMs, start] = [bench.clock.now(), bench.agent.lists];
    await bench.until(() => bench.agent.lists >= start + 3, 'three more lists');
    assert.ok(bench.clock.now() - startMs >= 4000, `${String(bench.clock.now() - startMs)} ms`);
  });

  it('lists no sooner than without an answer where the blocking read returns with nothing new', async () => {
    bench.agent.events = 'denied';
    bench.agent.holds = false;
    bench.agent.handle('/v1/jobs', () => ({ body: [] }));
    bench.open(await bench.agent.listen());
    await bench.until(() => bench.cluster.state.kind === 'polling', 'polling');
    const [startMs, start] = [bench.clock.now(), bench.agent.lists];
    await bench.until(() => bench.agent.lists >= start + 3, 'three more lists', 250);
    const tookMs = bench.clock.now() - startMs;
    assert.ok(tookMs >= 20_000 && tookMs <= 40_000, `${String(tookMs)} ms`);
  });

  it('does with the plain list of an agent that is too old for the other', async () => {
    bench.agent.handle('/v1/jobs/statuses', () => ({ status: 404, text: '' }));
    const summary = { Queued: 0, Complete: 0, Failed: 0, Running: 2, Starting: 0, Lost: 0 };
    const stub = { ...makeJob(), Periodic: false, ParameterizedJob: false, TaskGroups: undefined };
    const JobSummary = { JobID: 'web', Summary: { app: summary } };
    bench.agent.handle('/v1/jobs', () => ({ body: [{ ...stub, JobSummary }] }));
    const allocation = makeAllocation(0);
    await bench.live();
    const job = bench.cluster.store.jobs.get(web);
    assert.ok(job);
    assert.equal(jobStatus(bench.cluster.store, job, bench.clock.now()).detail, '2/2 running');
    assert.equal(bench.cluster.store.hasAllAllocations(web), false);
    summary.Running = 3;
    bench.agent.send(allocationEvent({ ...allocation, ModifyIndex: 900 }));
    const detail = () => {
      const now = bench.cluster.store.jobs.get(web);
      return now && jobStatus(bench.cluster.store, now, bench.clock.now()).detail;
    };
    await bench.until(() => detail() === '3/3 running', 'the numbers of the job');
    assert.equal(bench.agent.count('/v1/job/web/allocations'), 0, 'no request for a job');
  });

  it('finds out whether a job was stopped or purged', async () => {
    bench.jobs = [item('web'), item('purged'), item('deleted')];
    await bench.live();
    const stopped = makeJob({ Stop: true, Status: 'dead', Version: 13, ModifyIndex: 300 });
    bench.agent.handle('/v1/job/web', () => ({ body: stopped }));
    bench.agent.send(jobEvent(stopped, 'JobDeregistered'));
    bench.agent.send(jobEvent(makeJob({ ID: 'purged', ModifyIndex: 100 }), 'JobDeregistered'));
    bench.agent.send(jobEvent(makeJob({ ID: 'deleted', ModifyIndex: 100 }), 'JobDeregistered', { Deleted: true }));
    await bench.until(() => bench.cluster.store.jobs.size === 1, 'both to go');
    assert.equal(bench.cluster.store.jobs.get(web)?.stop, true);
    assert.equal(bench.agent.count('/v1/job/deleted'), 0);
  });

  it('lists again now and then although it is live', async () => {
    await bench.live();
    bench.jobs = [];
    const opened = bench.agent.count('/v1/event/stream');
    await bench.pass(11 * 60_000);
    await bench.until(() => !bench.cluster.store.jobs.has(web), 'the list');
    assert.equal(bench.agent.count('/v1/event/stream'), opened, 'a stream that is heard stays open');
  });

  it('ends what waits for it when it is disposed', async () => {
    bench.agent.handle('/v1/jobs', () => new Promise(() => undefined));
    bench.open(await bench.agent.listen());
    const ready = bench.cluster.ready(bench.limit());
    const refreshed = bench.cluster.refresh();
    bench.cluster.dispose();
    await assert.rejects(ready, { name: 'AbortError' });
    await assert.rejects(refreshed, { name: 'AbortError' });
  });

  it('fires when its state becomes another', async () => {
    bench.open(await bench.agent.listen());
    const states = bench.states();
    await bench.arrived(() => states.length >= 2, 'the first rows');
    await bench.until(() => states.length >= 3, 'the events');
    assert.deepEqual(states, ['connecting', 'opening', 'live']);
  });
});
