import assert from 'node:assert/strict';
import { after, afterEach, before, it } from 'mocha';
import type { LogPosition } from '../../src/operations/logs/types.ts';
import { quickClock } from '../support/quickClock.ts';
import { contract, contractAlone, contractWithAcl } from './support/contract.ts';
import type { Contract } from './support/contract.ts';
import { batch, service, shell, task } from './support/jobs.ts';
import type { GroupSpec } from './support/jobs.ts';
import { Followed } from './support/logs.ts';
import { makeToken, post } from './support/raw.ts';
import { Relay } from './support/relay.ts';

const small = { MaxFiles: 3, MaxFileSizeMB: 1 };
const disk = { EphemeralDisk: { SizeMB: 40 } };
const many = { MaxFiles: 10, MaxFileSizeMB: 1 };

/** Prints numbered lines of 100 bytes, `awk` being quicker than any loop of a shell. */
const lines = (from: number, to: number) =>
  `awk 'BEGIN { for (i = ${String(from)}; i < ${String(to)}; i++) printf "%08d ${'x'.repeat(90)}\\n", i }'`;

/** Holds a script up until {@link go} was called so often. */
const gate = (number: number) => `while [ ! -f $NOMAD_ALLOC_DIR/go${String(number)} ]; do sleep 0.05; done`;

async function go(c: Contract, allocation: string, number: number): Promise<void> {
  const command = ['/bin/sh', '-c', `touch $NOMAD_ALLOC_DIR/go${String(number)}`];
  const session = c.client.allocations.exec(allocation, { task: 'main', command, tty: false });
  session.closeStdin();
  assert.deepEqual(await session.ended, { kind: 'exited', exitCode: 0 });
}

const spec = (script: string, log: typeof small, more: Partial<GroupSpec> = {}): GroupSpec => ({
  tasks: [task('main', shell(script), { LogConfig: log })],
  ...more,
});

/** The numbers at the beginning of the lines of each allocation. */
function numbersOf(followed: Followed): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  for (const { source, text } of followed.whole) {
    const of = numbers.get(source.key) ?? [];
    numbers.set(source.key, of);
    of.push(Number(text.slice(0, 8)));
  }
  return numbers;
}

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);

