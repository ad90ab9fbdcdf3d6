import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { begin, closedWith, data, run, send } from './execServer.ts';
import { timeByTurns } from './timeByTurns.ts';

describe('A session whose server is silent', () => {
  it('is lost where pings stay unanswered', async () => {
    timeByTurns();
    const { session, ends } = await run(
      (socket, frame) => {
        if (frame === 'open') socket.pause();
      },
      { pingMs: 20 },
    );
    const end = await closedWith(session.ended);
    assert.equal(end.kind, 'closed');
    assert.equal(end.message, 'Connection lost: the server has not answered for 0.1 s.');
    assert.equal(ends.length, 1);
  });

  it('is lost in the middle too, and says that input may not have arrived', async () => {
    timeByTurns();
    const { session, output } = await run(
      (socket, frame) => {
        if (frame === 'open') send(socket, { stdout: data('$ ') });
        else if (frame['stdin'] !== undefined) socket.pause();
      },
      { pingMs: 20 },
    );
    await session.opened;
    session.write('stall\r');
    session.write('typed into nothing');
    assert.match((await closedWith(session.ended)).message, /Connection lost/);
    assert.equal(output.stdout, '$ ');
    assert.ok(session.unconfirmedInput > 0);
  });

  it('goes on where nothing is said but pings are answered, and knows that its input arrived', async () => {
    timeByTurns();
    let pings = 0;
    const { session, ends } = await run(
      (socket, frame) => {
        if (frame === 'open') {
          socket.on('ping', () => {
            pings += 1;
            if (pings === 12) send(socket, { exited: true, result: {} });
          });
        }
      },
      { pingMs: 25 },
    );
    session.write('ls\r');
    assert.equal(session.unconfirmedInput, 3);
    assert.deepEqual(await session.ended, { kind: 'exited', exitCode: 0 });
    assert.equal(session.unconfirmedInput, 0);
    assert.equal(ends.length, 1);
  });

  it('goes on while its reader is busy', async () => {
    timeByTurns();
    let pings = 0;
    let flow: (() => void) | undefined;
    const { session, ends } = await run(
      (socket, frame) => {
        if (frame !== 'open') return;
        socket.on('ping', () => {
          pings += 1;
          if (pings >= 8) flow?.();
        });
      },
      { pingMs: 25 },
    );
    await session.opened;
    session.pause();
    await new Promise<void>((resolve) => {
      flow = resolve;
    });
    assert.equal(ends.length, 0);
    session.resume();
    session.dispose();
    assert.equal((await closedWith(session.ended)).message, 'The session was closed.');
  });

  it('knows of input that was never sent', async () => {
    const { session } = begin('http://127.0.0.1:9', {});
    session.write('ls\r');
    assert.equal((await closedWith(session.ended)).kind, 'refused');
    assert.equal(session.unconfirmedInput, 3);
  });
});
