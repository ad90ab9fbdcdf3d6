import assert from 'node:assert/strict';
import { EventEmitter, getEventListeners, once } from 'node:events';
import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { systemClock } from '../../../../src/base/clock.ts';
import { type Question, probe } from '../../../simulator/client/probe.ts';
import { FakeClock } from '../../../support/fakeClock.ts';

const never = new AbortController().signal;

function questionTo(port: number, more: Partial<Question> = {}): Question {
  const rest = { path: '/', method: 'GET', headers: {}, body: '', timeoutMs: 30_000 };
  return { kind: 'http', host: '127.0.0.1', port, ...rest, ...more };
}

async function withServer(handler: RequestListener, test: (port: number) => Promise<void>): Promise<void> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await test((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}

describe('the probe of a check', () => {
  it('fails for what can not be asked, and asks for a path as a browser would', () =>
    withServer(
      (request, response) => response.writeHead(request.url === '/a%20b?c=1' ? 200 : 404).end('no such page'),
      async (port) => {
        const ask = (more: Partial<Question>) => probe(questionTo(port, more), never, systemClock);
        const odd: Partial<Question>[] = [
          { method: 'GET X' },
          { headers: { 'a b': ['c'] } },
          { path: 'http://[' },
          { host: 'a b' },
          ...['http', 'tcp'].flatMap((kind) => [70_000, 1.5].map((port) => ({ kind, port }))),
        ];
        for (const more of odd) {
          const reply = await ask(more);
          assert.equal(reply.Status, 'failure', JSON.stringify(more));
          assert.match(reply.Output, /^nomad: ./);
        }
        assert.deepEqual(await ask({ path: '/a b?c=1' }), {
          Status: 'success',
          Output: 'nomad: http ok',
          StatusCode: 200,
        });
        assert.deepEqual(await ask({}), { Status: 'failure', Output: 'no such page', StatusCode: 404 });
      },
    ));

  it('has no time at all when its timeout is below nothing', () =>
    withServer(
      () => undefined,
      async (port) => {
        const clock = new FakeClock();
        const reply = probe(questionTo(port, { timeoutMs: -1 }), never, clock);
        await clock.advance(0);
        const Output = `nomad: Get "http://127.0.0.1:${String(port)}/": context deadline exceeded`;
        assert.deepEqual(await reply, { Status: 'failure', Output });
      },
    ));

  it('ends at its deadline, however busy the answer is', async () => {
    const seen = new EventEmitter();
    let timer: NodeJS.Timeout | undefined;
    const trickle: RequestListener = (_, response) => {
      response.writeHead(500).write('.');
      timer = setInterval(() => response.write('.'), 5);
      response.once('close', () => {
        clearInterval(timer);
        seen.emit('closed');
      });
      seen.emit('asked');
    };
    await withServer(trickle, async (port) => {
      const clock = new FakeClock();
      const [asked, closed] = [once(seen, 'asked'), once(seen, 'closed')];
      const reply = probe(questionTo(port, { timeoutMs: 1000 }), never, clock);
      await asked;
      await clock.advance(999);
      assert.equal(clock.pending, 1);
      await clock.advance(1);
      const { Status, Output } = await reply;
      assert.deepEqual([Status, Output], ['failure', 'nomad: context deadline exceeded']);
      // The connection is not left behind.
      await closed;
    });
  });

  it('leaves nothing behind on its signal and clock', () =>
    withServer(
      (_, response) => response.end(),
      async (port) => {
        const [owner, clock] = [new AbortController(), new FakeClock()];
        for (const kind of ['tcp', 'http']) {
          assert.equal((await probe(questionTo(port, { kind }), owner.signal, clock)).Status, 'success');
        }
        assert.deepEqual([getEventListeners(owner.signal, 'abort').length, clock.pending], [0, 0]);
      },
    ));

  it('fails when it is aborted', () =>
    withServer(
      () => undefined,
      async (port) => {
        const [owner, clock] = [new AbortController(), new FakeClock()];
        const reply = probe(questionTo(port), owner.signal, clock);
        owner.abort();
        assert.deepEqual(await reply, { Status: 'failure', Output: 'context canceled' });
        assert.equal((await probe(questionTo(port), owner.signal, clock)).Status, 'failure');
        assert.equal(clock.pending, 0);
      },
    ));
});
