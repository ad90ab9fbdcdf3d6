import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { NomadEvent } from '../../../src/nomad/types/event.ts';
import { allocationEvent, Bench, gate, item, jobEvent } from './bench.ts';
import { makeAllocation, makeDeployment, makeJob } from './build.ts';

const web = jobKey('default', 'web');

/** The first version of a job that is registered at an index. */
function fresh(index: number, id = 'web') {
  return makeJob({ ID: id, Version: 0, CreateIndex: index, ModifyIndex: index, JobModifyIndex: index });
}

function purge(index: number): NomadEvent {
  return jobEvent(makeJob({ ModifyIndex: index }), 'JobDeregistered', { Deleted: true });
}

describe('a job that is removed', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
  });

  afterEach(() => bench.close());

  const has = (key = web) => bench.cluster.store.jobs.has(key);

  it('is there again when it is registered anew, although it was looked at and the lists were read meanwhile', async () => {
    await bench.live();
    bench.agent.handle('/v1/job/web', () => ({ body: makeJob() }));
    bench.agent.handle('/v1/job/web/allocations', () => ({ body: [] }));
    await bench.cluster.loadJob(web, bench.limit());
    bench.agent.index = 300;
    bench.agent.send(purge(100));
    await bench.arrived(() => !has(), 'the removal');
    bench.agent.handle('/v1/job/web', () => ({ status: 404, text: 'job not found' }));
    bench.jobs = [];
    await bench.cluster.refresh(bench.limit());
    await assert.rejects(bench.cluster.readJob(web, bench.limit()), (error) => isNomadError(error, 'notFound'));
    assert.equal(has(), false);
    bench.agent.send(jobEvent(fresh(302)));
    await bench.arrived(() => has(), 'the new job');
    const allocation = makeAllocation(0, { ModifyIndex: 303 });
    bench.agent.send(allocationEvent(allocation, 'PlanResult'));
    await bench.arrived(() => bench.cluster.store.allocations.has(allocation.ID), 'its allocation');
  });

  it('stays when a late answer says that the one before it is gone', async () => {
    await bench.live();
    const asked = gate();
    bench.agent.handle('/v1/job/web', async () => {
      await asked.passed;
      return { status: 404, text: 'job not found' };
    });
    const reading = bench.cluster.readJob(web, bench.limit());
    await bench.arrived(() => bench.agent.count('/v1/job/web') === 1, 'the question');
    bench.agent.index = 300;
    bench.agent.send(jobEvent(fresh(301)));
    await bench.arrived(() => bench.cluster.store.jobs.get(web)?.version === 0, 'the new job');
    asked.open();
    await assert.rejects(reading, (error) => isNomadError(error, 'notFound'));
    assert.equal(has(), true);
  });

  it('is not brought back by a list that was asked for before', async () => {
    await bench.live();
    const answer = gate();
    const body = bench.jobs;
    bench.agent.handle('/v1/jobs', async () => {
      await answer.passed;
      return { body };
    });
    const refreshing = bench.cluster.refresh(bench.limit());
    await bench.arrived(() => bench.agent.lists === 2, 'the question');
    bench.agent.index = 300;
    bench.agent.send(purge(100));
    await bench.arrived(() => !has(), 'the removal');
    answer.open();
    await refreshing;
    assert.equal(has(), false);
    assert.equal(bench.cluster.store.wasRemoved(web), true);
  });

  it('is not brought back, nor its deployments, by other lists that were asked for before', async () => {
    await bench.live();
    await bench.arrived(() => bench.agent.count('/v1/deployments') === 1, 'the first list');
    const answer = gate();
    bench.agent.handle('/v1/deployments', async () => {
      await answer.passed;
      return { body: [makeDeployment()] };
    });
    const refreshing = bench.cluster.refresh(bench.limit());
    await bench.arrived(() => bench.agent.count('/v1/deployments') === 2, 'the question');
    bench.agent.index = 300;
    bench.agent.send(purge(100));
    await bench.arrived(() => !has(), 'the removal');
    answer.open();
    await refreshing;
    assert.equal(bench.cluster.store.deployments.size, 0);
  });

  it('stays removed for whoever asks, when only a list told of it', async () => {
    await bench.live();
    bench.jobs = [];
    await bench.cluster.refresh(bench.limit());
    assert.equal(bench.cluster.store.wasRemoved(web), true);
    await bench.cluster.refresh(bench.limit());
    assert.equal(bench.cluster.store.wasRemoved(web), true);
  });

  it('stays when a stream repeats the removal of the one before it', async () => {
    bench.jobs = [item('web', { Version: 0, ModifyIndex: 90, Allocs: [] })];
    await bench.live();
    bench.agent.index = 79;
    bench.agent.send(purge(70));
    bench.agent.index = 100;
    await bench.hear();
    assert.equal(has(), true);
  });

  it('is not shown for what a stream repeats of a time before the list', async () => {
    await bench.live();
    bench.agent.index = 50;
    bench.agent.send(jobEvent(fresh(51, 'purged-long-ago')));
    bench.agent.index = 100;
    await bench.hear();
    assert.equal(has(jobKey('default', 'purged-long-ago')), false);
  });

  it('goes on an agent that tells only of the evaluation', async () => {
    await bench.live();
    const Evaluation = {
      ...{ ID: 'e1', Namespace: 'default', JobID: 'web', Type: 'service', Status: 'pending', ModifyIndex: 301 },
      TriggeredBy: 'job-deregister',
    };
    const event = { Topic: 'Evaluation', Type: 'JobDeregistered', Key: 'e1', Namespace: 'default', Index: 0 };
    bench.agent.send({ ...event, Payload: { Evaluation } });
    await bench.until(() => !has(), 'the removal');
    assert.equal(bench.agent.count('/v1/job/web'), 1);
  });

  it('leaves a cluster that was made anew, whatever its indexes', async () => {
    bench.jobs = [
      item('web', { ModifyIndex: 5000 }),
      item('gone', { ModifyIndex: 4000 }),
      item('same', { ModifyIndex: 60 }),
    ];
    await bench.live();
    bench.agent.index = 5000;
    await bench.hear();
    bench.agent.dropStreams();
    bench.agent.index = 60;
    bench.jobs = [item('web', { ModifyIndex: 20, Version: 0 }), item('same', { ModifyIndex: 60, Version: 3 })];
    const answer = gate();
    bench.agent.handle('/v1/jobs', async () => {
      await answer.passed;
      return { body: bench.jobs };
    });
    const listed = bench.agent.lists;
    await bench.until(() => bench.agent.openStreams === 1 && bench.agent.lists > listed, 'the stream and a list');
    // What the new cluster tells while it is listed is older than what is known of the one before.
    bench.agent.send(jobEvent(fresh(20)), jobEvent(fresh(61, 'new')));
    await bench.arrived(() => has(jobKey('default', 'new')), 'an event');
    answer.open();
    await bench.until(() => !has(jobKey('default', 'gone')), 'the list');
    const versions = [...bench.cluster.store.jobs.values()].map(({ id, version }) => `${id} v${String(version)}`);
    assert.deepEqual(versions.sort(), ['new v0', 'same v3', 'web v0']);
    bench.agent.send(jobEvent(fresh(62, 'gone')));
    await bench.arrived(() => has(jobKey('default', 'gone')), 'a job that the one before had, too');
  });
});
