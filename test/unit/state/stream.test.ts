import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { once } from '../../../src/base/events.ts';
import { EventStream } from '../../../src/state/sync/eventStream.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import type { PlacedClient } from '../../../src/state/tables/placedClient.ts';
import { Bench, item, jobEvent } from './bench.ts';
import { makeJob } from './build.ts';

const web = jobKey('default', 'web');

function line(Index: number, ...Events: readonly unknown[]): string {
  return `${JSON.stringify({ Index, Events })}\n`;
}

describe('an event stream', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
  });

  afterEach(() => bench.close());

  const has = (id: string) => bench.cluster.store.jobs.has(jobKey('default', id));
  const streams = () => bench.agent.streamedFrom.length;

  /** Lets time pass until the state is another; returns that and how long it took. */
  async function leaves(kind: string): Promise<{ state: typeof bench.cluster.state; afterMs: number }> {
    const fromMs = bench.clock.now();
    await bench.until(() => bench.cluster.state.kind !== kind, `another state than ${kind}`, 250);
    return { state: bench.cluster.state, afterMs: bench.clock.now() - fromMs };
  }

  it('that is silent for longer than a heartbeat is no longer believed, since when it was last heard', async () => {
    await bench.live();
    await bench.clock.advance(3000);
    const heardMs = await bench.hear();
    bench.agent.handle('/v1/jobs', () => new Promise(() => undefined));
    const { state, afterMs } = await leaves('live');
    assert.equal(state.kind === 'stale' && state.sinceMs, heardMs);
    assert.ok(afterMs <= 41_000, `${String(afterMs)} ms`);
  });

  it('is alive while heartbeats come', async () => {
    await bench.live();
    const states = bench.states();
    for (let minute = 0; minute < 6; minute += 1) {
      await bench.clock.advance(30_000);
      bench.agent.write('{}\n');
      await bench.hear();
    }
    assert.deepEqual([states, streams()], [['live'], 1]);
  });

  it('is found out soon after the machine slept, and the time that is told is that before', async () => {
    await bench.live();
    const heardMs = await bench.hear();
    bench.agent.handle('/v1/jobs', () => new Promise(() => undefined));
    bench.clock.skip(8 * 3_600_000);
    const { state, afterMs } = await leaves('live');
    assert.equal(state.kind === 'stale' && state.sinceMs, heardMs);
    assert.ok(afterMs <= 6000, `${String(afterMs)} ms`);
  });

  it('that is opened again is live only once the jobs were listed since', async () => {
    await bench.live();
    bench.clock.skip(3_600_000);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    bench.agent.handle('/v1/jobs', async () => {
      await held;
      return { body: [item('web'), item('missed')] };
    });
    const states = bench.states();
    await bench.until(() => streams() === 2, 'another stream');
    await bench.clock.advance(5000);
    assert.deepEqual(states, ['live', 'stale']);
    release();
    await bench.until(() => bench.cluster.state.kind === 'live', 'live');
    assert.ok(has('missed'));
  });

  it('that was dropped and does not come back is not live for longer than a moment', async () => {
    await bench.live();
    const heardMs = await bench.hear();
    bench.agent.events = 'missing';
    bench.agent.handle('/v1/jobs', () => new Promise(() => undefined));
    bench.agent.dropStreams();
    const { state, afterMs } = await leaves('live');
    assert.equal(state.kind === 'stale' && state.sinceMs, heardMs);
    assert.ok(afterMs <= 3000, `${String(afterMs)} ms`);
  });

  it('that ended with the right to it is stale at once, and polling only after a list', async () => {
    await bench.live();
    const states = bench.states();
    const denied = { status: 403, text: 'Permission denied' };
    for (const path of ['/v1/jobs', '/v1/deployments']) bench.agent.handle(path, () => denied);
    bench.agent.events = 'denied';
    bench.agent.dropStreams();
    const { state, afterMs } = await leaves('live');
    assert.ok(afterMs <= 3000, `${String(afterMs)} ms`);
    await bench.pass(60_000);
    assert.deepEqual([...new Set(states)], ['live', 'stale']);
    assert.equal(state.kind === 'stale' && state.error.kind, 'denied');
    bench.agent.handle('/v1/jobs', () => ({ body: bench.jobs }));
    await bench.until(() => bench.cluster.state.kind === 'polling', 'polling');
  });

  it('that is cut within a line is opened again at once, from where it was', async () => {
    await bench.live();
    await bench.hear();
    const { index } = bench.agent;
    await new Promise<void>((resolve) => {
      bench.agent.write(line(index + 1, jobEvent(makeJob())).slice(0, 40));
      setTimeout(resolve, 5);
    });
    bench.agent.endStreams();
    const fromMs = bench.clock.now();
    await bench.until(() => bench.agent.openStreams === 1, 'the stream again');
    assert.ok(bench.clock.now() - fromMs <= 2000);
    assert.equal(bench.agent.streamedFrom.at(-1), index);
    await bench.until(() => bench.cluster.state.kind === 'live', 'live');
  });

  for (const [what, index, resumed] of [
    ['says its index', 700, 701],
    ['says none', undefined, Number.MAX_SAFE_INTEGER],
  ] as const) {
    it(`goes on behind a line that can not be read and ${what}, after one repeat, and is not live meanwhile`, async () => {
      await bench.live();
      await bench.hear();
      const from = bench.agent.index;
      bench.agent.onStream = (start) => {
        if (start === from || (start === resumed && index === undefined && streams() < 5)) {
          bench.agent.write(`{${index === undefined ? '' : `"Index":${String(index)},`}"Events":[{"Topic":7}]}\n`);
        }
      };
      const states = bench.states();
      bench.agent.dropStreams();
      await bench.until(() => streams() >= (index === undefined ? 5 : 4), 'a stream behind the line');
      const expected = index === undefined ? [from, from, resumed, resumed] : [from, from, resumed];
      assert.deepEqual(bench.agent.streamedFrom.slice(1, expected.length + 1), expected);
      const listed = bench.agent.lists;
      await bench.until(() => bench.cluster.state.kind === 'live', 'live');
      assert.ok(
        states.slice(1, -1).every((kind) => kind !== 'live'),
        states.join(),
      );
      assert.ok(states.includes('polling') || states.includes('stale'), states.join());
      assert.ok(listed >= 2);
      assert.match(bench.errors.join('\n'), /event stream ended/);
    });
  }

  it('leaves out an event that can not be brought in, reads its object, and takes the others', async () => {
    await bench.live();
    bench.agent.handle('/v1/job/web', () => ({ body: makeJob({ Version: 13, ModifyIndex: 205 }) }));
    bench.agent.handle('/v1/job/web/allocations', () => ({ body: [] }));
    bench.agent.index = 204;
    const strange = jobEvent(makeJob({ ModifyIndex: 205, Type: '' }));
    const other = jobEvent(makeJob({ ID: 'other', Version: 0, CreateIndex: 205, ModifyIndex: 205 }));
    bench.agent.send(strange, other);
    await bench.until(() => has('other') && bench.cluster.store.jobs.get(web)?.version === 13, 'both');
    assert.equal(bench.cluster.state.kind, 'live');
  });

  it('never takes up an index that is no number of an index', async () => {
    await bench.live();
    await bench.hear();
    const known = bench.agent.index;
    for (const index of ['1e400', '1152921504606846976', '-4', '"7"']) {
      bench.agent.write(`{"Index":${index},"Events":[]}\n`);
    }
    await bench.until(() => streams() > 1, 'another stream');
    assert.equal(bench.agent.streamedFrom[1], known);
    await bench.until(() => bench.cluster.state.kind === 'live', 'live');
  });

  it('goes on when a listener fails, and tells the others', async () => {
    await bench.live();
    const states = bench.states();
    bench.cluster.onDidChange(() => {
      throw new Error('a view that fails');
    });
    const told = once(bench.cluster.onDidChange, bench.limit());
    await bench.hear();
    await bench.clock.advance(100);
    await told;
    await bench.hear();
    assert.deepEqual([states, streams()], [['live'], 1]);
    assert.match(bench.errors.join('\n'), /a view that fails/);
  });

  it('goes on when an event meets a fault of this program', async () => {
    await bench.live();
    const { store } = bench.cluster;
    const apply = store.apply.bind(store);
    let faults = 0;
    store.apply = (table, record) => {
      if (!('id' in record) || record.id !== 'trouble') return apply(table, record);
      faults += 1;
      throw new Error('a fault');
    };
    bench.agent.send(jobEvent(makeJob({ ID: 'trouble', Version: 0, ModifyIndex: 900 })));
    await bench.arrived(() => faults > 0, 'the fault');
    await bench.hear();
    assert.equal(streams(), 1);
    assert.match(bench.errors.join('\n'), /event of job trouble was left out: Error: a fault\n.*stream\.test\.ts/);
  });

  it('is not refused by a fault of whoever is told of it', async () => {
    const told: string[] = [];
    const fails = (what: string) => () => {
      told.push(what);
      throw new Error(`a fault on ${what}`);
    };
    const ending = new AbortController();
    let opened = 0;
    const client = {
      events: {
        async *stream({ onHeard }: { onHeard: () => void }) {
          opened += 1;
          if (opened > 1) ending.abort();
          await Promise.resolve();
          for (let line = 1; line <= 3; line += 1) {
            onHeard();
            yield { Index: line, Events: [] };
          }
        },
      },
    } as unknown as PlacedClient;
    const ends: unknown[] = [];
    const stream = new EventStream({
      ...{ client, namespace: 'default', clock: systemClock, log: bench.log, signal: ending.signal },
      ...{ onConnect: fails('connect'), onOpen: fails('open'), onHeard: fails('heard'), onBatch: fails('batch') },
      onJoined: () => undefined,
      onUnreadable: fails('unreadable'),
      onEnd: (error) => {
        ends.push(error.message);
        stream.retry();
        throw new Error('a fault on end');
      },
    });
    await stream.run();
    assert.deepEqual(told.slice(0, 7), ['connect', 'open', 'batch', 'heard', 'batch', 'heard', 'batch']);
    assert.deepEqual(ends, ['The event stream ended.']);
    for (const what of [...told.slice(0, 4), 'end']) {
      assert.ok(
        bench.errors.some((error) => error.includes(`a fault on ${what}\n`) && error.includes('stream.test.ts')),
        what,
      );
    }
  });

  describe('of all namespaces', () => {
    let names: string[];

    beforeEach(() => {
      bench.namespace = '*';
      names = ['default'];
      bench.agent.handle('/v1/namespaces', () => ({ body: names.map((Name) => ({ Name })) }));
    });

    const place = (namespace: string) => ({ namespace, region: undefined });

    it('is opened anew for a namespace that is made later, from where it is, and the jobs are listed', async () => {
      await bench.live();
      await bench.until(() => bench.agent.count('/v1/namespaces') >= 2, 'the question for more');
      await bench.hear();
      const { lists: listed, index } = bench.agent;
      assert.equal(bench.cluster.covers(place('team')), false);
      names = ['default', 'team'];
      bench.jobs = [item('web'), item('early', { Namespace: 'team' })];
      bench.agent.wakeJobs();
      await bench.until(() => streams() === 2, 'another stream');
      await bench.until(() => bench.agent.lists > listed, 'a list');
      await bench.until(() => bench.cluster.store.jobs.has(jobKey('team', 'early')), 'what was missed');
      assert.equal(bench.agent.streamedFrom[1], index);
      assert.equal(bench.cluster.covers(place('team')), true);
      assert.equal(bench.cluster.state.kind, 'live');
    });

    it('is opened anew for a list that shows a job of one', async () => {
      await bench.live();
      bench.jobs = [item('web'), item('early', { Namespace: 'team' })];
      await bench.cluster.refresh(bench.limit());
      await bench.until(() => streams() === 2, 'another stream');
      assert.equal(bench.cluster.covers(place('team')), true);
      await bench.clock.advance(20_000);
      assert.equal(streams(), 2);
    });

    it('is opened as soon without an answer about namespaces, and once more with one', async () => {
      let known = false;
      bench.agent.handle('/v1/namespaces', () =>
        known ? { body: [{ Name: 'default' }] } : { status: 403, text: 'no' },
      );
      await bench.live();
      assert.equal(streams(), 1);
      known = true;
      await bench.until(() => streams() === 2, 'another stream', 250);
    });

    it('asks for namespaces at most every ten seconds, however soon a server answers', async () => {
      bench.agent.holds = false;
      await bench.live();
      const asked = bench.agent.count('/v1/namespaces');
      for (let second = 0; second < 25; second += 1) await bench.clock.advance(1000);
      await bench.hear();
      assert.ok(bench.agent.count('/v1/namespaces') - asked <= 4, String(bench.agent.requests));
    });
  });
});
