import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Emitter } from '../../../../src/base/events.ts';
import { NomadError } from '../../../../src/nomad/http/errors.ts';
import type { FilePart, LogOptions } from '../../../../src/nomad/resources/logs.ts';
import { followTask } from '../../../../src/operations/logs/followTask.ts';
import type { TaskLife } from '../../../../src/operations/logs/taskLife.ts';
import { isLogLine } from '../../../../src/operations/logs/types.ts';
import type { LogEntry, LogLine } from '../../../../src/operations/logs/types.ts';
import type { PlacedClient } from '../../../../src/state/tables/placedClient.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { taskLog } from './modelLog.ts';

const frameBytes = 64 * 1024;
const file = 'alloc/logs/main.stdout.0';
const over: TaskLife = { phase: 'over', restarts: 0 };
const running: TaskLife = { phase: 'running', restarts: 0 };

type Connect = (options: LogOptions, number: number) => AsyncGenerator<FilePart>;

/** Follows what each connection in turn sends, to its end. */
class Followed {
  readonly clock = new FakeClock();
  readonly entries: LogEntry[] = [];
  readonly asked: LogOptions[] = [];
  life: TaskLife = running;

  async run(connect: Connect, onEntries: (entries: readonly LogEntry[]) => unknown = () => undefined): Promise<void> {
    const logParts = (_: string, options: LogOptions) => {
      this.asked.push(options);
      return connect(options, this.asked.length);
    };
    const ls = () => Promise.reject(new NomadError('denied', 'Permission denied'));
    const client = { allocations: { logParts }, files: { ls } } as unknown as PlacedClient;
    const done = followTask({
      ...{ client, log: taskLog, from: 'start', signal: new AbortController().signal, clock: this.clock },
      life: () => this.life,
      onDidChangeLife: new Emitter<void>().event,
      take: (entries) => {
        this.entries.push(...entries);
        return onEntries(entries);
      },
      random: () => 1,
    });
    const state = { done: false };
    void done.finally(() => {
      state.done = true;
    });
    // Waits of the follower end as soon as nothing else goes on.
    for (let turn = 0; !state.done && turn < 20_000; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (turn % 20 === 19) await this.clock.advance(500);
    }
    await done;
  }

  get lines(): LogLine[] {
    return this.entries.filter(isLogLine);
  }

  get said(): string[] {
    return this.entries.flatMap((entry) => (isLogLine(entry) ? [] : [`${entry.kind}: ${entry.text}`]));
  }
}

/** Bytes of numbered lines of 100 bytes, which are made where they are read. */
function numberedBytes(offset: number, length: number): Buffer {
  const first = Math.floor(offset / 100);
  const last = Math.ceil((offset + length) / 100);
  let text = '';
  for (let line = first; line < last; line += 1) text += `${String(line).padStart(8, '0')} ${'x'.repeat(90)}\n`;
  return Buffer.from(text).subarray(offset - first * 100, offset - first * 100 + length);
}

const beat: FilePart = { data: new Uint8Array(0) };

const part = (offset: number, length: number): FilePart => {
  return { data: numberedBytes(offset, length), file, offset: offset + length };
};

/** Ends it: nothing comes any more. */
async function* quiet(followed: Followed): AsyncGenerator<FilePart> {
  await Promise.resolve();
  followed.life = over;
  for (let count = 0; count < 5; count += 1) yield beat;
}

