import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'mocha';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { systemClock } from '../../../src/base/clock.ts';
import type { Disposable } from '../../../src/base/lifetime.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { NomadError, NomadErrorKind } from '../../../src/nomad/http/errors.ts';
import { FullNomadClient } from '../../../src/nomad/fullClient.ts';
import type { TransportOptions } from '../../../src/nomad/http/transport.ts';
import { afterTest, json, serve, text } from './servers.ts';
import type { Respond, TestServer } from './servers.ts';

async function clientOf(
  respond: Respond,
  timeoutMs = 5000,
  options: TransportOptions = {},
): Promise<{ client: FullNomadClient; server: TestServer }> {
  const server = await serve(respond);
  const client = new FullNomadClient({ address: server.address, timeoutMs }, options);
  afterTest(() => {
    client.dispose();
  });
  return { client, server };
}

async function failure(promise: Promise<unknown>, kind: NomadErrorKind): Promise<NomadError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(isNomadError(error), String(error));
    assert.equal(error.kind, kind, error.message);
    return error;
  }
  throw new Error(`Expected an error of kind ${kind}`);
}

/** Writes a piece now and then, for ever. */
function drip(response: ServerResponse, piece: string, everyMs: number): void {
  let timer: Disposable | undefined;
  const next = () => {
    if (response.destroyed) return;
    response.write(piece);
    timer = systemClock.timer(everyMs, next);
  };
  next();
  response.on('close', () => timer?.dispose());
}

describe('Answers of a hostile server', () => {
  const jobs = [{ ID: 'größe-日本-🚀' }];

  for (const [name, coding, pack] of [
    ['gzip', 'gzip', gzipSync],
    ['deflate', 'deflate', deflateSync],
    ['raw deflate', 'deflate', deflateRawSync],
  ] as const) {
    it(`are read when they come as ${name}`, async () => {
      const { client } = await clientOf((_, response) => {
        response.writeHead(200, { 'Content-Encoding': coding }).end(pack(JSON.stringify(jobs)));
      });
      assert.deepEqual((await client.jobs.list()).value, jobs);
    });
  }

  it('are errors when their compression is broken', async () => {
    const { client } = await clientOf((_, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('not compressed at all');
    });
    await failure(client.jobs.list(), 'decode');
  });

  it('are given up when little becomes too much', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000, 0x20));
    assert.ok(bomb.byteLength < 100_000);
    const { client } = await clientOf(
      (_, response) => {
        response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bomb);
      },
      5000,
      { maxBytes: 1_000_000 },
    );
    await failure(client.jobs.list(), 'tooLarge');
  });

  it('keep characters that are cut between chunks', async () => {
    const bytes = Buffer.from(JSON.stringify(jobs));
    const { client } = await clientOf((_, response) => {
      const send = (at: number) => {
        if (at === bytes.byteLength) response.end();
        else
          response.write(bytes.subarray(at, at + 1), () => {
            setImmediate(send, at + 1);
          });
      };
      send(0);
    });
    assert.deepEqual((await client.jobs.list()).value, jobs);
  });

  it('are given up when they never end, and their connection is closed', async () => {
    const closed: Promise<void>[] = [];
    const { client } = await clientOf((_, response) => {
      closed.push(new Promise((resolve) => response.on('close', resolve)));
      response.writeHead(200);
      drip(response, '[', 2);
    }, 100);
    assert.match((await failure(client.jobs.list(), 'timeout')).message, /not complete after 0\.1 s/);
    await Promise.all(closed);
  });

  it('are given up when an error never ends', async () => {
    const { client } = await clientOf((_, response) => {
      response.writeHead(500);
      drip(response, 'x', 2);
    }, 20);
    await failure(client.jobs.list(), 'timeout');
  });

  it('are judged by what they hold, not by what they are called', async () => {
    const { client } = await clientOf(({ path }, response) => {
      if (path === '/v1/jobs') text(response, 200, JSON.stringify(jobs), { 'Content-Type': 'text/plain' });
      else if (path === '/v1/nodes') text(response, 200, 'hello', { 'Content-Type': 'application/json' });
      else text(response, 200, '<html></html>', { 'Content-Type': 'application/json' });
    });
    assert.deepEqual((await client.jobs.list()).value, jobs);
    await failure(client.nodes.list(), 'decode');
    await failure(client.deployments.list(), 'notNomad');
  });

  it('say how long to wait', async () => {
    const { client } = await clientOf((_, response) => {
      text(response, 429, 'slow down', { 'Retry-After': '3' });
    });
    assert.equal((await failure(client.jobs.list(), 'tooManyRequests')).retryAfterMs, 3000);
  });

  it('are asked for again when the kept connection was closed between requests', async () => {
    const { client, server } = await clientOf((_, response) => {
      const { socket } = response;
      response.on('finish', () => socket?.end());
      json(response, jobs);
    });
    for (let count = 0; count < 3; count += 1) assert.deepEqual((await client.jobs.list()).value, jobs);
    assert.ok(server.connections() >= 2);
  });

  it('are found under ids with any character', async () => {
    const { client, server } = await clientOf((_, response) => {
      json(response, { ID: 'x' });
    });
    const ids = ['a/b', '?x=1#y', '100%', '%2e%2e', '..a', 'tab\tline\n', 'ünï', '"\'', '\\', '+ &;='];
    for (const id of ids) {
      await client.allocations.read(id);
      await client.variables.read(id);
      await client.nodes.setEligibility(id, true);
    }
    const seen = server.received.map(({ path }) => decodeURIComponent(path));
    assert.deepEqual(
      seen,
      ids.flatMap((id) => [`/v1/allocation/${id}`, `/v1/var/${id}`, `/v1/node/${id}/eligibility`]),
    );
  });
});

