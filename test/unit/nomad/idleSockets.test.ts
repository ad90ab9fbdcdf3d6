import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { describe, it } from 'mocha';
import { NomadClient } from '../../../src/nomad/client.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { TransportOptions } from '../../../src/nomad/http/transport.ts';
import { afterTest, json, listen, serve } from './servers.ts';
import type { Respond } from './servers.ts';
import { timeByTurns } from './timeByTurns.ts';

/** A way to a server whose connections can die without a word, as they do while a machine sleeps. */
interface Line {
  readonly address: string;
  /** Connections that were made. */
  made(): number;
  /** Those that the client still holds open. */
  open(): number;
  /** Nothing passes any more through the connections that there are; new ones are not concerned. */
  freeze(): void;
}

async function lineTo(port: number): Promise<Line> {
  const pairs = new Set<{ near: Socket; far: Socket }>();
  let made = 0;
  const server = createServer((near) => {
    made += 1;
    const far = connect(port, '127.0.0.1');
    const pair = { near, far };
    pairs.add(pair);
    for (const socket of [near, far]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
        pairs.delete(pair);
      });
    }
    near.pipe(far).pipe(near);
  });
  const own = await listen(server);
  return {
    address: `http://127.0.0.1:${String(own)}`,
    made: () => made,
    open: () => pairs.size,
    freeze: () => {
      for (const { near, far } of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.resume();
      }
    },
  };
}

async function setUp(respond: Respond, options: TransportOptions & { timeoutMs?: number } = {}) {
  timeByTurns();
  const server = await serve(respond);
  const line = await lineTo(server.port);
  const { timeoutMs = 4000, ...more } = options;
  const client = new NomadClient({ address: line.address, timeoutMs }, { doubtMs: 40, ...more });
  afterTest(() => {
    client.dispose();
  });
  const readMany = (count: number) => Promise.all(Array.from({ length: count }, () => client.jobs.list()));
  return { client, server, line, readMany };
}

const answer: Respond = (_, response) => {
  json(response, []);
};

/** Resolves once what was closed on one side is closed on the other. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe('Sockets that wait for a further read', () => {
  it('cost one short wait where they died, whatever their number', async () => {
    // So long that a busy machine answers before: an answer that is late is asked for again.
    const { client, line, server, readMany } = await setUp(answer, { doubtMs: 1000 });
    await readMany(4);
    assert.equal(line.made(), 4);
    line.freeze();
    for (let count = 0; count < 5; count += 1) assert.deepEqual((await client.jobs.list()).value, []);
    // The first read went over a dead one and one of its own; the second opened the one that served all others.
    assert.equal(line.made(), 6);
    assert.equal(server.received.length, 4 + 5);
    await until(() => line.open() === 1);
  });

  it('cost reads at the same time no more than one wait either', async () => {
    const { line, readMany } = await setUp(answer);
    await readMany(16);
    line.freeze();
    assert.equal((await readMany(32)).length, 32);
  });

  it('are not waited for when a blocking read is sent', async () => {
    const { client, line } = await setUp(answer);
    await client.jobs.list({ index: 5, waitMs: 1000 });
    line.freeze();
    const now = Date.now();
    Date.now = () => now + 3000;
    afterTest(() => {
      Date.now = realNow;
    });
    await client.jobs.list({ index: 6, waitMs: 1000 });
    assert.equal(line.made(), 2);
  });

  it('are left behind after a sleep', async () => {
    const { client, line, readMany } = await setUp(answer, { doubtMs: 60_000 });
    await readMany(3);
    line.freeze();
    const now = Date.now();
    Date.now = () => now + 60 * 60_000;
    afterTest(() => {
      Date.now = realNow;
    });
    await client.jobs.list();
    assert.equal(line.made(), 4);
    await until(() => line.open() === 1);
  });

  it('are few', async () => {
    const { line, readMany } = await setUp(answer);
    await readMany(16);
    assert.equal(line.made(), 16);
    await until(() => line.open() === 8);
  });

  it('are dropped on request, and what is under way goes on', async () => {
    let release = () => undefined as unknown;
    const { client, line } = await setUp(({ path }, response) => {
      if (path === '/v1/nodes') release = () => response.end('[]');
      else json(response, []);
    });
    const slow = client.nodes.list();
    await until(() => line.made() === 1);
    await client.jobs.list();
    client.dropIdleSockets();
    await until(() => line.open() === 1);
    await client.jobs.list();
    assert.equal(line.made(), 3);
    release();
    assert.deepEqual((await slow).value, []);
  });

  it('are dropped when a request ran out of time', async () => {
    const { client, line, readMany } = await setUp(({ path }, response) => {
      if (path !== '/v1/nodes') json(response, []);
    });
    await readMany(3);
    await assert.rejects(client.nodes.list({ timeoutMs: 30 }), (error) => isNomadError(error, 'timeout'));
    await until(() => line.open() === 0);
  });

  it('are dropped when the event stream breaks off', async () => {
    const { client, line, readMany } = await setUp(({ path }, response) => {
      if (path === '/v1/event/stream') response.write('{}\n');
      else json(response, []);
    });
    const signal = new AbortController().signal;
    const stream = client.events.stream({ topics: ['Job'], signal, idleTimeoutMs: 30 });
    assert.equal((await stream.next()).value, 'heartbeat');
    await readMany(3);
    await assert.rejects(stream.next(), (error) => isNomadError(error, 'closed'));
    await until(() => line.open() === 0);
  });

  it('are believed where the server is slow: a read is sent twice at most, and soon once only', async () => {
    let delayMs = 0;
    const { client, server } = await setUp((_, response) => {
      setTimeout(() => {
        json(response, []);
      }, delayMs);
    });
    await client.jobs.list();
    delayMs = 100;
    const sentFor = async () => {
      const before = server.received.length;
      await client.jobs.list();
      return server.received.length - before;
    };
    const counts = [await sentFor()];
    while (counts.at(-1) !== 1 && counts.length < 8) counts.push(await sentFor());
    assert.ok(
      counts.every((count) => count <= 2),
      String(counts),
    );
    assert.equal(counts.at(-1), 1, String(counts));
  });

  it('never carry a write', async () => {
    const { client, line, server, readMany } = await setUp(answer);
    await readMany(2);
    line.freeze();
    await client.jobs.stop('web').catch(() => undefined);
    const writes = server.received.filter(({ method }) => method === 'DELETE');
    assert.equal(writes.length, 1);
    assert.equal(line.made(), 3);
  });
});

const realNow = Date.now;
