import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { startSimulator } from '../simulator/simulator.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { contract, neverIndex } from './support/contract.ts';
import { service } from './support/jobs.ts';
import { RawStream } from './support/raw.ts';
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
    for (const { status, ended } of waits) assert.deepEqual([status, ended], [undefined, false]);
  });

  it('brings no frame of a command that says nothing', () => {
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
      const limit = AbortSignal.timeout(10_000);
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