describe('Streams of a hostile server', () => {
  it('may have lines of 5 MB, cut anywhere', async () => {
    const payload = { Job: { ID: 'x'.repeat(5_000_000) } };
    const line = Buffer.from(
      `${JSON.stringify({ Index: 3, Events: [{ Topic: 'Job', Index: 3, Payload: payload }] })}\n`,
    );
    const { client } = await clientOf((_, response) => {
      response.write('{}\n');
      for (let at = 0; at < line.byteLength; at += 700_001) response.write(line.subarray(at, at + 700_001));
    });
    const sizes: (number | string)[] = [];
    for await (const batch of client.events.stream({ topics: ['Job'], signal: new AbortController().signal })) {
      sizes.push(batch === 'heartbeat' ? batch : (batch.Events[0]?.Payload?.Job?.ID.length ?? 0));
      if (sizes.length === 2) break;
    }
    assert.deepEqual(sizes, ['heartbeat', 5_000_000]);
  });

  it('are given up when a line has no end', async () => {
    const { client } = await clientOf((_, response) => {
      response.write('{}\n');
      response.write('x'.repeat(17 * 1024 * 1024));
    });
    const read = async () => {
      const signal = new AbortController().signal;
      for await (const batch of client.events.stream({ topics: ['Job'], signal })) assert.equal(batch, 'heartbeat');
    };
    await failure(read(), 'tooLarge');
  });
});

describe('Answers of other versions', () => {
  it('keep fields and words that nobody knew', async () => {
    const job = { ID: 'web', Type: 'quantum', Status: 'dreaming', Fresh: { A: [1] }, TaskGroups: null };
    const { client, server } = await clientOf((_, response) => {
      json(response, job);
    });
    const { value } = await client.jobs.read('web');
    assert.deepEqual(value, job);
    await client.jobs.register(value);
    assert.deepEqual(server.received[1]?.body, { Job: job });
  });

  it('may have neither namespace nor anything newer', async () => {
    const deployment = { ID: 'd', JobID: 'web', JobVersion: 0, TaskGroups: null, Status: 'running' };
    const { client } = await clientOf(({ path }, response) => {
      json(response, path === '/v1/deployments' ? [deployment] : null);
    });
    assert.deepEqual((await client.deployments.list()).value, [deployment]);
    assert.deepEqual((await client.jobs.deployments('web')).value, []);
    assert.equal((await client.jobs.latestDeployment('web')).value, null);
    assert.deepEqual((await client.jobs.actions('web')).value, []);
    assert.equal((await client.allocations.checks('a')).value, null);
  });
});
