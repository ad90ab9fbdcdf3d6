import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { watch } from '../../src/nomad/reading/watch.ts';
import { startSimulator } from '../simulator/simulator.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { lateness } from '../support/lateness.ts';
import { contract, neverIndex } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service, batch } from './support/jobs.ts';
import { raw, refusal, RawStream } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';
import { RawSocket, upgrade } from './support/upgrade.ts';

const heartbeatMs = 30_000;

const never = String(neverIndex);

const silentTopics = ['topic=Wibble', 'topic=Job&namespace=nope', `topic=Job&index=${never}`];

const eventPath = (query: string) => `/v1/event/stream?${query}`;

const waitPath = (wait: string) => `/v1/jobs?index=${never}&wait=${wait}`;

/** When the heartbeats of a stream came. */
function beatsOf({ parts, atMs }: RawStream): number[] {
  return parts.flatMap((part, i) => (part.toString('utf8').startsWith('{}') ? [atMs[i] ?? 0] : []));
}

/** Much longer than an answer takes that is not waited for, on a busy machine too, and much shorter than those waits. */
const soonMs = 50_000;

contract('blocking queries', (c) => {
  const jobs = () => c.client.jobs;

  const timed = async <T>(work: Promise<T>) => {
    const startedMs = performance.now();
    const value = await work;
    return { value, tookMs: performance.now() - startedMs };
  };

  const settled = async (name: string) => {
    const id = c.id(name);
    await c.register(service(id));
    await c.deploymentIn(id, 'successful');
    await c.until(
      'a stable job',
      (options) => jobs().read(id, options),
      ({ Stable }) => Stable === true,
    );
    return { id, index: (await jobs().read(id)).meta.index };
  };

  it('wake up when the object changes', async () => {
    const { id, index } = await settled('wake');
    const reading = timed(jobs().read(id, { index, waitMs: 2 * soonMs }));
    await c.register(service(id, { count: 2 }));
    const { value, tookMs } = await reading;
    assert.ok(value.meta.index > index);
    assert.equal(value.value.Version, 1);
    assert.ok(tookMs < soonMs, String(tookMs));
  });

  it('wake up when anything in a list changes', async () => {
    const { meta } = await jobs().list();
    const reading = jobs().list({ index: meta.index, waitMs: 2 * soonMs });
    await c.register(service(c.id('other')));
    assert.ok((await reading).meta.index > meta.index);
  });

  it('answer after the wait and up to a sixteenth of it, with what they had', async () => {
    const { id, index } = await settled('wait');
    const late = lateness();
    const { value, tookMs } = await timed(jobs().read(id, { index, waitMs: 1000 }));
    assert.equal(value.meta.index, index);
    assert.equal(value.value.ID, id);
    const lateMs = late();
    assert.ok(tookMs >= 990 && tookMs < 1600 + lateMs, `${String(tookMs)}, late by ${String(lateMs)}`);
  });

  it('do not block at an index that has passed', async () => {
    holds('A wait ends up to a sixteenth late with the same index; index 0 never waits, and a future index does');
    const { id } = await settled('passed');
    const { tookMs } = await timed(jobs().read(id, { index: 1, waitMs: 2 * soonMs }));
    assert.ok(tookMs < soonMs, String(tookMs));
    const answer = await timed(raw(c, `/v1/jobs?index=0&wait=${String(2 * soonMs)}ms`));
    assert.ok(answer.tookMs < soonMs, String(answer.tookMs));
  });

  it('block on what does not exist yet', async () => {
    const id = c.id('future');
    const { meta } = await jobs().list();
    const missing = await timed(
      assertRefused(jobs().read(id, { index: meta.index + 1000, waitMs: 500 }), 404, 'job not found', 'notFound'),
    );
    assert.ok(missing.tookMs >= 490, String(missing.tookMs));
    const { headers } = await raw(c, `/v1/job/${id}`);
    assert.ok(Number(headers['x-nomad-index']) > 0);
  });

  it('keep a watch going', async () => {
    const { id } = await settled('watch');
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(120_000)]);
    const versions: number[] = [];
    for await (const { value } of watch((options) => jobs().read(id, options), { signal, waitMs: 10_000 })) {
      if (versions.at(-1) !== value.Version) versions.push(value.Version);
      if (versions.length === 3) end.abort();
      else if (versions.length > 0) await c.register(service(id, { count: versions.length + 1 }));
    }
    assert.deepEqual(versions, [0, 1, 2]);
  });

  it('refuse an index and a wait that are none', async () => {
    holds('A wait ends up to a sixteenth late with the same index; index 0 never waits, and a future index does');
    assert.deepEqual(await refusal(c, '/v1/jobs?index=abc'), [400, 'Invalid index']);
    assert.deepEqual(await refusal(c, '/v1/jobs?index=-1'), [400, 'Invalid index']);
    assert.deepEqual(await refusal(c, '/v1/jobs?index=1&wait=5'), [400, 'Invalid wait time']);
    assert.deepEqual(await refusal(c, '/v1/jobs?index=1&wait=abc'), [400, 'Invalid wait time']);
  });
});