contract('logs that break off', (c) => {
  const all: Followed[] = [];
  let relay: Relay;

  before(async () => {
    relay = await Relay.to(c.target.connection.address);
  });

  after(() => relay.close());

  afterEach(() => {
    for (const followed of all.splice(0)) followed.end();
    relay.mode = 'pass';
    relay.cutAfterBytes = () => Infinity;
  });

  const follow = (...[target, options]: [ConstructorParameters<typeof Followed>[1], object?]) => {
    const followed = new Followed({ ...c.target.connection, address: relay.address }, target, options);
    all.push(followed);
    return followed;
  };

  it('give each line once and in order, over rotated files, a restart, and cuts in the middle', async () => {
    const job = c.id('cuts');
    // The second run goes on where the first one was restarted.
    const run = `if [ -f $NOMAD_ALLOC_DIR/second ]; then ${lines(12_000, 24_000)}; else touch $NOMAD_ALLOC_DIR/second; ${lines(0, 12_000)}; fi`;
    await c.register(service(job, spec(`${gate(1)}; ${run}; exec sleep 3600`, many, { more: disk })));
    const id = await c.runningId(job);
    // Each of the many cuts is waited for, longer every time.
    const followed = follow({ job, streams: ['stdout'] }, { clock: quickClock(c.speed) });
    await followed.until('the first connection', () => followed.follower.sources[0]?.state === 'following');
    let next = 100_000;
    relay.cutAfterBytes = () => (next += 37_123);
    relay.cut();
    await go(c, id, 1);
    await followed.until('the first run', () => followed.lines.length >= 12_000);
    await c.client.allocations.restart(id, { task: 'main' });
    await followed.until('the second run', () => followed.lines.length >= 24_000);
    assert.deepEqual([...numbersOf(followed).values()], [upTo(24_000)]);
    assert.deepEqual(
      followed.kinds().filter((kind) => kind !== 'restarted' && kind !== 'lost' && kind !== 'resumed'),
      [],
    );
    assert.equal(followed.kinds().filter((kind) => kind === 'restarted').length, 1);
    assert.ok(relay.connections > 5, String(relay.connections));
  });

  it('go on from a position after the oldest files were removed, and say what is gone', async () => {
    const job = c.id('rotated');
    const script = `${lines(0, 15_000)}; ${gate(1)}; ${lines(15_000, 30_000)}; ${gate(2)}; ${lines(30_000, 90_000)}; exec sleep 3600`;
    await c.register(service(job, spec(script, small, { more: disk })));
    const id = await c.runningId(job);
    const first = follow({ job, streams: ['stdout'] });
    await first.until('the first part', () => first.lines.length === 15_000);
    first.end();
    const last = first.lines.at(-1);
    const positions = new Map<string, LogPosition>();
    if (last !== undefined) positions.set(last.source.key, last.next);
    await go(c, id, 1);
    const second = follow({ job, streams: ['stdout'] }, { positions });
    await second.until('the second part', () => second.lines.length >= 15_000);
    assert.deepEqual([...numbersOf(second).values()], [upTo(15_000).map((number) => number + 15_000)]);
    assert.deepEqual(second.notes, []);
    second.end();
    await go(c, id, 2);
    await c.poll(
      'the last of it',
      async () => (await c.client.files.ls(id, 'alloc/logs')).value.map(({ Name }) => Name),
      (names) =>
        names.filter((name) => /^main.stdout.\d+$/.test(name)).join() === 'main.stdout.6,main.stdout.7,main.stdout.8',
    );
    const third = follow({ job, streams: ['stdout'] }, { positions });
    await third.until('the end', () => third.texts.at(-1)?.startsWith('00089999') === true);
    const [numbers = []] = numbersOf(third).values();
    assert.deepEqual(third.kinds(), ['gap']);
    assert.match(third.notes[0]?.text ?? '', /^Part of the log of app\[0\] main was removed before it could be read$/);
    assert.ok((numbers[0] ?? 0) > 15_000);
    assert.deepEqual(
      numbers,
      upTo(numbers.length).map((number) => 90_000 - numbers.length + number),
    );
  });

  it('say when nothing can be read for a while, and go on where they were', async () => {
    const job = c.id('away');
    await c.register(
      service(job, spec(`${lines(0, 10)}; ${gate(1)}; ${lines(10, 20)}; exec sleep 3600`, many, { more: disk })),
    );
    const id = await c.runningId(job);
    const followed = follow({ job, streams: ['stdout'] });
    await followed.until('the first lines', () => followed.lines.length === 10);
    relay.mode = 'timeout';
    relay.cut();
    await followed.until('a word of it', () => followed.kinds().includes('lost'));
    assert.match(followed.notes.find(({ kind }) => kind === 'lost')?.text ?? '', /504 Gateway Time-out/);
    await go(c, id, 1);
    relay.mode = 'pass';
    await followed.until('the rest', () => followed.lines.length >= 20);
    assert.deepEqual([...numbersOf(followed).values()], [upTo(20)]);
    assert.deepEqual(followed.kinds(), ['lost', 'resumed']);
  });

  it('begin anew where somebody cleared the file', async () => {
    const job = c.id('cleared');
    const clear = ': > $NOMAD_ALLOC_DIR/logs/main.stdout.0';
    await c.register(
      service(
        job,
        spec(`${lines(0, 100)}; ${gate(1)}; ${clear}; sleep 1; echo anew; exec sleep 3600`, many, { more: disk }),
      ),
    );
    const id = await c.runningId(job);
    const followed = follow({ job, streams: ['stdout'] });
    await followed.until('the first lines', () => followed.lines.length === 100);
    await go(c, id, 1);
    await followed.until('the new line', () => followed.texts.includes('anew'));
    assert.deepEqual(followed.kinds(), ['truncated']);
    assert.equal(followed.lines.length, 101);
  });

  it('say that the files are gone with the allocation', async () => {
    const job = c.id('collected');
    await c.register(batch(job, { script: 'echo done' }));
    const [stub] = await c.allocations(job, 'complete', (list) => list[0]?.ClientStatus === 'complete');
    const id = stub?.ID ?? '';
    await c.client.allocations.collectGarbage(id);
    const followed = follow({ job, allocation: id });
    await followed.follower.ended;
    assert.deepEqual([followed.lines.length, ...followed.kinds()], [0, 'collected', 'collected']);
    assert.match(followed.notes[0]?.text ?? '', /^The log of app\[0\] main was removed with its allocation: /);
  });
});

