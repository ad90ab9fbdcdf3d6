import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract, contractWithAcl } from './support/contract.ts';
import type { Contract } from './support/contract.ts';
import { Session } from './support/exec.ts';
import { holds } from './support/holds.ts';
import { service } from './support/jobs.ts';
import { RawSocket, upgrade } from './support/upgrade.ts';

const closeInput = JSON.stringify({ stdin: { close: true } });

function execPath(id: string, command: readonly string[], query: Record<string, string> = {}): string {
  const all = new URLSearchParams({ task: 'main', command: JSON.stringify(command), tty: 'false', ...query });
  return `/v1/client/allocation/${id}/exec?${String(all)}`;
}

async function opened(c: Contract, path: string, headers: Record<string, string> = {}): Promise<RawSocket> {
  const socket = await upgrade(c, path, headers);
  assert.ok(socket instanceof RawSocket, JSON.stringify(socket));
  return socket;
}

contract('the frames of exec', (c) => {
  let id = '';

  before(async () => {
    const job = c.id('frames');
    await c.register(service(job));
    id = await c.runningId(job);
  });

  const sh = (script: string) => ['/bin/sh', '-c', script];
  const open = (command: readonly string[], query = {}) => opened(c, execPath(id, command, query));

  /** Runs a script to its end. */
  const run = async (script: string) => {
    const session = new Session(c, id, sh(script));
    session.session.closeStdin();
    return session.ended();
  };

  it('end with the exit code, and then without a close frame', async () => {
    holds('A command ends with its exit code and no close frame, and an exit code of 0 is left out');
    const socket = await open(sh('echo out; exit 3'));
    socket.send(closeInput);
    await socket.until(() => socket.ended);
    assert.ok(socket.frames.every(({ kind }) => kind === 'text'));
    const { messages } = socket;
    assert.deepEqual(messages.at(-1), { exited: true, result: { exit_code: 3 } });
    for (const stream of ['stdout', 'stderr']) {
      assert.ok(
        messages.some((message) => JSON.stringify(message[stream]) === '{"close":true}'),
        JSON.stringify(messages),
      );
    }
  });

  it('leave an exit code of 0 out', async () => {
    holds(
      'A command ends with its exit code and no close frame, and an exit code of 0 is left out',
      'A command is said always to have an exit code and to get heartbeats, and has neither when it ends with 0',
    );
    const socket = await open(['/bin/true']);
    socket.send(closeInput);
    await socket.until(() => socket.ended);
    assert.deepEqual(socket.messages.at(-1), { exited: true, result: {} });
  });

  it('carry 4096 bytes at most', async () => {
    holds('Output comes in frames of at most 4096 bytes that cut characters, and other origins are turned away');
    const socket = await open(sh('head -c 100000 /dev/zero'));
    socket.send(closeInput);
    await socket.until(() => socket.ended);
    const sizes = socket.messages.flatMap(({ stdout }) => {
      const { data } = (stdout ?? {}) as { data?: string };
      return data === undefined ? [] : [Buffer.from(data, 'base64').byteLength];
    });
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      100_000,
    );
    assert.ok(Math.max(...sizes) <= 4096, String(Math.max(...sizes)));
  });

  it('get no answer to garbage, after which input is ignored', async () => {
    const socket = await open(['/bin/cat']);
    socket.send('{"stdin":{"data":"YQ=="}}');
    await socket.until(() => socket.messages.length === 1);
    socket.send('garbage');
    socket.send('{"stdin":{"data":"Yg=="}}');
    await run('sleep 0.2');
    assert.deepEqual(
      socket.messages.map(({ stdout }) => stdout),
      [{ data: 'YQ==' }],
    );
    socket.destroy();
  });

  it('may be empty, as heartbeats are, and hold unknown keys', async () => {
    holds(
      'A command has no heartbeats or pings of the server, and one unreadable frame makes it deaf to input',
      'A command is said always to have an exit code and to get heartbeats, and has neither when it ends with 0',
    );
    const socket = await open(['/bin/cat']);
    socket.send('{}');
    socket.send('{"wibble":1}');
    socket.send('{"stdin":{"data":"YQ=="}}');
    socket.send(closeInput);
    await socket.until(() => socket.ended);
    assert.deepEqual(socket.messages[0], { stdout: { data: 'YQ==' } });
  });

  it('are not needed for a command to go on', async () => {
    const socket = await open(sh('echo $$ > "$NOMAD_TASK_DIR/pid"; echo up; exec sleep 60'));
    await socket.until(() => socket.messages.length === 1);
    socket.destroy();
    const end = await run('sleep 0.3; pid=$(cat "$NOMAD_TASK_DIR/pid"); kill -0 $pid && kill $pid');
    assert.deepEqual(end, { kind: 'exited', exitCode: 0 });
  });

  it('tell of the exit at once where there is a terminal', async () => {
    holds('Without a terminal a command has ended only after its input was closed, with one closing does nothing');
    const socket = await open(sh('exit 7'), { tty: 'true' });
    await socket.until(() => socket.ended);
    assert.deepEqual(socket.messages.at(-1), { exited: true, result: { exit_code: 7 } });
    const session = new Session(c, id, sh('echo out; echo err >&2'), { tty: true });
    assert.deepEqual(await session.ended(), { kind: 'exited', exitCode: 0 });
    assert.equal(session.stdout, 'out\r\nerr\r\n');
  });

  it('refuse parameters after the upgrade, since 2.0', async () => {
    holds('Since 2.0 a command is refused by a close frame behind the upgrade, before that by an HTTP answer');
    const wrong: [Record<string, string>, RegExp][] = [
      [{ tty: 'maybe' }, /strconv\.ParseBool: parsing "maybe"/],
      [{ command: 'ls' }, /failed to marshal command into json/],
    ];
    for (const [query, words] of wrong) {
      const answer = await upgrade(c, execPath(id, ['/bin/true'], query));
      if (answer instanceof RawSocket) {
        const frame = await answer.closed();
        answer.destroy();
        assert.equal(frame?.kind, 'close');
        assert.ok(frame.code === 1008 || frame.code === 1011, String(frame.code));
        assert.match(frame.reason, words);
      } else {
        assert.ok(!c.atLeast(2));
        assert.equal(answer.status, 500);
        assert.match(answer.body, words);
      }
    }
  });

  it('are not for pages of other hosts', async () => {
    holds('Output comes in frames of at most 4096 bytes that cut characters, and other origins are turned away');
    const answer = await upgrade(c, execPath(id, ['/bin/true']), { Origin: 'http://elsewhere.example' });
    assert.ok(!(answer instanceof RawSocket));
    assert.equal(answer.status, 403);
    assert.match(answer.body, /request origin not allowed/);
  });
});

