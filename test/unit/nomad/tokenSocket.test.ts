import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { connectWithToken } from '../../../src/nomad/sessions/tokenSocket.ts';
import type { SocketEnd } from '../../../src/nomad/sessions/socket.ts';

describe('a socket whose token may go in its first message', () => {
  let server: Server;
  let url = '';

  before(async () => {
    server = createServer();
    server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `ws://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });

  after(() => {
    server.close();
  });

  it('ends with the refusal of the first one where a second one can’t even be made', async () => {
    const socket = await connectWithToken(
      {
        ...{ url, headers: {}, tls: undefined, way: { kind: 'straight' }, redact: (text) => text },
        facts: { method: 'GET', path: '/', address: url, host: '127.0.0.1' },
        byMessage: { url: 'none', headers: {}, first: '{}', isKnown: false, works: () => undefined },
      },
      10_000,
    );
    const end = await new Promise<SocketEnd>((resolve) => {
      socket.onEnd(resolve);
    });
    assert.equal(end.kind === 'failed' && end.error.status, 403);
    socket.dispose();
  });
});
