import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, it } from 'mocha';
import { WebSocketServer } from 'ws';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { ActionOptions } from '../../../src/nomad/resources/jobOptions.ts';
import { FullNomadClient } from '../../../src/nomad/fullClient.ts';
import type { FilePart } from '../../../src/nomad/resources/logs.ts';
import type { FileEvent } from '../../../src/nomad/types/file.ts';
import { afterTest, serve, text } from './servers.ts';
import type { Respond, TestServer } from './servers.ts';
import { timeByTurns } from './timeByTurns.ts';

/** @param timeoutMs short where silence is what is waited for; a busy machine takes its time for an answer */
async function clientOf(
  respond: Respond,
  timeoutMs = 60_000,
): Promise<{ client: FullNomadClient; server: TestServer }> {
  const server = await serve(respond);
  const client = new FullNomadClient({ address: server.address, timeoutMs, namespace: 'web' });
  afterTest(() => {
    client.dispose();
  });
  return { client, server };
}

async function collect(parts: AsyncIterable<FilePart | Uint8Array>): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const part of parts) {
    if (part instanceof Uint8Array) seen.push(Buffer.from(part).toString());
    else seen.push([Buffer.from(part.data).toString(), part.file, part.offset, part.event]);
  }
  return seen;
}

const frames = '{}{"Data":"aGk=","File":"f.0","Offset":2}{}{"File":"f.0","FileEvent":"file truncated"}{"Data":"IQ=="}';
const parts = [
  ['hi', 'f.0', 2, undefined],
  ['', 'f.0', undefined, 'file truncated'],
  ['!', undefined, undefined, undefined],
];

describe('Streams of files', () => {
  it('say which file a part of a log is from, and what happened to it', async () => {
    const { client, server } = await clientOf((_, response) => response.end(frames));
    assert.deepEqual(await collect(client.allocations.logParts('a', { task: 't', type: 'stdout' })), parts);
    assert.equal(
      server.received[0]?.url,
      '/v1/client/fs/logs/a?task=t&type=stdout&follow=false&plain=false&namespace=web',
    );
  });

  it('say the same of any file', async () => {
    const { client, server } = await clientOf((_, response) => response.end(frames));
    const options = { follow: true, origin: 'end', offset: 5, region: 'eu' } as const;
    assert.deepEqual(await collect(client.files.stream('a', 'alloc/x y', options)), parts);
    assert.equal(
      server.received[0]?.url,
      '/v1/client/fs/stream/a?path=alloc%2Fx+y&follow=true&offset=5&origin=end&namespace=web&region=eu',
    );
  });

  it('tell events by words that are known, and pass on others', async () => {
    const { client } = await clientOf((_, response) =>
      response.end('{"FileEvent":"file deleted"}{"FileEvent":"file truncated"}{"FileEvent":"file painted"}'),
    );
    const known: Partial<Record<FileEvent, string>> = { 'file deleted': 'gone', 'file truncated': 'from its start' };
    const seen: (string | undefined)[] = [];
    for await (const { event } of client.allocations.logParts('a', { task: 't', type: 'stdout' })) {
      seen.push(event === undefined ? undefined : (known[event] ?? event));
    }
    assert.deepEqual(seen, ['gone', 'from its start', 'file painted']);
  });

  it('are the bytes alone when they are plain', async () => {
    const { client, server } = await clientOf((_, response) => response.end('{}hi'));
    assert.deepEqual(await collect(client.allocations.logs('a', { task: 't', type: 'stderr', plain: true })), ['{}hi']);
    assert.match(server.received[0]?.url ?? '', /plain=true/);
  });

  it('wait for the first byte of a plain log that is followed, beyond the time limit', async () => {
    timeByTurns();
    const { client, server } = await clientOf((_, response) => {
      const timer = setTimeout(() => response.end('late'), 250);
      response.on('close', () => {
        clearTimeout(timer);
      });
    }, 100);
    const options = { task: 't', type: 'stdout', plain: true } as const;
    assert.deepEqual(await collect(client.allocations.logs('a', { ...options, follow: true })), ['late']);
    await assert.rejects(collect(client.allocations.logs('a', options)), (error) => isNomadError(error, 'timeout'));
    assert.equal(server.received.length, 2);
  });

  it('end without an error when the signal aborts, and with one when the server refuses', async () => {
    const controller = new AbortController();
    const { client } = await clientOf(({ query }, response) => {
      if (query.get('path') === 'gone') text(response, 400, 'stat gone: no such file or directory');
      else response.write('{"Data":"aGk="}');
    });
    let count = 0;
    for await (const part of client.files.stream('a', 'f', { follow: true, signal: controller.signal })) {
      count += part.data.byteLength;
      controller.abort();
    }
    assert.equal(count, 2);
    await assert.rejects(collect(client.files.stream('a', 'gone')), (error) => isNomadError(error, 'rejected'));
  });

  it('carry the log of an agent', async () => {
    const { client, server } = await clientOf((_, response) => response.end('{}{"Data":"aGk=","FileEvent":"log"}'));
    const options = {
      level: 'debug',
      json: true,
      includeLocation: true,
      nodeId: 'n',
      signal: new AbortController().signal,
    };
    assert.deepEqual(await collect(client.agent.monitor(options)), ['hi']);
    assert.equal(
      server.received[0]?.url,
      '/v1/agent/monitor?log_level=debug&log_json=true&log_include_location=true&node_id=n&follow=true&namespace=web',
    );
  });
});

describe('Actions of jobs', () => {
  const action: ActionOptions = { action: 'a b', task: 't', allocationId: 'x', tty: false };

  it('run over a WebSocket, as commands do', async () => {
    const { client, server } = await clientOf((_, response) => response.end());
    const requests: IncomingMessage[] = [];
    new WebSocketServer({ server: server.server }).on('connection', (socket, request) => {
      requests.push(request);
      socket.on('message', () => {
        socket.send('{"stdout":{"data":"aGk="}}');
        socket.send('{"exited":true,"result":{"exit_code":3}}');
      });
    });
    const session = client.jobs.action('job/1', action);
    const output: string[] = [];
    session.onOutput(({ data }) => output.push(Buffer.from(data).toString()));
    session.closeStdin();
    assert.deepEqual(await session.ended, { kind: 'exited', exitCode: 3 });
    assert.deepEqual(output, ['hi']);
    assert.equal(requests[0]?.url, '/v1/job/job%2F1/action?action=a+b&task=t&allocID=x&tty=false&namespace=web');
  });

  for (const field of ['action', 'task', 'allocationId'] as const) {
    it(`are refused without ${field}, and send nothing`, async () => {
      const { client, server } = await clientOf((_, response) => response.end());
      const end = await client.jobs.action('web', { ...action, [field]: '' }).ended;
      assert.ok(end.kind === 'closed' && end.error.kind === 'rejected' && end.error.field !== undefined);
      assert.equal(server.received.length, 0);
    });
  }

  it('end with the refusal of an agent that knows no actions', async () => {
    const { client, server } = await clientOf((_, response) => response.end());
    server.server.on('upgrade', (_, socket) => {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 13\r\n\r\njob not found');
    });
    const end = await client.jobs.action('web', action).ended;
    assert.ok(end.kind === 'closed' && end.error.kind === 'notFound', JSON.stringify(end));
  });
});
