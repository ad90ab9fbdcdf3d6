import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { before, it } from 'mocha';
import { OutputQueue } from '../../src/features/exec/outputQueue.ts';
import { contract } from './support/contract.ts';
import { service } from './support/jobs.ts';

const megabyte = 1024 * 1024;
/** More than is ever held, and no more than a slow machine brings through a terminal in good time. */
const flood = 32 * megabyte;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is held, without what only waits to be collected. */
function heldBytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

contract('a terminal that is flooded', (c) => {
  let id = '';

  before(async () => {
    const job = c.id('flood');
    await c.register(service(job));
    id = await c.runningId(job);
  });

  /** A session whose output goes where a terminal's does, at the pace of that. */
  function open(script: string) {
    const session = c.client.allocations.exec(id, {
      ...{ task: 'main', command: ['/bin/sh', '-c', script], tty: true, size: { rows: 24, columns: 80 } },
    });
    let length = 0;
    let last = '';
    let onWrite: () => void = () => undefined;
    const queue = new OutputQueue({
      write: (text) => {
        length += text.length;
        last = (last + text).slice(-2000);
        onWrite();
      },
      hold: () => {
        session.pause();
      },
      release: () => {
        session.resume();
      },
    });
    const decoder = new TextDecoder();
    session.onOutput(({ data }) => {
      queue.push(decoder.decode(data, { stream: true }));
    });
    const written = (fits: () => boolean) =>
      new Promise<void>((resolve) => {
        onWrite = () => {
          if (fits()) resolve();
        };
        onWrite();
      });
    return { session, queue, written, length: () => length, last: () => last };
  }

  it('shows all of 32 MB, and holds no more than a little of it', async () => {
    const { session, queue, written, length, last } = open(
      `head -c ${String(flood)} /dev/zero | tr '\\0' x; echo; echo the end; exit 3`,
    );
    const before = heldBytes();
    let most = 0;
    const watching = setInterval(() => {
      most = Math.max(most, heldBytes() - before);
    }, 1000);
    await written(() => last().includes('the end'));
    clearInterval(watching);
    assert.deepEqual(await session.ended, { kind: 'exited', exitCode: 3 });
    queue.flush();
    assert.equal(length(), flood + '\r\nthe end\r\n'.length);
    assert.ok(most < 20 * megabyte, `${String(Math.round(most / megabyte))} MB`);
  });

  it('takes Ctrl+C meanwhile', async () => {
    const { session, queue, written, length, last } = open('trap "echo; echo caught; exit 5" INT; yes 0123456789');
    await written(() => length() > 3 * megabyte);
    session.write('\u0003');
    assert.deepEqual(await session.ended, { kind: 'exited', exitCode: 5 });
    queue.flush();
    assert.match(last(), /caught\r\n$/);
  });

  it('has every character whole, wherever it is torn', async () => {
    const text = 'aé漢👍🏽ñ';
    const bytes = Buffer.from(text);
    const octal = [...bytes].map((byte) => `\\\\${byte.toString(8).padStart(3, '0')}`);
    // Each byte alone, with time for it to go on its way alone.
    const script = octal.map((byte) => `printf '${byte.replace('\\\\', '\\')}'; sleep 0.02`).join('; ');
    const { session, queue, last } = open(`stty -echo; ${script}; exit 3`);
    let frames = 0;
    session.onOutput(() => (frames += 1));
    assert.equal((await session.ended).kind, 'exited');
    queue.flush();
    assert.equal(last(), text);
    assert.ok(frames > 5, String(frames));
  });
});
