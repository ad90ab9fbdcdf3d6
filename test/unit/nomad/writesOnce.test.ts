import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, it } from 'mocha';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { NomadErrorKind } from '../../../src/nomad/http/errors.ts';
import { FullNomadClient } from '../../../src/nomad/fullClient.ts';
import type { WriteOptions } from '../../../src/nomad/http/query.ts';
import type { Job } from '../../../src/nomad/types/job.ts';
import { afterTest, listen } from './servers.ts';

interface Agent {
  readonly port: number;
  /** The first lines of all requests whose head arrived. */
  readonly requests: string[];
  /** How many connections were made. */
  connections(): number;
}

/** An agent that speaks in bytes; `onRequest` is told of each request once all of it is there. */
async function startAgent(onRequest: (socket: Socket) => void, onConnect?: (socket: Socket) => void): Promise<Agent> {
  const requests: string[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    let text = '';
    socket.on('data', (part: Buffer) => {
      text += part.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? '0');
      if (text.length < end + 4 + length) return;
      requests.push(text.slice(0, text.indexOf(' HTTP')));
      text = '';
      onRequest(socket);
    });
    onConnect?.(socket);
  });
  const port = await listen(server);
  return { port, requests, connections: () => connections };
}

const answer = (status: number, body: string, headers = '') =>
  `HTTP/1.1 ${String(status)} X\r\nContent-Type: text/plain\r\nContent-Length: ${String(Buffer.byteLength(body))}\r\n${headers}\r\n${body}`;

interface Failure {
  readonly onRequest?: (socket: Socket) => void;
  readonly onConnect?: (socket: Socket) => void;
  /** What is left of the request: it may not even be made. */
  readonly sent: 0 | 1;
  /** `aborted` where the caller's own reason is thrown. */
  readonly kinds: readonly (NomadErrorKind | 'aborted')[];
  readonly scheme?: 'https';
}

const says = (status: number, body: string, headers = '') => ({
  onRequest: (socket: Socket) => socket.write(answer(status, body, headers)),
  sent: 1 as const,
});

