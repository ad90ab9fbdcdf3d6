import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, it } from 'mocha';
import { groupResults } from '../../src/operations/exec/groupResults.ts';
import { runCommand, runInAll, type CommandResult, type CommandRun } from '../../src/operations/exec/runCommand.ts';
import { endWords } from '../../src/operations/exec/runWords.ts';
import { contract } from './support/contract.ts';
import { service, unknownId } from './support/jobs.ts';

const sh = (script: string) => ['/bin/sh', '-c', script];
const megabyte = 1024 * 1024;

contract('a command that is run to its end', (c) => {
  let ids: string[] = [];

  before(async () => {
    const job = c.id('run');
    await c.register(service(job, { count: 3 }));
    const all = await c.allocations(job, 'running', (list) => {
      return list.filter(({ ClientStatus }) => ClientStatus === 'running').length === 3;
    });
    ids = all.map(({ ID }) => ID);
  });

  const target = (allocation = ids[0] ?? '') => ({
    ...{ allocation, task: 'main', place: { namespace: 'default', region: undefined } },
  });
  const run = (command: readonly string[], more: Partial<CommandRun> = {}, signal = AbortSignal.timeout(60_000)) =>
    runCommand(c.client, target(), { command, keepBytes: megabyte, ...more }, signal);
  const textOf = ({ stdout, stderr }: CommandResult) => [stdout.head.toString('utf8'), stderr.head.toString('utf8')];

  it('tells its outputs apart, and its exit code', async () => {
    const result = await run(sh('echo out; echo err >&2; exit 5'));
    assert.deepEqual([result.end, ...textOf(result)], [{ kind: 'exited', exitCode: 5 }, 'out\n', 'err\n']);
  });

  it('reads nothing, or every byte that it is given', async () => {
    const nothing = await run(['/bin/cat']);
    assert.deepEqual([nothing.end, nothing.stdout.totalBytes], [{ kind: 'exited', exitCode: 0 }, 0]);
    const input = Buffer.from(Array.from({ length: 256 * 1024 }, (_, at) => (at * 31 + (at >> 8)) & 0xff));
    const back = await run(['/bin/cat'], { input });
    assert.equal(back.stdout.hash, createHash('sha256').update(input).digest('hex'));
    assert.ok(back.stdout.head.equals(input));
  });

  it('keeps the begin and the end of 100 MB, and tells the gap and the hash of all of it', async () => {
    const count = 100 * megabyte;
    const result = await run(sh(`printf begin; head -c ${String(count)} /dev/zero; printf end`), { keepBytes: 2000 });
    assert.deepEqual(result.end, { kind: 'exited', exitCode: 0 });
    const { head, tail, missingBytes, totalBytes, hash } = result.stdout;
    assert.deepEqual([head.byteLength, tail.byteLength], [1000, 1000]);
    assert.deepEqual([totalBytes, missingBytes], [count + 8, count + 8 - 2000]);
    assert.deepEqual([head.subarray(0, 6).toString(), tail.subarray(-4).toString()], ['begin\0', '\0end']);
    const all = createHash('sha256').update('begin').update(Buffer.alloc(count)).update('end');
    assert.equal(hash, all.digest('hex'));
  });

  it('is asked to end when it is left, and says so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'left-'));
    const controller = new AbortController();
    // It tells that it runs, and when its input has ended: in the middle of what it would have been sent.
    const input = new Uint8Array(20_000_000);
    const script = `echo up > '${folder}/up'; head -c 1 >/dev/null; sleep 0.5; cat >/dev/null; echo ended > '${folder}/ended'`;
    const running = run(['/bin/sh', '-c', script], { input }, controller.signal);
    while (!existsSync(join(folder, 'up'))) await c.quiet(20);
    controller.abort();
    const result = await running;
    assert.deepEqual(result.end, { kind: 'left', started: true });
    assert.equal(endWords(result, 'main'), 'left before it ended, so it may still run');
    while (!existsSync(join(folder, 'ended'))) await c.quiet(50);
    rmSync(folder, { recursive: true });
    const never = await run(['/bin/true'], {}, AbortSignal.abort());
    assert.deepEqual(never.end, { kind: 'left', started: false });
  });

  it('tells why it could not be started', async () => {
    const result = await run(['/no/such']);
    assert.equal(
      endWords(result, 'main', '/no/such'),
      "/no/such can't be started in task main: failed to start command: fork/exec /no/such: no such file or directory",
    );
  });

  it('runs in several allocations at once, of which one that is gone costs the others nothing', async () => {
    const script = sh(`echo same; [ "$NOMAD_ALLOC_INDEX" = 2 ] && echo odd >&2; exit 0`);
    const targets = [...ids, unknownId].map((id) => target(id));
    const done: number[] = [];
    const results = await runInAll(
      c.client,
      targets,
      { command: script, keepBytes: megabyte },
      { atOnce: 2, signal: AbortSignal.timeout(60_000), onDone: (count) => done.push(count) },
    );
    assert.deepEqual(done, [1, 2, 3, 4]);
    const groups = groupResults(results.map((result, at) => [{ task: 'main', at }, result] as const));
    assert.deepEqual(
      groups.map(({ where, result }) => [where.length, endWords(result, 'main'), ...textOf(result)]),
      [
        [2, 'exit code 0', 'same\n', ''],
        [1, 'exit code 0', 'same\n', 'odd\n'],
        [1, 'The allocation is no longer there: Nomad has removed it', '', ''],
      ],
    );
    assert.equal(groups[2]?.where[0]?.at, 3);
  });
});
