import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { Bench, item, jobEvent } from './bench.ts';
import { makeJob } from './build.ts';

const restAfterMs = 40_000;
const minute = 60_000;

describe('a cluster that nobody looks at', () => {
  let bench: Bench;
  let looking: AbortController;

  beforeEach(() => {
    bench = new Bench();
    bench.restAfterMs = restAfterMs;
    looking = new AbortController();
  });

  afterEach(() => bench.close());

  const has = (id: string) => bench.cluster.store.jobs.has(jobKey('default', id));

  function look(): void {
    looking = new AbortController();
    bench.cluster.hold(looking.signal);
  }

  async function lookAndLeave(): Promise<void> {
    await bench.live();
    look();
    await bench.until(() => !bench.cluster.jobsArePartial, 'all jobs');
    await bench.hear();
    looking.abort();
  }

  /** Lets time pass without heartbeats, and what is on its way arrive. */
  async function wait(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0; leftMs -= 1000) await bench.clock.advance(Math.min(leftMs, 1000));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  for (const namespace of ['default', '*']) {
    it(`has no stream and asks nothing within a minute, of ${namespace}`, async () => {
      bench.namespace = namespace;
      bench.agent.handle('/v1/namespaces', () => ({ body: [{ Name: 'default' }] }));
      await lookAndLeave();
      await wait(30_000);
      assert.equal(bench.agent.openStreams, 1, 'who comes back soon finds it as it was');
      await wait(minute - 30_000);
      await bench.arrived(() => bench.agent.openStreams === 0, 'the end of the stream');
      assert.equal(bench.cluster.state.kind, 'paused');
      const { length } = bench.agent.requests;
      await wait(30 * minute);
      assert.equal(bench.agent.requests.length, length);
      assert.ok(has('web'), 'what is known stays');
    });
  }

  it('goes on from where it was without a list, where the server still has what came since', async () => {
    await lookAndLeave();
    await wait(10 * minute);
    await bench.arrived(() => bench.agent.openStreams === 0, 'the end of the stream');
    const { lists, index } = bench.agent;
    bench.agent.keeps = true;
    bench.agent.onStream = () => {
      bench.agent.send(jobEvent(makeJob({ ID: 'since', Version: 0, CreateIndex: index + 1, ModifyIndex: index + 1 })));
    };
    look();
    await bench.until(() => bench.cluster.state.kind === 'live', 'live');
    await bench.until(() => has('since'), 'what came since');
    assert.equal(bench.agent.streamedFrom.at(-1), index);
    await wait(5000);
    assert.equal(bench.agent.lists, lists);
  });

  for (const lower of [false, true]) {
    it(`is listed where the server ${lower ? 'counts from a lower index' : 'has forgotten what came since'}`, async () => {
      bench.jobs = [item('web'), item('gone')];
      await lookAndLeave();
      await wait(10 * minute);
      await bench.arrived(() => bench.agent.openStreams === 0, 'the end of the stream');
      bench.jobs = [item('web'), item('came')];
      if (lower) {
        bench.agent.index = 20;
        bench.agent.onStream = () => {
          bench.agent.write('{"Index":20,"Events":[]}\n');
        };
      }
      const seen: boolean[] = [];
      bench.cluster.onDidChange(() => seen.push(has('web')));
      look();
      await bench.until(() => bench.cluster.state.kind === 'live', 'live');
      assert.deepEqual([has('web'), has('came'), has('gone')], [true, true, false]);
      assert.ok(seen.length > 0 && seen.every(Boolean), 'rows that stay never went');
    });
  }

  it('goes on being followed while anything else needs it', async () => {
    await lookAndLeave();
    const rollout = new AbortController();
    bench.cluster.hold(rollout.signal);
    await bench.pass(10 * minute);
    assert.deepEqual([bench.agent.openStreams, bench.cluster.state.kind], [1, 'live']);
    rollout.abort();
    await wait(minute);
    await bench.arrived(() => bench.agent.openStreams === 0, 'the end of the stream');
  });

  it('is caught up for a command, and rests again after it', async () => {
    await lookAndLeave();
    await wait(5 * minute);
    bench.jobs = [item('web'), item('came')];
    const ready = bench.cluster.ready(bench.limit());
    await bench.until(() => bench.cluster.state.kind === 'live', 'live');
    await ready;
    assert.ok(has('came'));
    await wait(minute);
    assert.equal(bench.cluster.state.kind, 'paused');
  });

  it('is not polled where there are no events, and listed at once when somebody looks again', async () => {
    bench.agent.events = 'denied';
    bench.open(await bench.agent.listen());
    look();
    await bench.until(() => bench.cluster.state.kind === 'polling', 'polling');
    looking.abort();
    await bench.until(() => bench.cluster.state.kind === 'paused', 'paused', 1000);
    bench.agent.wakeJobs();
    await wait(minute);
    const { length } = bench.agent.requests;
    await wait(10 * minute);
    assert.equal(bench.agent.requests.length, length);
    bench.jobs = [item('web'), item('came')];
    const fromMs = bench.clock.now();
    look();
    await bench.until(() => has('came'), 'a list');
    assert.ok(bench.clock.now() - fromMs <= 1000, `${String(bench.clock.now() - fromMs)} ms`);
    await bench.until(() => bench.cluster.state.kind === 'polling', 'polling again');
  });

  it('that does not answer is not tried again and again, and at once when somebody looks', async () => {
    bench.agent.handle('/v1/jobs', () => ({ status: 500, text: 'internal error' }));
    bench.open(await bench.agent.listen());
    await bench.until(() => bench.cluster.state.kind === 'failed', 'failed');
    await wait(2 * minute);
    const { length } = bench.agent.requests;
    await wait(10 * minute);
    assert.equal(bench.agent.requests.length, length);
    bench.agent.listJobs(() => bench.jobs);
    look();
    await bench.until(() => bench.cluster.state.kind === 'live', 'live');
  });

  it('is tried at once when somebody wants something, however long the pauses have become', async () => {
    await bench.live();
    look();
    bench.agent.handle('/v1/jobs', () => ({ status: 500, text: 'internal error' }));
    bench.agent.events = 'missing';
    bench.agent.dropStreams();
    await bench.until(() => bench.cluster.state.kind === 'stale', 'stale');
    await wait(5 * minute);
    bench.agent.events = 'open';
    bench.agent.listJobs(() => bench.jobs);
    const fromMs = bench.clock.now();
    bench.cluster.touch();
    // Streams that ended soon have to last for a while before they are believed; the list is there at once.
    await bench.until(() => bench.cluster.state.kind !== 'stale', 'another state');
    assert.ok(bench.clock.now() - fromMs <= 3000, `${String(bench.clock.now() - fromMs)} ms`);
  });

  it('ends with nothing left behind, while it rests and while it is woken', async () => {
    await lookAndLeave();
    await wait(2 * minute);
    look();
    bench.cluster.dispose();
    looking.abort();
    await wait(2 * minute);
    assert.equal(bench.clock.pending, 0);
  });
});
