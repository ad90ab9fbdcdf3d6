import assert from 'node:assert/strict';
import { afterEach, it } from 'mocha';
import { contract } from './support/contract.ts';
import { batch, service, shell, task, unknownId } from './support/jobs.ts';
import { Followed } from './support/logs.ts';

contract('following logs', (c) => {
  const all: Followed[] = [];

  const follow = (
    ...[target, options]: [ConstructorParameters<typeof Followed>[1], ConstructorParameters<typeof Followed>[2]?]
  ) => {
    const followed = new Followed(c.target.connection, target, options);
    all.push(followed);
    return followed;
  };

  afterEach(() => {
    for (const followed of all.splice(0)) followed.end();
  });

  it('reads the log of an allocation that is over to its end, and says how it ended', async () => {
    const job = c.id('over');
    const script = 'echo one; echo two >&2; printf "no end"; exit 3';
    await c.register(batch(job, { script }));
    const [stub] = await c.allocations(job, 'failed', (list) => list[0]?.ClientStatus === 'failed');
    const followed = follow({ job, allocation: stub?.ID });
    await followed.follower.ended;
    const of = (stream: string) =>
      followed.lines.filter(({ source }) => 'stream' in source && source.stream === stream);
    assert.deepEqual(
      of('stdout').map(({ text }) => text),
      ['one', 'no end'],
    );
    assert.deepEqual(
      of('stderr').map(({ text }) => text),
      ['two'],
    );
    assert.deepEqual(followed.kinds(), ['ended', 'ended']);
    assert.equal(followed.notes[0]?.text, 'main exited 3');
    assert.ok(followed.follower.sources.every(({ state }) => state === 'ended'));
  });

  it('waits for a task that has not started, and marks its restart', async () => {
    const job = c.id('late');
    const wait = 'while [ ! -f $NOMAD_ALLOC_DIR/go ]; do sleep 0.1; done';
    const first = task('first', shell(wait), { Lifecycle: { Hook: 'prestart', Sidecar: false } });
    const main = task('main', shell('echo up; exec sleep 3600'));
    await c.register(service(job, { tasks: [first, main] }));
    const id = await c.runningId(job);
    const followed = follow({ job, task: 'main', streams: ['stdout'] });
    await followed.until('a note that it waits', () => followed.kinds().includes('waiting'));
    const go = ['/bin/sh', '-c', 'touch $NOMAD_ALLOC_DIR/go'];
    const session = c.client.allocations.exec(id, { task: 'first', command: go, tty: false });
    session.closeStdin();
    // However that ends: its task ends because of it, and may do so first.
    await session.ended;
    await followed.until('the first line', () => followed.texts.length > 0);
    await c.client.allocations.restart(id, { task: 'main' });
    await followed.until('the line of the second run', () => followed.texts.length > 1 && followed.kinds().length > 1);
    assert.deepEqual(followed.texts, ['up', 'up']);
    assert.deepEqual(followed.kinds(), ['waiting', 'restarted']);
  });

  it('takes up new allocations by itself, and ends those that are stopped', async () => {
    const job = c.id('joins');
    const script = 'echo $NOMAD_ALLOC_INDEX up; trap "echo bye; exit 0" TERM INT; while true; do sleep 0.1; done';
    await c.register(service(job, { script, count: 1 }));
    await c.running(job, 1);
    const followed = follow({ job, streams: ['stdout'] });
    await followed.until('the first line', () => followed.texts.includes('0 up'));
    await c.register(service(job, { script, count: 2 }));
    await followed.until('the other', () => followed.texts.includes('1 up'));
    assert.match(followed.notes[0]?.text ?? '', /^app\[1\] \([0-9a-f]{8}\) joined/);
    await c.client.jobs.stop(job);
    await followed.until('both ends', () => followed.kinds().filter((kind) => kind === 'ended').length === 2);
    assert.deepEqual(followed.texts.slice(2), ['bye', 'bye']);
  });

  it('says that an allocation is not there', async () => {
    const followed = follow({ job: c.id('nothing'), allocation: unknownId });
    await followed.follower.ended;
    assert.deepEqual(followed.lines, []);
    assert.match(followed.notes.map(({ text }) => text).join(), /11111111 can't be read/);
  });
});
