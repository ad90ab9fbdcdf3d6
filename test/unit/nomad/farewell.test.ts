import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'mocha';
import type { WebSocket } from 'ws';
import type { ExecSession } from '../../../src/nomad/sessions/exec.ts';
import { begin, closed, closedWith, data, run, send } from './execServer.ts';
import { serve } from './servers.ts';
import { timeByTurns } from './timeByTurns.ts';

describe('A session that is given up', () => {
  it('interrupts a terminal session that is given up, then closes', async () => {
    const server: { socket?: WebSocket } = {};
    const { session, sent, ends } = await run((socket, frame) => {
      server.socket = socket;
      if (frame !== 'open' && sent.length === 2) send(socket, { exited: true, result: {} });
    });
    await session.opened;
    let isLeft = false;
    const left = session.left.then(() => {
      isLeft = true;
    });
    session.dispose();
    session.dispose();
    assert.equal(ends.length, 1);
    await session.ended;
    assert.equal(isLeft, false);
    assert.ok(server.socket);
    const [code] = (await once(server.socket, 'close')) as [number];
    assert.equal(code, 1000);
    await left;
    assert.deepEqual(sent, [{ stdin: data('\x03') }, { stdin: data('\x04') }]);
    assert.equal((await closedWith(session.ended)).message, 'The session was closed.');
  });

  it('closes a session that does not react to being given up', async () => {
    timeByTurns();
    const server: { socket?: WebSocket } = {};
    const { session, sent } = await run(
      (socket) => {
        server.socket = socket;
      },
      { tty: false },
    );
    await session.opened;
    session.dispose();
    assert.ok(server.socket);
    await once(server.socket, 'close');
    assert.deepEqual(sent, [{ stdin: closed }]);
  });

  it('is not waited for where it never opens', async () => {
    timeByTurns();
    const server = await serve(() => undefined);
    const asked = once(server.server, 'request');
    const { session } = begin(server.address, { connectTimeoutMs: 60_000 });
    await asked;
    session.dispose();
    await session.left;
    await assert.rejects(session.opened, { message: 'The session was closed.' });
  });

  it('is given up in the same way while it still opens', async () => {
    const holder: { session?: ExecSession } = {};
    const { session, sent } = await run((socket, frame) => {
      // The server starts the command, and its answer is still on the way.
      if (frame === 'open') holder.session?.dispose();
      else if (sent.length === 2) send(socket, { exited: true, result: {} });
    });
    holder.session = session;
    await session.left;
    assert.deepEqual(sent, [{ stdin: data('\x03') }, { stdin: data('\x04') }]);
    await assert.rejects(session.opened, { message: 'The session was closed.' });
  });
});
