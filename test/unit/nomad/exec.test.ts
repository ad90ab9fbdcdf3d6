import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { onListenerFailure } from '../../../src/base/events.ts';
import { begin, closed, closedWith, data, drop, run, secret, send } from './execServer.ts';
import { serve } from './servers.ts';
import { timeByTurns } from './timeByTurns.ts';

describe('ExecSession', () => {
  it('opens the recorded way and ends with the exit code', async () => {
    const { session, requests, output, ends, sent } = await run(
      (socket, frame) => {
        if (frame === 'open' || frame['stdin'] === undefined) return;
        send(socket, { stdout: data('40 100\r\n') }, { stdout: closed }, { exited: true, result: { exit_code: 3 } });
        drop(socket);
      },
      { size: { rows: 40, columns: 100 } },
    );
    session.write('stty size\r');
    await session.opened;
    assert.deepEqual(await session.ended, { kind: 'exited', exitCode: 3 });
    assert.deepEqual(ends, [{ kind: 'exited', exitCode: 3 }]);
    assert.equal(output.stdout, '40 100\r\n');
    assert.deepEqual(sent, [{ tty_size: { height: 40, width: 100 } }, { stdin: data('stty size\r') }]);
    const url = new URL(requests[0]?.url ?? '', 'http://host');
    assert.equal(url.pathname, '/v1/client/allocation/a%2F1/exec');
    assert.deepEqual(Object.fromEntries(url.searchParams), {
      task: 't',
      command: '["/bin/sh","-c","x y"]',
      tty: 'true',
      namespace: 'web',
    });
    assert.equal(requests[0]?.headers['x-nomad-token'], secret);
    assert.doesNotMatch(requests[0].url ?? '', new RegExp(secret));
    assert.equal(requests[0].headers.origin, undefined);
  });

  it('keeps the two outputs apart and takes an empty result for success', async () => {
    const { session, output, sent } = await run(
      (socket, frame) => {
        if (frame === 'open') send(socket, { stdout: data('out\n') }, { stderr: data('err\n') });
        else {
          send(socket, { stderr: closed }, { stdout: closed }, { exited: true, result: {} });
          drop(socket);
        }
      },
      { tty: false, size: { rows: 1, columns: 1 } },
    );
    await session.opened;
    session.closeStdin();
    session.closeStdin();
    session.write('too late');
    assert.deepEqual(await session.ended, { kind: 'exited', exitCode: 0 });
    assert.deepEqual(output, { stdout: 'out\n', stderr: 'err\n' });
    assert.deepEqual(sent, [{ stdin: closed }]);
  });

  it('passes bytes through unchanged, characters cut or not', async () => {
    const { session, output } = await run((socket, frame) => {
      if (frame !== 'open') return;
      send(
        socket,
        { stdout: data('a\xe6\x97') },
        { stdout: data('\xa5\x00\x01\xff\xfe') },
        { exited: true, result: {} },
      );
    });
    await session.ended;
    assert.equal(output.stdout, 'a\xe6\x97\xa5\x00\x01\xff\xfe');
  });

  it('ends with the exit code whatever one who listens to the output throws', async () => {
    const told: unknown[] = [];
    const listening = onListenerFailure((error) => told.push(error));
    const { session, output } = await run((socket, frame) => {
      if (frame === 'open') return;
      send(socket, { stdout: data('out\n') }, { exited: true, result: { exit_code: 4 } });
    });
    session.onOutput(() => {
      throw new Error('a terminal that fails');
    });
    session.write('x');
    assert.deepEqual(await session.ended, { kind: 'exited', exitCode: 4 });
    listening.dispose();
    assert.equal(output.stdout, 'out\n');
    assert.deepEqual(told.map(String), ['Error: a terminal that fails']);
  });

  it('passes over frames it does not know', async () => {
    const { session, ends } = await run((socket, frame) => {
      if (frame !== 'open') return;
      socket.send('not json');
      socket.send('null');
      send(socket, {}, { news: 1 }, { stdout: null }, { exited: true });
      send(socket, { exited: true, result: { exit_code: 9 } });
    });
    assert.deepEqual(await session.ended, { kind: 'exited', exitCode: 0 });
    assert.equal(ends.length, 1);
  });

  it('calls a connection lost that ends before the command', async () => {
    const { session } = await run((socket, frame) => {
      if (frame === 'open') drop(socket);
    });
    assert.equal((await closedWith(session.ended)).kind, 'closed');
  });

  const refusals: [number, string, string, string][] = [
    [1011, 'Permission denied', 'denied', 'Permission denied'],
    [1008, 'Unknown allocation "x"', 'notFound', 'Unknown allocation "x"'],
    [1008, 'task "t" is not running.', 'rejected', 'task "t" is not running.'],
    [
      1011,
      'rpc error: code = Unknown desc = failed to start command: no such file',
      'rejected',
      'failed to start command: no such file',
    ],
  ];
  for (const [code, reason, kind, body] of refusals) {
    it(`ends with the reason of close frame ${String(code)} "${reason}"`, async () => {
      const { session, ends } = await run((socket, frame) => {
        if (frame === 'open') socket.close(code, reason);
      });
      const end = await closedWith(session.ended);
      assert.deepEqual([end.kind, end.body], [kind, body]);
      assert.equal(ends.length, 1);
    });
  }

  it('says again in the second session what the first one was told before it was refused', async () => {
    const { session, requests, sent, output } = await run((socket, frame, request) => {
      const isSecond = request.url?.includes('ws_handshake=true') === true;
      const input = frame === 'open' ? undefined : (frame['stdin'] as { data?: string } | undefined);
      if (!isSecond && input !== undefined) socket.close(1008, 'Permission denied');
      if (isSecond && input !== undefined) send(socket, { stdout: input }, { exited: true, result: { exit_code: 6 } });
    });
    session.write('early');
    assert.deepEqual(await session.ended, { kind: 'exited', exitCode: 6 });
    assert.equal(output.stdout, 'early');
    assert.deepEqual(sent, [{ stdin: data('early') }, { version: 1, auth_token: secret }, { stdin: data('early') }]);
    assert.deepEqual(
      requests.map(({ headers }) => headers['x-nomad-token']),
      [secret, undefined],
    );
    assert.ok(requests.every(({ url }) => url?.includes(secret) === false));
  });

  it('stays refused where more was typed than can be said again, or where something was answered', async () => {
    let received = 0;
    const { session, requests } = await run((socket, frame) => {
      if (frame !== 'open') received += 1;
      if (received === 100) socket.close(1008, 'Permission denied');
    });
    session.write('x'.repeat(4_000_000));
    assert.equal((await closedWith(session.ended)).kind, 'denied');
    assert.equal(requests.length, 1);
    const answered = await run((socket, frame) => {
      if (frame !== 'open') return;
      send(socket, { stdout: data('hello') });
      socket.close(1008, 'Permission denied');
    });
    assert.equal((await closedWith(answered.session.ended)).kind, 'denied');
    assert.deepEqual([answered.requests.length, answered.output.stdout], [1, 'hello']);
  });

  it('does not wait for a server that keeps the connection after its close frame', async () => {
    timeByTurns();
    const started = Date.now();
    const { session } = await run((socket, frame) => {
      if (frame !== 'open') return;
      // Written by hand, since a WebSocket library would close the connection itself.
      const reason = Buffer.from('tty value is not a boolean');
      const raw = (socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket;
      raw.write(Buffer.concat([Buffer.from([0x88, reason.length + 2, 0x03, 0xf3]), reason]));
      socket.pause();
    });
    assert.equal((await closedWith(session.ended)).body, 'tty value is not a boolean');
    assert.ok(Date.now() - started < 2000);
  });

  it('shows what an older agent answers instead of opening', async () => {
    const server = await serve(() => undefined);
    server.server.on('upgrade', (_, socket) => {
      socket.end('HTTP/1.1 500 Internal Server Error\r\nContent-Length: 31\r\n\r\ntty value is not a boolean: xyz');
    });
    const { session } = begin(server.address, {});
    const end = await closedWith(session.ended);
    assert.deepEqual([end.kind, end.body], ['rejected', 'tty value is not a boolean: xyz']);
    await assert.rejects(session.opened, { name: 'NomadError' });
  });

  it('says that nothing listens, and that nobody answers', async () => {
    timeByTurns();
    const server = await serve(() => undefined);
    server.server.on('upgrade', (_, socket) => {
      socket.on('error', () => undefined);
    });
    assert.equal((await closedWith(begin(server.address, { connectTimeoutMs: 50 }).session.ended)).kind, 'timeout');
    await new Promise((resolve) => {
      server.server.closeAllConnections();
      server.server.close(resolve);
      server.server.unref();
      resolve(undefined);
    });
    assert.equal((await closedWith(begin(server.address, {}).session.ended)).kind, 'refused');
  });

  it('refuses an empty command without sending', async () => {
    const { session } = begin('http://127.0.0.1:9', { command: [] });
    assert.equal((await closedWith(session.ended)).kind, 'rejected');
  });

  it('sends heartbeats and new sizes', async () => {
    timeByTurns();
    const { session, sent } = await run(
      (socket, frame) => {
        if (frame !== 'open' && Object.keys(frame).length === 0) send(socket, { exited: true, result: {} });
      },
      { heartbeatMs: 20 },
    );
    await session.opened;
    session.resize({ rows: 5, columns: 6 });
    await session.ended;
    assert.deepEqual(sent, [{ tty_size: { height: 5, width: 6 } }, {}]);
  });

  it('delivers much input in order', async () => {
    let received = '';
    const input = Array.from({ length: 3 }, (_, index) => String(index).repeat(1_500_000)).join('');
    const { session } = await run(
      (socket, frame) => {
        if (frame === 'open') return;
        const stdin = frame['stdin'] as { data?: string; close?: boolean };
        received += Buffer.from(stdin.data ?? '', 'base64').toString();
        if (stdin.close === true) send(socket, { exited: true, result: {} });
      },
      { tty: false },
    );
    session.write(input);
    session.closeStdin();
    await session.ended;
    assert.ok(received === input);
  });

  it('reads nothing while it is paused', async () => {
    const { session, output, ends } = await run((socket, frame) => {
      if (frame === 'open') send(socket, { stdout: data('later') }, { exited: true, result: {} });
    });
    session.pause();
    await session.opened;
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([output.stdout, ends.length], ['', 0]);
    session.resume();
    await session.ended;
    assert.equal(output.stdout, 'later');
  });

  it('ends when its signal aborts, before it is open too', async () => {
    const aborted = AbortSignal.abort();
    const { session, requests } = await run(() => undefined, { signal: aborted });
    assert.equal((await closedWith(session.ended)).kind, 'closed');
    assert.equal(requests.length, 0);
    const controller = new AbortController();
    const second = await run(() => undefined, { signal: controller.signal });
    await second.session.opened;
    controller.abort();
    assert.equal((await closedWith(second.session.ended)).kind, 'closed');
  });
});