contract('waiting out of the ordinary', (c) => {
  const never = String(neverIndex);

  it('takes up to a sixteenth longer, by chance', async () => {
    holds('A wait ends up to a sixteenth late with the same index; index 0 never waits, and a future index does');
    const took = async () => {
      const startedMs = performance.now();
      assert.equal((await raw(c, `/v1/jobs?index=${never}&wait=1600ms`)).status, 200);
      return performance.now() - startedMs;
    };
    const all = await Promise.all(Array.from({ length: 12 }, took));
    assert.ok(Math.min(...all) >= 1595, all.join());
    assert.ok(Math.max(...all) - Math.min(...all) > 15, all.join());
  });

  it('takes the same index again for what did not change', async () => {
    holds('A wait ends up to a sixteenth late with the same index; index 0 never waits, and a future index does');
    const id = c.id('still');
    await c.register(batch(id, { script: 'true', job: { ParameterizedJob: {} } }));
    const first = await raw(c, `/v1/job/${id}`);
    const index = String(first.headers['x-nomad-index']);
    const again = await raw(c, `/v1/job/${id}?index=${index}&wait=300ms`);
    assert.deepEqual([again.status, again.headers['x-nomad-index']], [200, index]);
    assert.deepEqual(JSON.parse(again.body), JSON.parse(first.body));
  });

  it('takes place for a job that is not there, which has an index all the same', async () => {
    holds('A wait for a job that does not exist takes its time too, and a prefix shuts out changes of other jobs');
    const { headers: now } = await raw(c, `/v1/job/${c.id('nope')}`);
    const startedMs = performance.now();
    const path = `/v1/job/${c.id('nope')}?index=${String(now['x-nomad-index'])}&wait=500ms`;
    const { status, headers, body } = await raw(c, path);
    assert.deepEqual([status, body], [404, 'job not found']);
    assert.match(String(headers['x-nomad-index']), /^[1-9]\d*$/);
    assert.ok(performance.now() - startedMs >= 490);
  });

  it('takes no time at index 0, and no unit is no wait', async () => {
    holds('A wait ends up to a sixteenth late with the same index; index 0 never waits, and a future index does');
    const startedMs = performance.now();
    assert.equal((await raw(c, `/v1/jobs?index=0&wait=${String(2 * soonMs)}ms`)).status, 200);
    assert.ok(performance.now() - startedMs < soonMs);
    assert.deepEqual(await refusal(c, `/v1/jobs?index=${never}&wait=5`), [400, 'Invalid wait time']);
  });

  it('may be asked for as long as one likes', async () => {
    holds('A wait ends up to a sixteenth late with the same index; index 0 never waits, and a future index does');
    const streams = ['20m', '0s', '300s', ''].map((wait) => new RawStream(c, `/v1/jobs?index=${never}&wait=${wait}`));
    try {
      await c.quiet(1000);
      for (const { status, ended } of streams) assert.deepEqual([status, ended], [undefined, false]);
    } finally {
      for (const stream of streams) stream.destroy();
    }
  });

  it('goes on while others register what a prefix leaves out', async () => {
    holds('A wait for a job that does not exist takes its time too, and a prefix shuts out changes of other jobs');
    const parent = (id: string) => batch(id, { script: 'true', job: { ParameterizedJob: {} } });
    await c.register(parent(c.id('inside')));
    const { headers } = await raw(c, `/v1/jobs?prefix=${c.id('inside')}`);
    const stream = new RawStream(
      c,
      `/v1/jobs?prefix=${c.id('inside')}&index=${String(headers['x-nomad-index'])}&wait=20s`,
    );
    try {
      await c.register(parent(c.id('outside')));
      await c.quiet(700);
      assert.equal(stream.status, undefined);
      await c.register(parent(c.id('inside-too')));
      await stream.until('the other job', () => stream.ended);
      assert.equal((JSON.parse(stream.text) as unknown[]).length, 2);
    } finally {
      stream.destroy();
    }
  });
});

