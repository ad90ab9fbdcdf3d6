import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'mocha';
import { NomadClient } from '../../../src/nomad/client.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import { afterTest, listen, serve } from './servers.ts';

const token = '5ec4e700-0000-4000-8000-00000000beef';
const password = 'hidden-word';
const statuses = [300, 301, 302, 303, 305, 307, 308];

/** Where a server may send a client: given its own port, and that of another. */
const places: Record<string, (own: number, other: number) => string> = {
  'another port': (_, other) => `http://127.0.0.1:${String(other)}/v1/jobs`,
  'another name of the same machine': (own) => `http://localhost:${String(own)}/v1/jobs`,
  'another name and port': (_, other) => `http://localhost:${String(other)}/v1/jobs`,
  'another scheme': (own) => `https://127.0.0.1:${String(own)}/v1/jobs`,
  'another scheme and port': (_, other) => `https://127.0.0.1:${String(other)}/v1/jobs`,
  'a web socket': (_, other) => `ws://127.0.0.1:${String(other)}/v1/jobs`,
  'no port': () => 'http://127.0.0.1/v1/jobs',
  'an address without scheme': (_, other) => `//127.0.0.1:${String(other)}/v1/jobs`,
  'an address without scheme, backwards': (_, other) => `\\\\127.0.0.1:${String(other)}\\v1\\jobs`,
  'an address with too many slashes': (_, other) => `////127.0.0.1:${String(other)}/v1/jobs`,
  'an address with too few slashes': (_, other) => `http:127.0.0.1:${String(other)}/v1/jobs`,
  'an address after a tab': (_, other) => `/\t/127.0.0.1:${String(other)}/v1/jobs`,
  'an address after a space': (_, other) => ` http://127.0.0.1:${String(other)}/v1/jobs`,
  'a user whose name is the own address': (own, other) => `http://127.0.0.1:${String(own)}@127.0.0.1:${String(other)}/`,
  'a name that starts with the own address': (own) => `http://127.0.0.1:${String(own)}.example/v1/jobs`,
  'the other address written otherwise': (_, other) => `http://0x7f.1:${String(other)}/v1/jobs`,
  'the own address of the newer protocol': (_, other) => `http://[::ffff:127.0.0.1]:${String(other)}/v1/jobs`,
  capitals: (_, other) => `HTTP://LOCALHOST:${String(other)}/v1/jobs`,
  'a file': () => 'file:///etc/hostname',
  data: () => 'data:application/json,[]',
  'a script': () => 'javascript:alert(1)',
  'no URL': () => 'http://[',
  nothing: () => '',
};

const kinds = ['read', 'write', 'stream', 'exec'] as const;

const calls: Record<(typeof kinds)[number], (client: NomadClient) => Promise<unknown>> = {
  read: (client) => client.jobs.list(),
  write: (client) => client.jobs.register({ ID: 'web', Name: 'web' } as never),
  stream: async (client) => {
    for await (const batch of client.events.stream({ topics: ['Job'], signal: new AbortController().signal })) {
      assert.fail(JSON.stringify(batch));
    }
  },
  exec: async (client) => {
    const end = await client.allocations.exec('a', { task: 't', command: ['x'], tty: false }).ended;
    if (end.kind === 'closed') throw end.error;
  },
};

/** Answers to nothing, and keeps what it is told. */
async function startListener(): Promise<{ port: number; heard: () => string; connections: () => number }> {
  let heard = '';
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('data', (part: Buffer) => (heard += part.toString('latin1')));
  });
  const port = await listen(server);
  return { port, heard: () => heard, connections: () => connections };
}

describe('A server that sends a client elsewhere', () => {
  for (const [place, locationOf] of Object.entries(places)) {
    it(`to ${place}, is not followed: nobody is told a token`, async () => {
      const other = await startListener();
      let status = 0;
      let location = '';
      const received: string[] = [];
      const server = await serve(() => undefined);
      server.server.removeAllListeners('request');
      server.server.on('request', ({ method, url }, response) => {
        received.push(`${String(method)} ${String(url)}`);
        response.writeHead(status, { Location: location }).end();
      });
      server.server.on('upgrade', ({ url }, socket) => {
        received.push(`upgrade ${String(url)}`);
        socket.end(`HTTP/1.1 ${String(status)} X\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);
      });
      location = locationOf(server.port, other.port);
      const address = server.address.replace('://', `://person:${password}@`);
      const client = new NomadClient({ address, token, timeoutMs: 5000 });
      afterTest(() => {
        client.dispose();
      });
      for (status of statuses) {
        for (const kind of kinds) {
          received.length = 0;
          const error = await calls[kind](client).then(
            () => assert.fail(`${kind} succeeded`),
            (reason: unknown) => reason,
          );
          assert.ok(isNomadError(error), String(error));
          const isSelf = kind !== 'write' && kind !== 'exec' && stays(location, server.address);
          assert.equal(
            received.length,
            isSelf && followed(status) ? 6 : 1,
            `${kind} ${String(status)}: ${received.join()}`,
          );
          assert.doesNotMatch(`${error.message} ${error.body ?? ''}`, new RegExp(`${token}|${password}`));
        }
      }
      assert.equal(other.heard(), '');
      assert.equal(other.connections(), 0);
    });
  }

  it('with credentials for itself, gets the token and credentials it had, and no other', async () => {
    const seen: (string | undefined)[] = [];
    const server = await serve(({ path, headers }, response) => {
      seen.push(headers.authorization);
      if (path !== '/v1/jobs') response.writeHead(200).end('[]');
      else
        response.writeHead(307, { Location: `${server.address.replace('://', '://somebody:else@')}/v1/other` }).end();
    });
    const client = new NomadClient({ address: server.address.replace('://', `://person:${password}@`), token });
    afterTest(() => {
      client.dispose();
    });
    await client.jobs.list();
    const own = `Basic ${Buffer.from(`person:${password}`).toString('base64')}`;
    assert.deepEqual(seen, [own, own]);
  });
});

/** True for a place that is the server's own: reads may be sent on within it. */
function stays(location: string, address: string): boolean {
  return location === '' || (URL.canParse(location, address) && new URL(location, address).origin === address);
}

function followed(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}
