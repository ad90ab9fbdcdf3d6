import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { Session } from './support/exec.ts';
import { holds } from './support/holds.ts';
import { service, unknownId } from './support/jobs.ts';
import { RawSocket, upgrade } from './support/upgrade.ts';

const closeInput = JSON.stringify({ stdin: { close: true } });
const input = (data: string | Buffer) => JSON.stringify({ stdin: { data: Buffer.from(data).toString('base64') } });
const sh = (script: string) => ['/bin/sh', '-c', script];

function execPath(id: string, command: readonly string[], query: Record<string, string> = {}): string {
  const all = new URLSearchParams({ task: 'main', command: JSON.stringify(command), tty: 'false', ...query });
  return `/v1/client/allocation/${id}/exec?${String(all)}`;
}

/** What a stream of a command has said so far. */
function said(socket: RawSocket, stream = 'stdout'): Buffer {
  const parts = socket.messages.map((message) => (message[stream] ?? {}) as { data?: string });
  return Buffer.concat(parts.map(({ data = '' }) => Buffer.from(data, 'base64')));
}

const hasExited = (socket: RawSocket) => socket.messages.some((message) => 'exited' in message);

contract('commands out of the ordinary', (c) => {
  const sockets: RawSocket[] = [];
  let job = '';
  let id = '';

  before(async () => {
    job = c.id('ex');
    await c.register(service(job));
    id = await c.runningId(job);
  });

  after(() => {
    for (const socket of sockets) socket.destroy();
  });

  const open = async (command: readonly string[], query: Record<string, string> = {}, allocation = id) => {
    const socket = await upgrade(c, execPath(allocation, command, query));
    assert.ok(socket instanceof RawSocket, JSON.stringify(socket));
    sockets.push(socket);
    return socket;
  };

  /** Runs a script to its end, beside what is being looked at. */
  const run = async (script: string) => {
    const session = new Session(c, id, sh(script));
    session.session.closeStdin();
    assert.deepEqual(await session.ended(), { kind: 'exited', exitCode: 0 });
    return session.stdout;
  };

  it('are refused by a close frame behind the upgrade', async () => {
    holds('Since 2.0 a command is refused by a close frame behind the upgrade, before that by an HTTP answer');
    const unknown = (await open(['/bin/true'], {}, unknownId)).closed();
    assert.deepEqual(await unknown, { kind: 'close', code: 1008, reason: `Unknown allocation "${unknownId}"` });
    const task = await (await open(['/bin/true'], { task: 'nope' })).closed();
    assert.deepEqual([task?.kind, task?.kind === 'close' && task.reason], ['close', 'task not found']);
  });

  it('leave the connection open where their parameters are wrong, since 2.0', async function () {
    holds('Since 2.0 a command is refused by a close frame behind the upgrade, before that by an HTTP answer');
    c.needs(this, 2, 0, 'upgrade before it reads the parameters');
    const socket = await open(['/bin/true'], { tty: 'maybe' });
    const reason = 'tty value is not a boolean: strconv.ParseBool: parsing "maybe": invalid syntax';
    assert.deepEqual(await socket.closed(), { kind: 'close', code: 1011, reason });
    await c.quiet(1000);
    assert.equal(socket.ended, false);
  });

  it('are refused before the upgrade on older agents', async function () {
    holds('Since 2.0 a command is refused by a close frame behind the upgrade, before that by an HTTP answer');
    if (c.atLeast(2)) c.skip(this, `Nomad ${c.version.text} upgrades first`);
    const answer = await upgrade(c, execPath(id, ['/bin/true'], { tty: 'maybe' }));
    assert.ok(!(answer instanceof RawSocket));
    const body = 'tty value is not a boolean: strconv.ParseBool: parsing "maybe": invalid syntax';
    assert.deepEqual(answer, { status: 500, body });
  });

  it('say that they ended only after their input was closed', async () => {
    holds('Without a terminal a command has ended only after its input was closed, with one closing does nothing');
    const socket = await open(sh('echo out; exit 5'));
    await socket.until(() => said(socket).toString() === 'out\n');
    await c.quiet(1000);
    assert.deepEqual([hasExited(socket), socket.ended, socket.messages.length], [false, false, 1]);
    socket.send(closeInput);
    await socket.until(() => socket.ended);
    assert.deepEqual(socket.messages.at(-1), { exited: true, result: { exit_code: 5 } });
    assert.ok(socket.frames.every(({ kind }) => kind === 'text'));
  });

  it('do not end on a terminal when their input is closed, but by its control key', async () => {
    holds('Without a terminal a command has ended only after its input was closed, with one closing does nothing');
    const socket = await open(['/bin/sh'], { tty: 'true' });
    await socket.until(() => said(socket).byteLength > 0);
    socket.send(closeInput);
    await c.quiet(1000);
    assert.deepEqual([hasExited(socket), socket.ended], [false, false]);
    const other = await open(['/bin/sh'], { tty: 'true' });
    await other.until(() => said(other).byteLength > 0);
    other.send(input('\u0004'));
    await other.until(() => other.ended);
    assert.deepEqual(other.messages.at(-1), { exited: true, result: {} });
  });

  for (const [how, tty] of [
    ['lost', 'false'],
    ['lost', 'true'],
    ['closed', 'false'],
    ['closed', 'true'],
  ] as const) {
    it(`outlive a connection that is ${how}, ${tty === 'true' ? 'with' : 'without'} a terminal`, async () => {
      holds('A command outlives the connection that started it, be that lost or closed, with or without a terminal');
      const name = `pid-${how}-${tty}`;
      const socket = await open(sh(`echo $$ > "$NOMAD_TASK_DIR/${name}"; echo up; exec sleep 60`), { tty });
      await socket.until(() => said(socket).toString().includes('up'));
      if (how === 'closed') socket.sendClose(1000);
      else socket.destroy();
      await c.quiet(1000);
      await run(`pid=$(cat "$NOMAD_TASK_DIR/${name}"); kill -0 $pid && kill $pid`);
    });
  }

  it('get pongs for pings, but no pings and no heartbeats', async () => {
    holds(
      'A command has no heartbeats or pings of the server, and one unreadable frame makes it deaf to input',
      'A command is said always to have an exit code and to get heartbeats, and has neither when it ends with 0',
    );
    const socket = await open(['/bin/cat']);
    socket.ping('hi');
    await socket.until(() => socket.frames.length === 1);
    assert.deepEqual(socket.frames, [{ kind: 'pong', text: 'hi' }]);
    await c.quiet(2000);
    assert.equal(socket.frames.length, 1);
  });

  it('get no input any more after a frame that can not be read', async () => {
    holds('A command has no heartbeats or pings of the server, and one unreadable frame makes it deaf to input');
    for (const garbage of ['garbage', JSON.stringify({ stdin: { data: '***' } })]) {
      const socket = await open(['/bin/cat']);
      socket.send(garbage);
      socket.send(input('hello'));
      socket.send(closeInput);
      await c.quiet(1000);
      assert.deepEqual([socket.frames, socket.ended], [[], false]);
      socket.destroy();
    }
  });

  it('take 256 KB in one frame, and give them back in pieces that cut characters', async () => {
    holds('Output comes in frames of at most 4096 bytes that cut characters, and other origins are turned away');
    const data = Buffer.from(`a${'é'.repeat(131_071)}b`);
    assert.equal(data.byteLength, 262_144);
    const socket = await open(['/bin/cat']);
    socket.send(input(data));
    await socket.until(() => said(socket).byteLength >= data.byteLength);
    assert.ok(said(socket).equals(data));
    const pieces = socket.messages.flatMap(({ stdout }) => {
      const { data: piece } = (stdout ?? {}) as { data?: string };
      return piece === undefined ? [] : [Buffer.from(piece, 'base64')];
    });
    assert.ok(pieces.every(({ byteLength }) => byteLength <= 4096));
    const strict = new TextDecoder('utf-8', { fatal: true });
    assert.throws(() => pieces.map((piece) => strict.decode(piece)));
    socket.send(closeInput);
    await socket.until(() => socket.ended);
  });

  it('have a terminal of the kind that the agent has, which mixes their outputs', async () => {
    holds('Output comes in frames of at most 4096 bytes that cut characters, and other origins are turned away');
    const socket = await open(sh('echo "$TERM"; echo oops >&2'), { tty: 'true' });
    await socket.until(() => socket.ended);
    assert.equal(said(socket).toString(), 'xterm\r\noops\r\n');
    assert.equal(said(socket, 'stderr').byteLength, 0);
  });

  it('end with the task, by a close frame', async () => {
    holds('Output comes in frames of at most 4096 bytes that cut characters, and other origins are turned away');
    const echoing = async () => {
      const socket = await open(['/bin/cat']);
      socket.send(input('a'));
      await socket.until(() => said(socket).byteLength === 1);
      return socket;
    };
    const restarted = await echoing();
    await c.client.allocations.restart(id, { task: 'main' });
    // A connection may notice first that it is closed, in its own words.
    const words = /^(plugin is shut down|rpc error: code = Canceled desc = grpc: the client connection is closing)$/;
    const assertShut = async (socket: RawSocket) => {
      const frame = await socket.closed();
      assert.ok(frame?.kind === 'close');
      assert.equal(frame.code, 1011);
      assert.match(frame.reason, words);
    };
    await assertShut(restarted);
    await c.until(
      'the restart',
      (options) => c.client.allocations.read(id, options),
      ({ TaskStates }) => TaskStates?.['main']?.Restarts === 1 && TaskStates['main'].State === 'running',
    );
    const stopped = await echoing();
    await c.client.jobs.stop(job);
    await assertShut(stopped);
  });
});
