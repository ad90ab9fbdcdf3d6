import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NomadClient } from '../../../src/nomad/client.ts';
import { NomadError, isNomadError } from '../../../src/nomad/http/errors.ts';
import type { Answer, ReadOptions } from '../../../src/nomad/http/query.ts';
import { watch } from '../../../src/nomad/reading/watch.ts';
import { afterTest, serve } from './servers.ts';
import type { Received, TestServer } from './servers.ts';

async function collect<T>(items: AsyncIterable<T>, stopAfter = Infinity): Promise<T[]> {
  const seen: T[] = [];
  for await (const item of items) {
    seen.push(item);
    if (seen.length >= stopAfter) break;
  }
  return seen;
}

async function clientOf(respond: (request: Received) => void): Promise<{ client: NomadClient; server: TestServer }> {
  const server = await serve(respond);
  const client = new NomadClient({ address: server.address });
  afterTest(() => {
    client.dispose();
  });
  return { client, server };
}

describe('watch', () => {
  const answer = (index: number): Answer<number> => ({
    value: index,
    meta: { index, knownLeader: true, lastContactMs: 0 },
  });
  /** Time passes by 5 s with each look at the clock, so that no read counts as too quick. */
  const clock = () => {
    let now = 0;
    return { now: () => (now += 5000), timer: () => ({ dispose: () => undefined }) };
  };

  it('yields changes only, and accepts an index that falls', async () => {
    const indexes = [3, 3, 5, 2, 2, 0, 4];
    const sent: (number | undefined)[] = [];
    const controller = new AbortController();
    const read = (options: ReadOptions) => {
      sent.push(options.index);
      return Promise.resolve(answer(indexes.shift() ?? 0));
    };
    const seen = await collect(watch(read, { signal: controller.signal, clock: clock() }), 5);
    assert.deepEqual(
      seen.map(({ value }) => value),
      [3, 5, 2, 0, 4],
    );
    assert.deepEqual(sent, [undefined, 3, 3, 5, 2, 2, 1]);
  });

  it('takes a 504 of a proxy for no change, and throws any other error', async () => {
    const answers = [
      () => Promise.resolve(answer(1)),
      () => Promise.reject(new NomadError('notNomad', 'x', { status: 504 })),
      () => Promise.resolve(answer(2)),
      () => Promise.reject(new NomadError('noLeader', 'x', { status: 500 })),
    ];
    const read = () => (answers.shift() ?? (() => Promise.reject(new Error('no more'))))();
    const seen: number[] = [];
    const run = async () => {
      for await (const { value } of watch(read, { signal: new AbortController().signal, clock: clock() }))
        seen.push(value);
    };
    await assert.rejects(run(), { kind: 'noLeader' });
    assert.deepEqual(seen, [1, 2]);
  });

  it('goes on after failures that it is told to, from an answer that comes at once, with pauses that grow', async () => {
    const indexes = [3, 'down', 'down', 3, 'down', 4, 'gone'];
    const sent: (number | undefined)[] = [];
    const pausesMs: number[] = [];
    const patient = {
      now: () => 0,
      timer: (delayMs: number, run: () => void) => {
        pausesMs.push(delayMs);
        queueMicrotask(run);
        return { dispose: () => undefined };
      },
    };
    const read = (options: ReadOptions) => {
      sent.push(options.index);
      const next = indexes.shift();
      if (typeof next === 'number') return Promise.resolve(answer(next));
      return Promise.reject(new NomadError(next === 'down' ? 'noLeader' : 'notFound', 'x'));
    };
    const seen: number[] = [];
    const run = async () => {
      const { signal } = new AbortController();
      const pauses = { baseMs: 100, capMs: 150 };
      const again = (error: unknown) => isNomadError(error, 'noLeader');
      for await (const { value } of watch(read, { signal, again, pauses, clock: patient })) seen.push(value);
    };
    await assert.rejects(run(), { kind: 'notFound' });
    assert.deepEqual(seen, [3, 3, 4]);
    assert.deepEqual(sent, [undefined, 3, undefined, undefined, 3, undefined, 4]);
    const [first = 0, second = 0, afterSuccess = 0] = pausesMs;
    assert.ok(first <= 100 && second > 74 && second <= 150 && afterSuccess <= 100, String(pausesMs));
  });

  it('asks a server that does not hold its answer no more often than it is told to', async () => {
    const controller = new AbortController();
    const pausesMs: number[] = [];
    const slow = {
      now: () => 0,
      timer: (delayMs: number, run: () => void) => {
        pausesMs.push(delayMs);
        queueMicrotask(() => {
          if (pausesMs.length === 3) controller.abort();
          else run();
        });
        return { dispose: () => undefined };
      },
    };
    const options = { signal: controller.signal, index: 1, gapMs: 10_000, clock: slow };
    assert.deepEqual(await collect(watch(() => Promise.resolve(answer(1)), options)), []);
    assert.deepEqual(pausesMs, [10_000, 10_000, 10_000]);
  });

  it('ends at once and without an error when aborted during a read', async () => {
    const controller = new AbortController();
    const { client, server } = await clientOf(() => {
      controller.abort();
    });
    const seen = await collect(watch((options) => client.jobs.list(options), { signal: controller.signal, index: 4 }));
    assert.deepEqual(seen, []);
    assert.equal(server.received[0]?.url, '/v1/jobs?index=4&wait=60000ms');
  });

  it('ends at once when aborted, though the read goes on', async () => {
    const controller = new AbortController();
    const read = () => {
      setImmediate(() => {
        controller.abort();
      });
      return new Promise<Answer<number>>(() => undefined);
    };
    assert.deepEqual(await collect(watch(read, { signal: controller.signal, index: 4 })), []);
  });

  it('asks for no longer wait than a server grants', async () => {
    const controller = new AbortController();
    const { client, server } = await clientOf(() => {
      controller.abort();
    });
    const options = { signal: controller.signal, index: 4, waitMs: 3_600_000 };
    await collect(watch((read) => client.jobs.list(read), options));
    assert.equal(server.received[0]?.query.get('wait'), '300000ms');
  });
});
