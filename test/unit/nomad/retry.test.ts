import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isNomadError, NomadError } from '../../../src/nomad/http/errors.ts';
import type { NomadErrorDetails, NomadErrorKind } from '../../../src/nomad/http/errors.ts';
import type { Answer, ReadOptions } from '../../../src/nomad/http/query.ts';
import { withRetries } from '../../../src/nomad/reading/retry.ts';
import type { RetryOptions } from '../../../src/nomad/reading/retry.ts';

const answer: Answer<string> = { value: 'ok', meta: { index: 1, knownLeader: true, lastContactMs: 0 } };

interface Trial {
  /** How often it was read. */
  reads: number;
  pausesMs: number[];
  read: (options: ReadOptions) => Promise<Answer<string>>;
}

/** A read that fails as `failures` say, one after the other, and then answers; pauses take no time. */
function trial(failures: readonly [NomadErrorKind, NomadErrorDetails?][], options: RetryOptions = {}): Trial {
  const left = [...failures];
  const pausesMs: number[] = [];
  const clock = {
    now: () => 0,
    timer: (delayMs: number, run: () => void) => {
      pausesMs.push(delayMs);
      queueMicrotask(run);
      return { dispose: () => undefined };
    },
  };
  const state: Trial = {
    reads: 0,
    pausesMs,
    read: withRetries(
      () => {
        state.reads += 1;
        const next = left.shift();
        return next === undefined ? Promise.resolve(answer) : Promise.reject(new NomadError(next[0], 'x', next[1]));
      },
      { random: () => 1, clock, ...options },
    ),
  };
  return state;
}

describe('withRetries', () => {
  it('waits longer each time, up to a cap', async () => {
    const { read, pausesMs } = trial(
      Array.from({ length: 5 }, () => ['noLeader']),
      { attempts: 6, baseMs: 100, capMs: 500 },
    );
    assert.deepEqual(await read({}), answer);
    assert.deepEqual(pausesMs, [100, 200, 400, 500, 500]);
  });

  it('shortens its pauses at random', async () => {
    const { read, pausesMs } = trial([['noLeader'], ['noLeader']], { baseMs: 100, random: () => 0 });
    await read({});
    assert.deepEqual(pausesMs, [50, 100]);
  });

  it('waits as long as the server asks, unless that is too long', async () => {
    const patient = trial([['tooManyRequests', { retryAfterMs: 3000 }]], { baseMs: 100 });
    await patient.read({});
    assert.deepEqual(patient.pausesMs, [3000]);
    const hasty = trial([['tooManyRequests', { retryAfterMs: 3000 }]], { capMs: 2000 });
    await assert.rejects(hasty.read({}), { kind: 'tooManyRequests' });
    assert.equal(hasty.reads, 1);
  });

  it('gives up after the attempts, with the last failure', async () => {
    const { read, pausesMs } = trial([['noLeader'], ['noLeader'], ['tooManyRequests'], ['noLeader']], { attempts: 3 });
    await assert.rejects(read({}), { kind: 'tooManyRequests' });
    assert.equal(pausesMs.length, 2);
  });

  const lasting: [NomadErrorKind, NomadErrorDetails?][] = [
    ['denied'],
    ['notFound'],
    ['rejected'],
    ['conflict'],
    ['decode'],
    ['refused', { code: 'ECONNREFUSED' }],
    ['timeout'],
    ['server', { status: 500 }],
    ['closed'],
  ];
  for (const failure of lasting) {
    it(`does not try again what is ${failure[0]}`, async () => {
      const state = trial([failure]);
      await assert.rejects(state.read({}), { kind: failure[0] });
      assert.equal(state.reads, 1);
    });
  }

  it('tries again what it is told to, and nothing else', async () => {
    const again = (error: unknown) => isNomadError(error, 'timeout');
    const state = trial([['timeout'], ['timeout'], ['noLeader']], { again });
    await assert.rejects(state.read({}), { kind: 'noLeader' });
    assert.equal(state.reads, 3);
  });

  it('tries again after a lost connection, and when a proxy says when', async () => {
    const state = trial([
      ['closed', { code: 'ECONNRESET' }],
      ['notNomad', { status: 503, retryAfterMs: 10 }],
    ]);
    assert.deepEqual(await state.read({}), answer);
    assert.equal(state.reads, 3);
  });

  it('ends with the reason when it is aborted while it waits', async () => {
    const controller = new AbortController();
    const read = withRetries(() => Promise.reject(new NomadError('noLeader', 'x')), { baseMs: 60_000, capMs: 60_000 });
    const reading = read({ signal: controller.signal });
    setImmediate(() => {
      controller.abort();
    });
    await assert.rejects(reading, { name: 'AbortError' });
  });

  it('passes the options on', async () => {
    const seen: ReadOptions[] = [];
    const read = withRetries((options: ReadOptions) => {
      seen.push(options);
      return Promise.resolve(answer);
    });
    await read({ stale: true });
    assert.deepEqual(seen, [{ stale: true }]);
  });
});
