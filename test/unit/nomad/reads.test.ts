import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { gzipSync } from 'node:zlib';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import { redact } from '../../../src/nomad/http/redact.ts';
import { Transport } from '../../../src/nomad/http/transport.ts';
import { afterTest, json, serve } from './servers.ts';
import { timeByTurns } from './timeByTurns.ts';

/** As many reads as have a socket of their own at a time. */
const maxAtOnce = 16;

function connect(address: string, timeoutMs: number, onRequest?: () => void): Transport {
  const transport = new Transport({ address, timeoutMs }, { onRequest });
  afterTest(() => {
    transport.dispose();
  });
  return transport;
}

async function kindOf(promise: Promise<unknown>): Promise<string> {
  try {
    return `success: ${JSON.stringify(await promise)}`;
  } catch (error) {
    return isNomadError(error) ? error.kind : (error as Error).name;
  }
}

const read = { path: '/v1/jobs' };

describe('A read', () => {
  it('that waits for a socket ends at its time limit, and when it is aborted', async () => {
    timeByTurns();
    const server = await serve(() => undefined);
    const transport = connect(server.address, 10_000);
    const first = Array.from({ length: maxAtOnce }, () => kindOf(transport.json(read)));
    const controller = new AbortController();
    const late = kindOf(transport.json({ ...read, timeoutMs: 50 }));
    const aborted = kindOf(transport.json({ ...read, signal: controller.signal }));
    assert.equal(await late, 'timeout');
    controller.abort();
    assert.equal(await aborted, 'AbortError');
    assert.equal(server.received.length <= maxAtOnce, true);
    transport.dispose();
    assert.deepEqual(new Set(await Promise.all(first)), new Set(['closed']));
  });

  it('ends whenever it is aborted', async () => {
    const server = await serve(() => undefined);
    const transport = connect(server.address, 10_000);
    for (let turns = 0; turns < 25; turns += 1) {
      const controller = new AbortController();
      const result = kindOf(transport.json({ ...read, signal: controller.signal }));
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      controller.abort();
      assert.equal(await result, 'AbortError', `after ${String(turns)} turns`);
    }
  });

  it('gives all or nothing, whenever it is aborted', async () => {
    const server = await serve((_, response) => {
      json(response, [1, 2, 3]);
    });
    const all = JSON.stringify([1, 2, 3]);
    for (let turns = 0; turns < 25; turns += 1) {
      const controller = new AbortController();
      const abort = async () => {
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        controller.abort();
      };
      const transport = connect(server.address, 10_000, () => void abort());
      const result = await transport.json({ ...read, signal: controller.signal }).then(
        ({ value }) => JSON.stringify(value),
        (error: unknown) => (error as Error).name,
      );
      assert.ok([all, 'AbortError'].includes(result), `${result} after ${String(turns)} turns`);
    }
  });

  it('is not kept waiting by a server that changes the protocol', async () => {
    const server = await serve((_, response) => {
      response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    });
    assert.equal(await kindOf(connect(server.address, 10_000).json(read)), 'notNomad');
  });

  it('takes a refusal for what it says, however it was packed', async () => {
    const long = gzipSync(`job not found${' '.repeat(500_000)}`);
    const server = await serve(({ path }, response) => {
      const body = path === '/v1/broken' ? Buffer.from('this is no gzip') : long;
      response.writeHead(404, { 'Content-Encoding': 'gzip' }).end(body);
    });
    const transport = connect(server.address, 10_000);
    assert.equal(await kindOf(transport.json({ path: '/v1/broken' })), 'decode');
    assert.equal(await kindOf(transport.json({ path: '/v1/job/x' })), 'notFound');
  });
});

describe('Secrets', () => {
  it('leave nothing behind where one is the beginning of another', () => {
    assert.equal(redact('a password123 b pass', ['pass', 'password123']), 'a [redacted] b [redacted]');
  });

  it('are found as JSON writes them', () => {
    assert.equal(redact('{"Items":{"k":"x\\"y\\nzz"}}', ['x"y\nzz']), '{"Items":{"k":"[redacted]"}}');
  });
});
