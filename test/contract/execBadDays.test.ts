import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, before, it } from 'mocha';
import { NomadClient } from '../../src/nomad/client.ts';
import type { ExecOptions } from '../../src/nomad/sessions/exec.ts';
import { sentenceOf } from '../../src/operations/exec/sessionEnd.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { contract } from './support/contract.ts';
import { Session } from './support/exec.ts';
import { HeaderProxy } from './support/headerProxy.ts';
import { service } from './support/jobs.ts';
import { Relay } from './support/relay.ts';

const sh = (script: string) => ['/bin/sh', '-c', script];
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Every byte beside every other, as many as a megabyte holds. */
const everyByte = Buffer.from(Array.from({ length: 1024 * 1024 }, (_, at) => (at + (at >> 8)) & 0xff));

contract('a command on a bad day', (c) => {
  let id = '';
  const ends: (() => unknown)[] = [];

  before(async () => {
    const job = c.id('bad');
    await c.register(service(job));
    id = await c.runningId(job);
  });

  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  /** A session that goes to the agent by another address. */
  function openBy(address: string, command: readonly string[], options: Partial<ExecOptions> = {}): Session {
    const client = new NomadClient({ ...c.target.connection, address });
    ends.push(() => {
      client.dispose();
    });
    return new Session({ client }, id, command, options);
  }

  it('carries every byte either way, and to stderr', async () => {
    for (const [script, stream] of [
      ['cat', 'stdout'],
      ['cat >&2', 'stderr'],
    ] as const) {
      const session = new Session(c, id, sh(script));
      const parts: Uint8Array[] = [];
      session.session.onOutput((output) => {
        assert.equal(output.stream, stream);
        parts.push(output.data);
      });
      session.session.write(everyByte);
      session.session.closeStdin();
      assert.deepEqual(await session.ended(), { kind: 'exited', exitCode: 0 });
      assert.equal(hash(Buffer.concat(parts)), hash(everyByte));
    }
  });

  it('has all of the screen, and the keys that move in it', async () => {
    // As `less` does: another screen, keys one by one, and the first screen again.
    const script = [
      'stty raw -echo; printf "\\033[?1049h\\033[?1h\\033[2J\\033[1;1Hline 1"; at=1; escape=$(printf "\\033")',
      'key() { dd bs=1 count=1 2>/dev/null; }',
      'while true; do k=$(key); case "$k" in',
      'q) break;;',
      '"$escape") key >/dev/null; case "$(key)" in A) at=$((at-1));; B) at=$((at+1));; esac;;',
      'esac; printf "\\033[1;1H\\033[Kline $at"; done',
      'printf "\\033[?1l\\033[?1049l"; stty sane; echo bye; exit 7',
    ].join('\n');
    const size = { rows: 24, columns: 80 };
    const session = new Session(c, id, sh(script), { tty: true, size });
    await session.saw('\u001b[?1049h\u001b[?1h\u001b[2J\u001b[1;1Hline 1');
    // Torn between its bytes, as a slow line does.
    for (const key of ['\u001bOB', '\u001b', 'O', 'B', '\u001bOA']) session.session.write(key);
    await session.saw('\u001b[1;1H\u001b[Kline 3\u001b[1;1H\u001b[Kline 2');
    session.session.write('q');
    assert.deepEqual(await session.ended(), { kind: 'exited', exitCode: 7 });
    assert.ok(session.stdout.endsWith('\u001b[?1l\u001b[?1049lbye\r\n'), JSON.stringify(session.stdout.slice(-40)));
  });

  it('is told plainly where a gateway has waited too long', async () => {
    const relay = await Relay.to(c.target.connection.address);
    ends.push(() => relay.close());
    relay.mode = 'timeout';
    const end = await openBy(relay.address, sh('echo never')).ended();
    assert.equal(end.kind, 'closed');
    const { error } = end;
    assert.equal(error.kind, 'notNomad');
    assert.match(error.message, /HTTP 504, a page titled "504 Gateway Time-out"/);
    const sentence = sentenceOf({ error, task: 'main', shell: '/bin/sh', namespace: 'default', node: 'n' });
    assert.match(
      sentence,
      /^http:\S+ answered with something that is not Nomad's \(HTTP 504, a page titled "504 [^<]*"\)$/,
    );
    // The gateway is well again.
    relay.mode = 'pass';
    assert.deepEqual(await openBy(relay.address, sh('exit 5'), { tty: true }).ended(), { kind: 'exited', exitCode: 5 });
  });

  const minute = 60_000;

  /** A proxy that drops what is idle for a minute, whose time and that of the session's heartbeats is the test's. */
  async function behindIdleProxy(options: Partial<ExecOptions>) {
    const clock = new FakeClock();
    const proxy = await HeaderProxy.to(c.target.connection.address);
    ends.push(() => proxy.close());
    proxy.idle = { ms: minute, clock };
    const session = openBy(proxy.address, ['/bin/cat'], { clock, pingMs: 1e9, ...options });
    session.session.write('up\n');
    await session.saw('up\n');
    return { clock, proxy, session };
  }

  it('outlives a proxy that drops what is idle', async () => {
    const { clock, proxy, session } = await behindIdleProxy({});
    for (let beat = 0; beat < 30; beat += 1) {
      const heard = new Promise<void>((resolve) => {
        proxy.onTraffic = resolve;
      });
      await clock.advance(10_000);
      await heard;
    }
    session.session.write('still up\n');
    await session.saw('still up\n');
    session.session.closeStdin();
    assert.deepEqual(await session.ended(), { kind: 'exited', exitCode: 0 });
  });

  it('says that the connection was lost where one drops it all the same', async () => {
    const { clock, session } = await behindIdleProxy({ heartbeatMs: 1e9 });
    await clock.advance(minute);
    const end = await session.ended();
    assert.equal(end.kind, 'closed');
    assert.equal(end.error.message, 'Connection lost: it broke off before the command ended.');
  });
});
