import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Runtime } from '../../../simulator/runtime/runtime.ts';
import { startProcess } from '../../../simulator/runtime/exec-process.ts';
import {
  allocId,
  execStage,
  isAlive,
  makeRuntime,
  shell,
  shortWhile,
  until,
  watch,
  type ExecStage,
  type Watched,
} from './stage.ts';

const aborted = { code: 1006, reason: '' };
const sh = (script: string): string[] => ['/bin/sh', '-c', script];

let runtime: Runtime;
let stage: ExecStage;
let server: Watched;

/** Frames without their data, in the order in which they came. */
const controls = (frames: readonly object[]): object[] =>
  frames.filter((frame) => !JSON.stringify(frame).includes('"data"'));

/** Each test of a suite has a task that runs. Said in every suite: hooks outside of them are run for all tests of all files. */
function withTask(): void {
  beforeEach(async () => {
    runtime = makeRuntime();
    stage = await execStage(runtime);
    server = watch(runtime, shell('exec sleep 1000'));
    await server.until('started');
  });

  afterEach(async () => {
    await runtime.dispose();
    await stage.close();
  });
}

describe('exec with pipes', () => {
  withTask();

  it('tells of the end only after the client has closed its input', async () => {
    const client = await stage.connect({ words: sh('echo out; echo $$; exit 5') });
    await client.shows('out\n');
    const pid = Number(client.bytes('stdout').toString().split('\n')[1]);
    await until(() => !isAlive(pid));
    assert.deepEqual(controls(client.frames), []);
    client.send({ stdin: { close: true } });
    assert.deepEqual(await client.closed, aborted);
    assert.deepEqual(controls(client.frames), [
      { stderr: { close: true } },
      { stdout: { close: true } },
      { exited: true, result: { exit_code: 5 } },
    ]);
  });

  it('gives input to the command and keeps the outputs apart, success without a code', async () => {
    const client = await stage.connect({ words: sh('cat; echo err >&2') });
    client.type('hello\n');
    await client.shows('hello\n');
    client.send({ stdin: { data: 'd29ybGQ=', close: true } });
    assert.deepEqual(await client.closed, aborted);
    assert.equal(client.bytes('stdout').toString(), 'hello\nworld');
    assert.equal(client.bytes('stderr').toString(), 'err\n');
    assert.deepEqual(client.frames.at(-1), { exited: true, result: {} });
  });

  it('passes any byte, in frames of at most 4096', async () => {
    const client = await stage.connect({ words: sh('printf "\\000\\001\\377\\376"; head -c 1048576 /dev/zero') });
    client.send({ stdin: { close: true } });
    await client.closed;
    const bytes = client.bytes('stdout');
    assert.equal(bytes.length, 1048580);
    assert.equal(bytes.subarray(0, 4).toString('hex'), '0001fffe');
    const sizes = client.frames.map((frame) => Buffer.from(frame.stdout?.data ?? '', 'base64').length);
    assert.equal(Math.max(...sizes), 4096);
  });

  it('takes 256 KB of input in one frame', async () => {
    const client = await stage.connect({ words: ['wc', '-c'] });
    client.type('q'.repeat(262144));
    client.send({ stdin: { close: true } });
    await client.closed;
    assert.equal(client.bytes('stdout').toString().trim(), '262144');
  });

  it('holds a command back while the client does not read, and loses nothing', async () => {
    const client = await stage.connect({ words: sh('head -c 20000000 /dev/zero; touch local/finished') });
    client.send({ stdin: { close: true } });
    client.socket.pause();
    const finished = path.join(runtime.directories.task(allocId, 'server'), 'local/finished');
    await shortWhile(800);
    assert.equal(existsSync(finished), false);
    client.socket.resume();
    await client.closed;
    assert.equal(existsSync(finished), true);
    assert.equal(client.bytes('stdout').length, 20_000_000);
  });

  it('ignores heartbeats and unknown keys, and all input after garbage', async () => {
    const client = await stage.connect({ words: ['cat'] });
    client.send({});
    client.send({ wibble: 1 });
    client.type('a');
    await client.shows('a');
    client.send('garbage');
    client.type('b');
    client.send({ stdin: { close: true } });
    client.socket.ping();
    await once(client.socket, 'pong');
    assert.equal(client.bytes('stdout').toString(), 'a');
    assert.equal(client.socket.readyState, client.socket.OPEN);
  });

  it('tells of garbage only after the next output', async () => {
    const client = await stage.connect({ words: sh('while :; do sleep 0.05; echo x; done') });
    client.send({ stdin: { data: '***' } });
    assert.deepEqual(await client.closed, { code: 1011, reason: 'illegal base64 data at input byte 0' });
  });

  it('runs in the task’s directory with its environment', async () => {
    const client = await stage.connect({ words: sh('pwd; echo "$NOMAD_TASK_NAME"') });
    client.send({ stdin: { close: true } });
    await client.closed;
    const folder = runtime.directories.task(allocId, 'server');
    assert.equal(client.bytes('stdout').toString(), `${folder}\nserver\n`);
  });
});