contractAlone('many logs', (c) => {
  it('are read together, each line of each once and in order, over rotated files', async () => {
    const job = c.id('writers');
    const count = c.target.kind === 'simulator' ? 50 : 10;
    // A file holds 10,485 of them.
    const each = 11_000;
    const flag = `/tmp/${job}`;
    const wait = `while [ ! -f ${flag} ]; do sleep 0.2; done`;
    const more = { LogConfig: { MaxFiles: 4, MaxFileSizeMB: 1 }, Resources: { CPU: 1, MemoryMB: 10 } };
    const tasks = [task('main', shell(`${wait}; ${lines(0, each)}; exec sleep 3600`), more)];
    await c.register(service(job, { count, tasks }));
    const [first] = await c.running(job, count);
    const followed = new Followed(c.target.connection, { job, streams: ['stdout'] });
    try {
      await followed.until('all of them', () => {
        const { sources } = followed.follower;
        return sources.length === count && sources.every(({ state }) => state === 'following');
      });
      const command = ['/bin/sh', '-c', `touch ${flag}`];
      const session = c.client.allocations.exec(first?.ID ?? '', { task: 'main', command, tty: false });
      session.closeStdin();
      await session.ended;
      await followed.until('all lines', () => followed.lines.length >= count * each, 240_000);
      const numbers = numbersOf(followed);
      assert.equal(numbers.size, count);
      for (const of of numbers.values()) assert.deepEqual(of, upTo(each));
      assert.deepEqual(followed.kinds(), []);
    } finally {
      followed.end();
      const command = ['/bin/sh', '-c', `rm -f ${flag}`];
      const session = c.client.allocations.exec(first?.ID ?? '', { task: 'main', command, tty: false });
      session.closeStdin();
      await session.ended;
    }
  });

  it('wait for one another where there are more than connections', async () => {
    const job = c.id('queue');
    const tasks = ['a', 'b', 'c'].map((name) => task(name, shell(`echo ${name} here`)));
    await c.register(batch(job, { tasks }));
    await c.allocations(job, 'complete', (list) => list[0]?.ClientStatus === 'complete');
    const followed = new Followed(c.target.connection, { job, streams: ['stdout'] }, { maxConnections: 2 });
    try {
      await followed.until('the last of them', () => followed.texts.length === 3);
      assert.deepEqual([...followed.texts].sort(), ['a here', 'b here', 'c here']);
      assert.equal(followed.notes[0]?.text, '1 of 3 logs wait: at most 2 are read at once');
    } finally {
      followed.end();
    }
  });
});

contractWithAcl('logs and rights', (c) => {
  const tokenFor = async (...capabilities: string[]) => {
    const name = capabilities.join('-');
    const rules = `namespace "default" {\n  capabilities = ${JSON.stringify(capabilities)}\n}`;
    await post(c, `/v1/acl/policy/${name}`, { Name: name, Rules: rules });
    return { ...c.target.connection, token: (await makeToken(c, name)).SecretID };
  };

  it('need read-logs alone, and say so where it lacks', async () => {
    const job = c.id('rights');
    await c.register(service(job, spec(`${lines(0, 10)}; exec sleep 3600`, many, { more: disk })));
    await c.running(job);
    const denied = new Followed(await tokenFor('list-jobs', 'read-job'), { job, streams: ['stdout'] });
    const allowed = new Followed(await tokenFor('list-jobs', 'read-job', 'read-logs'), { job, streams: ['stdout'] });
    try {
      await denied.until('the refusal', () => denied.kinds().includes('denied'));
      const [note] = denied.notes;
      assert.match(
        note?.text ?? '',
        /may not be read: Permission denied. The token needs read-logs in namespace default$/,
      );
      assert.deepEqual(note?.needs, { capability: 'read-logs', namespace: 'default' });
      await allowed.until('the lines', () => allowed.lines.length === 10);
      assert.deepEqual(allowed.notes, []);
    } finally {
      denied.end();
      allowed.end();
    }
  });
});
