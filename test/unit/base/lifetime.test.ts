import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Backoff } from '../../../src/base/backoff.ts';
import { isCancelled, raceSignal } from '../../../src/base/cancel.ts';
import { sleep } from '../../../src/base/clock.ts';
import { Emitter, once, onListenerFailure } from '../../../src/base/events.ts';
import { Lifetime } from '../../../src/base/lifetime.ts';

describe('a lifetime', () => {
  it('ends what it owns, the last first, once', () => {
    const ended: string[] = [];
    const life = new Lifetime();
    for (const name of ['first', 'second']) life.own({ dispose: () => ended.push(name) });
    life.dispose();
    life.dispose();
    assert.deepEqual(ended, ['second', 'first']);
  });

  it('ends at once what comes too late', () => {
    const life = new Lifetime();
    life.dispose();
    let ended = false;
    life.own({ dispose: () => (ended = true) });
    assert.ok(ended);
  });

  it('ends the rest when one end fails, and says so', () => {
    const life = new Lifetime();
    let ended = false;
    life.own({ dispose: () => (ended = true) });
    life.onEnd(() => {
      throw new Error('stuck');
    });
    assert.throws(() => {
      life.dispose();
    }, AggregateError);
    assert.ok(ended);
  });

  it('aborts its signals', () => {
    const life = new Lifetime();
    const signal = life.signal();
    assert.equal(signal.aborted, false);
    life.dispose();
    assert.equal(signal.aborted, true);
  });
});

describe('events', () => {
  it('reach each subscription until it is disposed', () => {
    const emitter = new Emitter<number>();
    const seen: number[] = [];
    const listener = (value: number) => seen.push(value);
    const first = emitter.event(listener);
    emitter.event(listener);
    emitter.fire(1);
    first.dispose();
    emitter.fire(2);
    assert.deepEqual(seen, [1, 1, 2]);
    assert.equal(emitter.size, 1);
  });

  it('reach every listener, whatever one of them throws', () => {
    const told: string[] = [];
    const [failures, others]: unknown[][] = [[], []];
    const listening = onListenerFailure((error) => others?.push(error));
    for (const emitter of [new Emitter<string>(), new Emitter<string>((error) => failures?.push(error))]) {
      emitter.event((value) => told.push(`first ${value}`));
      emitter.event((value) => {
        throw new Error(value);
      });
      emitter.event((value) => told.push(`last ${value}`));
      emitter.fire(told.length === 0 ? 'a' : 'b');
    }
    listening.dispose();
    assert.deepEqual(told, ['first a', 'last a', 'first b', 'last b']);
    assert.deepEqual([String(others), String(failures)], ['Error: a', 'Error: b']);
  });

  it('can be awaited once, and given up', async () => {
    const emitter = new Emitter<number>();
    const even = once(emitter.event, undefined, (value) => value % 2 === 0);
    emitter.fire(1);
    emitter.fire(2);
    assert.equal(await even, 2);
    const controller = new AbortController();
    const never = once(emitter.event, controller.signal);
    controller.abort();
    await assert.rejects(never, isCancelled);
    assert.equal(emitter.size, 0);
  });
});

describe('cancelling', () => {
  it('ends a sleep and a race at once', async () => {
    const controller = new AbortController();
    const waits = [sleep(60_000, controller.signal), raceSignal(new Promise(() => undefined), controller.signal)];
    controller.abort();
    for (const wait of waits) await assert.rejects(wait, isCancelled);
  });
});

describe('a backoff', () => {
  it('doubles up to its cap and starts over', () => {
    const backoff = new Backoff({ baseMs: 1000, capMs: 5000, random: () => 1 });
    assert.deepEqual([backoff.next(), backoff.next(), backoff.next(), backoff.next()], [1000, 2000, 4000, 5000]);
    backoff.reset();
    assert.equal(backoff.next(), 1000);
  });

  it('keeps at least half of each step', () => {
    const backoff = new Backoff({ baseMs: 1000, capMs: 5000, random: () => 0 });
    assert.deepEqual([backoff.next(), backoff.next()], [500, 1000]);
  });
});