describe('exec in a terminal', () => {
  withTask();

  it('is a real terminal that follows the client’s size', async () => {
    const client = await stage.connect({ words: ['/bin/sh'], tty: 'true' });
    client.send({ tty_size: { height: 40, width: 100 } });
    client.type('stty size; echo $TERM; echo err >&2; tty\n');
    await client.shows('40 100\r\nxterm\r\nerr\r\n/dev/');
    client.send({ tty_size: { height: 10, width: 20 } });
    client.type('stty size\n');
    await client.shows('10 20\r\n');
    client.type('exit 3\n');
    assert.deepEqual(await client.closed, aborted);
    assert.equal(client.bytes('stderr').length, 0);
    assert.deepEqual(controls(client.frames), [
      { stdout: { close: true } },
      { exited: true, result: { exit_code: 3 } },
    ]);
  });

  it('ends by ctrl-D, not by the end of input', async () => {
    const client = await stage.connect({ words: ['/bin/sh'], tty: 'true' });
    client.send({ stdin: { close: true } });
    client.send({ tty_size: { height: 33, width: 99 } });
    client.socket.ping();
    await once(client.socket, 'pong');
    assert.equal(client.socket.readyState, client.socket.OPEN);
    const other = await stage.connect({ words: ['/bin/sh'], tty: 'true' });
    other.type('\u0004');
    await other.closed;
    assert.deepEqual(other.frames.at(-1), { exited: true, result: {} });
  });

  it('reports a command that ctrl-C ended', async () => {
    const client = await stage.connect({ words: sh('echo up; exec sleep 1000'), tty: 'true' });
    await client.shows('up');
    client.type('\u0003');
    await client.closed;
    assert.deepEqual(client.frames.at(-1), { exited: true, result: { exit_code: 130 } });
  });

  it('serves others while the program of a terminal does not read what was pasted, and loses nothing of it', async () => {
    const script = 'stty raw -echo; echo up; until [ -e go ]; do sleep 0.05; done; exec head -c 300000';
    const pasted = await stage.connect({ words: sh(script), tty: 'true' });
    await pasted.shows('up');
    pasted.type('0123456789'.repeat(30_000));
    const other = await stage.connect({ words: sh('touch go') });
    other.send({ stdin: { close: true } });
    await other.closed;
    await pasted.closed;
    assert.ok(pasted.bytes('stdout').toString().endsWith('0123456789'.repeat(30_000)));
  });

  const held = () => {
    const received: Buffer[] = [];
    return new Promise<{ exitCode: number; text: string }>((resolve) => {
      const { process } = startProcess(
        {
          command: sh('printf %03000d 7; echo $$ >pid; exit 6'),
          folder: runtime.directories.task(allocId, 'server'),
          environment: { PATH: '/bin:/usr/bin' },
          processes: runtime.processes,
        },
        true,
        {
          output: (_, data) => received.push(data),
          ready: () => undefined,
          ended: (exitCode) => {
            resolve({ exitCode, text: Buffer.concat(received).toString() });
          },
        },
      );
      process?.pause();
    });
  };

  it('loses nothing of a command that ends while its output is held back', async () => {
    assert.deepEqual(await held(), { exitCode: 6, text: '7'.padStart(3000, '0') });
  });

  it('loses nothing of one that ends just before all has to wait for something else', async () => {
    const file = path.join(runtime.directories.task(allocId, 'server'), 'pid');
    const isOver = () => existsSync(file) && !isAlive(Number(readFileSync(file, 'utf8')));
    const wait = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    const look = () => {
      // Its end is told in the turn in between.
      if (isOver()) setImmediate(() => setImmediate(wait));
      else setImmediate(look);
    };
    look();
    assert.deepEqual(await held(), { exitCode: 6, text: '7'.padStart(3000, '0') });
  });
});

describe('an exec session and its task', () => {
  withTask();

  it('ends with the task, with a reason', async () => {
    const client = await stage.connect({ words: sh('echo $$; exec sleep 1000') });
    await client.shows('\n');
    const pid = Number(client.bytes('stdout').toString());
    server.task.stop({ timeoutMs: 1000 });
    assert.deepEqual(await client.closed, { code: 1011, reason: 'plugin is shut down' });
    await until(() => !isAlive(pid));
  });

  for (const tty of ['true', 'false']) {
    it(`outlives its client until the task ends (tty=${tty})`, async () => {
      const client = await stage.connect({ words: sh('echo $$; exec sleep 1000'), tty });
      await client.shows('\n');
      const pid = Number(client.bytes('stdout').toString());
      client.socket.terminate();
      await client.closed;
      await stage.close();
      assert.equal(isAlive(pid), true);
      server.task.stop({ timeoutMs: 1000 });
      await server.until('exited');
      await until(() => !isAlive(pid));
      stage = await execStage(runtime);
    });
  }

  it('leaves nothing when the runtime ends, a shell’s jobs in the background included', async () => {
    const client = await stage.connect({ words: ['/bin/sh', '-i'], tty: 'true' });
    client.type('set -m; sleep 1000 & echo pid=$!=\n');
    await client.shows('=\r\n');
    await until(() => /pid=\d+=/.test(client.bytes('stdout').toString()));
    const pid = Number(/pid=(\d+)=/.exec(client.bytes('stdout').toString())?.[1]);
    await runtime.dispose();
    await client.closed;
    await until(() => !isAlive(pid));
  });

  it('can be cut as by a broken network', async () => {
    await stage.close();
    stage = await execStage(runtime, () => true);
    const client = await stage.connect({ words: ['echo', 'hi'] });
    assert.deepEqual(await client.closed, aborted);
    assert.deepEqual(client.frames, []);
  });
});