describe('A log of a task that is followed', () => {
  it('leaves out what is written faster than can be shown, says how much, and goes on with a whole line', async () => {
    const followed = new Followed();
    const megabytes = 120;
    await followed.run(async function* () {
      yield part(0, 1000);
      yield beat;
      yield beat;
      // In steps of less than a frame: it keeps up.
      for (let offset = 1000; offset < megabytes * 1_000_000; offset += 60_000) {
        // 60 MB a second.
        if (offset % 3_000_000 < 60_000) await followed.clock.advance(50);
        yield part(offset, 60_000);
      }
      yield* quiet(followed);
    });
    const gaps = followed.entries.filter(({ kind }) => kind === 'gap');
    const missing = gaps.reduce((sum, gap) => sum + (isLogLine(gap) ? 0 : (gap.bytes ?? 0)), 0);
    const shown = followed.lines.reduce((sum, { text }) => sum + text.length + 1, 0);
    assert.match(
      followed.said[0] ?? '',
      /^gap: .* MB of app\[0\] main left out, since it writes faster than is shown$/,
    );
    // Of the lines in which it was cut, the rest is neither.
    const total = shown + missing;
    assert.ok(Math.abs(total - megabytes * 1_000_000) < gaps.length * 300 + 60_100, String(total));
    assert.ok(missing > 20_000_000 && shown > 60_000_000, `${String(shown)} shown, ${String(missing)} missing`);
    for (const { text, open } of followed.lines) assert.ok(text.length === 99 || open === true, text);
  });

  it('goes on at the end where it is far behind, and says how much it left out', async () => {
    const followed = new Followed();
    const size = 200_000_000;
    await followed.run(async function* (options, number) {
      if (number === 1) {
        yield part(0, 1000);
        yield beat;
        yield beat;
        for (let offset = 1000; offset < size; offset += frameBytes) {
          await followed.clock.advance(100);
          yield part(offset, frameBytes);
        }
        return;
      }
      const from = size - (options.offset ?? 0);
      for (let offset = from; offset < size; offset += frameBytes) {
        yield part(offset, Math.min(frameBytes, size - offset));
      }
      yield* quiet(followed);
    });
    const [gap] = followed.said;
    assert.match(gap ?? '', /^gap: 19[0-9] MB of app\[0\] main left out, since it writes faster than it can be read$/);
    const last = followed.lines.at(-1);
    assert.equal(last?.text.slice(0, 8), '01999999');
    // One to follow, one to look how far the end is, one to go on there.
    assert.deepEqual(
      followed.asked.map(({ origin, offset, follow }) => [origin, offset, follow]),
      [
        ['start', 0, true],
        ['end', 16 * 1024 * 1024, false],
        ['end', 128 * 1024, true],
      ],
    );
  });

  it('is read on where it is only a little behind', async () => {
    const followed = new Followed();
    const size = 10_000_000;
    await followed.run(async function* (options) {
      if (options.follow !== true) {
        yield part(0, frameBytes);
        return;
      }
      yield part(0, 1000);
      yield beat;
      yield beat;
      for (let offset = 1000; offset < size; offset += frameBytes) {
        await followed.clock.advance(100);
        yield part(offset, Math.min(frameBytes, size - offset));
      }
      yield* quiet(followed);
    });
    assert.equal(followed.lines.filter(({ continued }) => continued !== true).length, size / 100);
    assert.deepEqual(followed.said, ['ended: main ended']);
  });

  it('holds up the sender until what came is taken', async () => {
    const followed = new Followed();
    let sent = 0;
    let taken = 0;
    await followed.run(
      async function* () {
        for (let offset = 0; offset < 1_000_000; offset += 10_000) {
          yield part(offset, 10_000);
          sent += 1;
          assert.ok(sent - taken <= 1, `${String(sent)} sent, ${String(taken)} taken`);
        }
        yield* quiet(followed);
      },
      async () => {
        for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        taken += 1;
      },
    );
    assert.equal(followed.lines.length, 10_000);
  });

  it('says once that it waits, in the words for each reason, and no more when it has begun', async () => {
    const words = [
      'Unknown allocation "a1"',
      'state for allocation a1 not found on client',
      'task "main" not started yet. No logs available',
      'log entry for task "main" and log type "stdout" not found',
    ];
    const followed = new Followed();
    await followed.run(async function* (_, number) {
      const body = words[number - 1];
      if (body !== undefined) throw new NomadError('notFound', body, { status: 404, body });
      yield part(0, 100);
      yield* quiet(followed);
    });
    assert.deepEqual(followed.said, ['waiting: app[0] main has not started yet', 'ended: main ended']);
    assert.equal(followed.lines.length, 1);
  });

  it('ends where Nomad refuses for good, and tries again where it may pass', async () => {
    const outcome = async (kind: ConstructorParameters<typeof NomadError>[0], body: string, life = running) => {
      const followed = new Followed();
      followed.life = life;
      await followed.run(async function* (_, number) {
        await Promise.resolve();
        if (number <= 3) throw new NomadError(kind, body, { body });
        yield* quiet(followed);
      });
      return [followed.asked.length, ...followed.said];
    };
    assert.deepEqual(await outcome('denied', 'Permission denied'), [
      1,
      'denied: The log of app[0] main may not be read: Permission denied. The token needs read-logs in namespace default',
    ]);
    assert.deepEqual(await outcome('rejected', 'unknown task name "main"'), [
      1,
      'failed: The log of app[0] main can\'t be read: unknown task name "main"',
    ]);
    assert.deepEqual(await outcome('notFound', 'Unknown allocation "a1"', over), [
      1,
      'collected: The log of app[0] main was removed with its allocation: Unknown allocation "a1"',
    ]);
    assert.deepEqual(await outcome('notFound', 'No path to node'), [
      4,
      'lost: No log of app[0] main at the moment: No path to node',
      'resumed: Reading app[0] main again',
      'ended: main ended',
    ]);
    assert.deepEqual(await outcome('server', 'EOF', over), [
      3,
      'lost: No log of app[0] main at the moment: EOF',
      "failed: The log of app[0] main can't be read: EOF",
    ]);
  });
});