// What takes minutes is only waited for where minutes are made to pass; the first half minute is real on an agent.
contract('half a minute', (c) => {
  const streams: RawStream[] = [];
  let silent: RawStream[] = [];
  let waits: RawStream[] = [];
  let socket: RawSocket | undefined;

  before(async function () {
    if (c.target.kind === 'simulator') c.skip(this, 'it passes by a clock below');
    const job = c.id('idle');
    await c.register(service(job));
    // After this nothing happens any more.
    await c.until(
      'a stable job',
      (options) => c.client.jobs.read(job, options),
      ({ Stable }) => Stable === true,
    );
    const query = new URLSearchParams({ task: 'main', command: '["/bin/cat"]', tty: 'false' });
    const opened = await upgrade(c, `/v1/client/allocation/${await c.runningId(job)}/exec?${String(query)}`);
    assert.ok(opened instanceof RawSocket);
    socket = opened;
    silent = silentTopics.map((topics) => new RawStream(c, eventPath(topics)));
    waits = ['20m', '0s'].map((wait) => new RawStream(c, waitPath(wait)));
    streams.push(...silent, ...waits);
    const [first] = silent;
    await first?.until('the second heartbeat', () => beatsOf(first).length >= 2, heartbeatMs + 5000);
  });

  after(() => {
    socket?.destroy();
    for (const stream of streams) stream.destroy();
  });

  it('lies between two heartbeats of a stream of events, which is silent otherwise', async () => {
    holds('Events start with a heartbeat and with what happened before, and unknown topics are silent streams');
    for (const stream of silent) {
      // The end of the line may come by itself.
      await stream.until('the second heartbeat', () => stream.text.length >= '{}\n{}\n'.length, 5000);
      assert.equal(stream.text, '{}\n{}\n');
      const [first = 0, second = 0] = beatsOf(stream);
      assert.ok(second - first > heartbeatMs - 1000 && second - first < heartbeatMs + 3000, String(second - first));
      assert.deepEqual([stream.status, stream.ended], [200, false]);
    }
  });

  it('does not end a wait of more than the limit, nor one of zero', () => {
    holds(
      'A wait ends up to a sixteenth late with the same index; index 0 never waits, and a future index does',
      'The longest wait is said to be ten minutes, and is five',
    );
    for (const { status, ended } of waits) assert.deepEqual([status, ended], [undefined, false]);
  });

  it('brings no frame of a command that says nothing', () => {
    holds(
      'A command has no heartbeats or pings of the server, and one unreadable frame makes it deaf to input',
      'A command is said always to have an exit code and to get heartbeats, and has neither when it ends with 0',
    );
    assert.deepEqual([socket?.frames, socket?.ended], [[], false]);
  });
});

for (const nomad of ['2.0', '1.6'] as const) {
  describe(`five minutes of the simulator ${nomad}`, function () {
    // Longer than a stream waits, so that it can say for what.
    this.timeout(60_000);
    const clock = new FakeClock();
    const streams: RawStream[] = [];
    let simulator: Simulator;

    const open = (path: string) => {
      const stream = new RawStream(simulator.address, path);
      streams.push(stream);
      return stream;
    };

    /** Resolves once more timers wait than did before. */
    const isWaiting = async (before: number) => {
      const limit = AbortSignal.timeout(120_000);
      while (clock.pending <= before) {
        limit.throwIfAborted();
        await new Promise(setImmediate);
      }
    };

    before(async () => {
      simulator = await startSimulator({ clock, nomad });
    });

    after(async () => {
      for (const stream of streams) stream.destroy();
      await simulator.close();
    });

    it('bring a heartbeat of the events every half minute', async () => {
      holds('Events start with a heartbeat and with what happened before, and unknown topics are silent streams');
      for (const topics of silentTopics) {
        const stream = open(eventPath(topics));
        await stream.until('the first heartbeat', () => stream.text === '{}\n');
        await clock.advance(heartbeatMs - 1);
        assert.equal(stream.text, '{}\n');
        await clock.advance(1);
        await stream.until('the second heartbeat', () => stream.text === '{}\n{}\n');
        stream.destroy();
        await clock.advance(heartbeatMs);
      }
    });

    it('are the longest wait, and that of zero or none, and get a sixteenth longer', async () => {
      holds(
        'A wait ends up to a sixteenth late with the same index; index 0 never waits, and a future index does',
        'The longest wait is said to be ten minutes, and is five',
      );
      const limitMs = 300_000;
      for (const wait of ['20m', '300s', '0s', '']) {
        const timers = clock.pending;
        const stream = open(waitPath(wait));
        await isWaiting(timers);
        await clock.advance(limitMs - 1);
        // A request that comes and goes: an answer to the other would have come before.
        const other = open('/v1/status/leader');
        await other.until('an answer', () => other.ended);
        assert.deepEqual([stream.status, stream.ended], [undefined, false], wait);
        await clock.advance(1 + limitMs / 16);
        await stream.until('the answer', () => stream.ended);
        assert.deepEqual([stream.status, stream.text.trim()], [200, '[]']);
      }
    });
  });
}