contractWithAcl('a token in the first frame of exec', (c) => {
  let path = '';

  before(async () => {
    const job = c.id('hand');
    await c.register(service(job));
    path = execPath(await c.runningId(job), ['/bin/echo', 'in'], { ws_handshake: 'true' });
  });

  it('lets the command run', async () => {
    holds('A token in the first frame is judged by close codes, and a first frame that never comes is waited for');
    const socket = await opened(c, path);
    socket.send(JSON.stringify({ version: 1, auth_token: String(c.target.connection.token) }));
    socket.send(closeInput);
    await socket.until(() => socket.ended);
    // The other stream may end before this one begins.
    const outputs = socket.messages.map((message) => message['stdout']).filter((each) => each !== undefined);
    assert.deepEqual(outputs[0], { data: Buffer.from('in\n').toString('base64') });
  });

  it('has to be a good one', async () => {
    const socket = await opened(c, path);
    socket.send(JSON.stringify({ version: 1, auth_token: '5ec4e700-0000-4000-8000-00000000dead' }));
    const frame = await socket.closed();
    socket.destroy();
    assert.equal(frame?.kind, 'close');
    assert.equal(frame.code, c.atLeast(2) ? 1008 : 1011);
    assert.match(frame.reason, /Permission denied$/);
  });

  it('is waited for', async () => {
    const socket = await opened(c, path);
    await c.client.agent.leader();
    assert.deepEqual([socket.frames, socket.ended], [[], false]);
    socket.destroy();
  });
});