const failures: Record<string, Failure> = {
  'a reset before the request is read': { onConnect: (socket) => socket.resetAndDestroy(), sent: 0, kinds: ['closed'] },
  'an end before the request is read': { onConnect: (socket) => socket.end(), sent: 0, kinds: ['closed'] },
  'a reset after the request': { onRequest: (socket) => socket.resetAndDestroy(), sent: 1, kinds: ['closed'] },
  'an end after the request': { onRequest: (socket) => socket.end(), sent: 1, kinds: ['closed'] },
  'half a head': {
    onRequest: (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-'),
    sent: 1,
    kinds: ['closed', 'notNomad'],
  },
  'half a body': {
    onRequest: (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"EvalID"'),
    sent: 1,
    kinds: ['closed'],
  },
  'half of a body in chunks': {
    onRequest: (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"EvalID"\r\n'),
    sent: 1,
    kinds: ['closed'],
  },
  'something else than HTTP': { onRequest: (socket) => socket.end('hello\r\n\r\n'), sent: 1, kinds: ['notNomad'] },
  'something else than JSON': { ...says(200, 'hello'), kinds: ['decode'] },
  'HTTP 500 without a leader': { ...says(500, 'No cluster leader'), kinds: ['noLeader'] },
  'HTTP 500 of a request that was passed on': { ...says(500, 'rpc error: EOF'), kinds: ['server'] },
  'HTTP 502': { ...says(502, 'Bad gateway'), kinds: ['server'] },
  'HTTP 503 that says when to come back': { ...says(503, 'later', 'Retry-After: 0\r\n'), kinds: ['server'] },
  'HTTP 504': { ...says(504, 'Gateway timeout'), kinds: ['server'] },
  'HTTP 429 that says when to come back': { ...says(429, 'slow', 'Retry-After: 0\r\n'), kinds: ['tooManyRequests'] },
  'HTTP 408': { ...says(408, 'too slow', 'Connection: close\r\n'), kinds: ['rejected'] },
  'HTTP 425': { ...says(425, 'too early'), kinds: ['rejected'] },
  'HTTP 401 that asks who it is': { ...says(401, '', 'WWW-Authenticate: Basic\r\n'), kinds: ['denied'] },
  'HTTP 307 to the same place': { ...says(307, '', 'Location: /v1/elsewhere\r\n'), kinds: ['rejected'] },
  'HTTP 308 to the same place': { ...says(308, '', 'Location: /v1/elsewhere\r\n'), kinds: ['rejected'] },
  'an upgrade': {
    onRequest: (socket) => socket.write('HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    sent: 1,
    kinds: ['notNomad'],
  },
  'an upgrade with the first bytes behind it': {
    onRequest: (socket) =>
      socket.write('HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: x\r\nContent-Length: 9\r\n\r\nhello'),
    sent: 1,
    kinds: ['notNomad'],
  },
  silence: { onRequest: () => undefined, sent: 1, kinds: ['timeout'] },
  'a port without TLS': {
    onConnect: (socket) => socket.end(answer(400, 'no')),
    sent: 0,
    kinds: ['tls'],
    scheme: 'https',
  },
};

const job = { ID: 'web', Name: 'web', TaskGroups: [] } as unknown as Job;

/** Of each way to send one: by PUT, POST and DELETE, with a body and without. */
const writes: Record<string, (client: FullNomadClient, options: WriteOptions) => Promise<unknown>> = {
  'jobs.register': (client, options) => client.jobs.register(job, options),
  'jobs.stop': (client, options) => client.jobs.stop('web', options),
  'deployments.promoteAll': (client, options) => client.deployments.promoteAll('d', options),
  'allocations.stop': (client, options) => client.allocations.stop('a', options),
};

function clientOf(port: number, scheme = 'http', timeoutMs = 10_000): FullNomadClient {
  const client = new FullNomadClient({ address: `${scheme}://127.0.0.1:${String(port)}`, timeoutMs });
  afterTest(() => {
    client.dispose();
  });
  return client;
}

async function kindOf(write: Promise<unknown>): Promise<string> {
  try {
    await write;
  } catch (error) {
    if (error === stop) return 'aborted';
    assert.ok(isNomadError(error), String(error));
    return error.kind;
  }
  return 'success';
}

const stop = new Error('enough');

describe('A write is sent once', () => {
  for (const [what, { onRequest, onConnect, sent, kinds, scheme }] of Object.entries(failures)) {
    it(`whatever comes of it: ${what}`, async () => {
      for (const [name, write] of Object.entries(writes)) {
        const agent = await startAgent(onRequest ?? (() => undefined), onConnect);
        const kind = await kindOf(write(clientOf(agent.port, scheme, kinds.includes('timeout') ? 150 : undefined), {}));
        assert.ok((kinds as readonly string[]).includes(kind), `${name}: ${kind}`);
        assert.equal(agent.connections(), 1, name);
        assert.ok(agent.requests.length <= sent, `${name}: ${agent.requests.join(', ')}`);
        if (sent === 1) assert.equal(agent.requests.length, 1, name);
      }
    });
  }

  it('where nothing listens, and once something does', async () => {
    const agent = await startAgent((socket) => socket.write(answer(200, '{}')));
    const gone = createServer();
    await new Promise<void>((resolve) => {
      gone.listen(0, '127.0.0.1', resolve);
    });
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    for (const write of Object.values(writes)) assert.equal(await kindOf(write(clientOf(port), {})), 'refused');
    assert.equal(agent.connections(), 0);
  });

  it('when its caller gives up while it is on its way', async () => {
    for (const [name, write] of Object.entries(writes)) {
      const controller = new AbortController();
      const agent = await startAgent(() => {
        controller.abort(stop);
      });
      assert.equal(await kindOf(write(clientOf(agent.port), { signal: controller.signal })), 'aborted', name);
      assert.deepEqual([agent.connections(), agent.requests.length], [1, 1], name);
    }
  });

  it('when its client ends while it is on its way', async () => {
    for (const [name, write] of Object.entries(writes)) {
      const ending: { client?: FullNomadClient } = {};
      const agent = await startAgent(() => ending.client?.dispose());
      ending.client = clientOf(agent.port);
      assert.equal(await kindOf(write(ending.client, {})), 'closed', name);
      assert.deepEqual([agent.connections(), agent.requests.length], [1, 1], name);
    }
  });

  it('and over a connection of its own, though reads left one that has just died', async () => {
    const agent = await startAgent((socket) => {
      socket.write(answer(200, '[]'), () => socket.resetAndDestroy());
    });
    const client = clientOf(agent.port);
    await client.jobs.list();
    const before = agent.connections();
    await kindOf(client.jobs.stop('web'));
    assert.equal(agent.connections(), before + 1);
    assert.deepEqual(
      agent.requests.filter((line) => !line.startsWith('GET')),
      ['DELETE /v1/job/web'],
    );
  });
});
