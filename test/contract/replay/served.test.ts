import assert from 'node:assert/strict';
import { Agent, createServer, get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, it } from 'mocha';
import { servedTo } from './support/served.ts';

describe('the servers that are listened to', () => {
  it('have no more listeners on a connection the more it serves', async () => {
    const server = createServer((_, response) => response.end('{}'));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const counts = new Set<number>();
    const sockets = new Set<Socket>();
    try {
      const { port } = server.address() as AddressInfo;
      for (let count = 0; count < 12; count += 1) {
        const response = await new Promise<IncomingMessage>((resolve, reject) => {
          get({ host: '127.0.0.1', port, agent }, resolve).on('error', reject);
        });
        const { socket } = await servedTo(response.socket);
        counts.add(socket.listenerCount('close'));
        sockets.add(socket);
        response.resume();
        await new Promise((resolve) => response.on('close', resolve));
      }
      assert.equal(sockets.size, 1);
      assert.equal(counts.size, 1, [...counts].join(', '));
    } finally {
      agent.destroy();
      server.close();
    }
  });
});
