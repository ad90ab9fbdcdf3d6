import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LogLines, type LogView } from '../../../../src/editor/logs/logLines.ts';
import type { LogLine, LogNote, LogStream, TaskLog } from '../../../../src/operations/logs/types.ts';
import { jobKey } from '../../../../src/state/tables/keys.ts';

function source(index: number, stream: LogStream = 'stdout', task = 'server'): TaskLog {
  const allocation = `${String(index)}f2a6f1e-0000-0000-0000-000000000000`;
  const place = { namespace: 'default', region: undefined };
  return {
    ...{ kind: 'task', key: `${allocation}/${task}/${stream}`, allocation, place, job: jobKey('default', 'web') },
    ...{ group: 'app', name: `app[${String(index)}]`, task, stream },
  };
}

let offset = 0;

function line(text: string, from: TaskLog = source(0), more: Partial<LogLine> = {}): LogLine {
  const position = { file: 0, offset };
  offset += text.length + 1;
  return { kind: 'line', source: from, text, atMs: 0, position, next: { file: 0, offset }, ...more };
}

const note = (text: string, from?: TaskLog): LogNote => ({
  ...{ kind: 'ended', text, atMs: 0 },
  ...(from === undefined ? {} : { source: from }),
});

const everything: LogView = { timestamps: false, foldsJson: true, rule: undefined, accepts: () => true };

function make(more: Partial<ConstructorParameters<typeof LogLines>[0]> = {}): LogLines {
  const time = (ms: number) => `at ${String(ms)}`;
  const usual = { most: 100, byAllocation: true, bothStreams: true, view: everything, time };
  return new LogLines({
    ...usual,
    onTooSlow: (error) => {
      assert.ifError(error);
    },
    ...more,
  });
}

const texts = (lines: LogLines) => lines.slice(0).map(({ shown }) => shown);

describe('the lines of a document of logs', () => {
  it('are told apart by allocation and stream, and from what we say', () => {
    const lines = make();
    lines.join([source(0), source(1)]);
    lines.add([
      line('one'),
      line('two', source(1, 'stderr')),
      note('Ended: exit 3', source(1)),
      note('Connection lost'),
    ]);
    assert.deepEqual(texts(lines), [
      'app[0] 0f2a │ one',
      'app[1] 1f2a ┃ two',
      'app[1] 1f2a ─ Ended: exit 3',
      '            ─ Connection lost',
    ]);
  });

  it('of one task and one stream are as the task wrote them', () => {
    const lines = make({ byAllocation: false, bothStreams: false });
    lines.add([line('one'), note('Started')]);
    assert.deepEqual(texts(lines), ['one', '─ Started']);
    assert.deepEqual(
      lines.slice(0).map(({ head }) => head),
      [0, 2],
    );
  });

  it('are a ring that says that older ones went', () => {
    const lines = make({ most: 10 });
    for (let count = 0; count < 25; count += 1) lines.add([line(String(count))]);
    assert.equal(lines.dropped, true);
    assert.equal(lines.end, 25);
    assert.equal(texts(lines).at(-1), 'app[0] 0f2a │ 24');
    assert.ok(lines.slice(0).length <= 10);
    assert.equal(lines.line(lines.first - 1), undefined);
    assert.equal(lines.line(24)?.text, '24');
  });

  it('are dropped by their size too', () => {
    const lines = make({ most: 1000 });
    for (let count = 0; count < 40; count += 1) lines.add([line('x'.repeat(1024 * 1024))]);
    assert.ok(lines.entries.length <= 16, String(lines.entries.length));
  });

  it('grow where the rest of one comes later, wherever it is by then', () => {
    const lines = make();
    lines.add([line('half', source(0), { open: true }), line('other', source(1))]);
    assert.deepEqual(texts(lines), ['app[0] 0f2a │ half', 'app[1] 1f2a │ other']);
    const epoch = lines.epoch;
    lines.takeChanged();
    lines.add([line(' and more', source(0), { open: true, continued: true })]);
    lines.add([line(' whole', source(0), { continued: true })]);
    assert.deepEqual(texts(lines), ['app[0] 0f2a │ half and more whole', 'app[1] 1f2a │ other']);
    assert.deepEqual(
      lines.takeChanged().map(({ id, shown }) => [id, shown]),
      [[0, 'app[0] 0f2a │ half and more whole']],
    );
    assert.equal(lines.epoch, epoch);
    assert.equal(lines.entries.length, 2);
  });

  it('stand alone where their beginning is gone', () => {
    const lines = make();
    lines.add([line('rest', source(0), { continued: true })]);
    assert.deepEqual(texts(lines), ['app[0] 0f2a │ rest']);
  });

  it('are filtered at their ends, with lines before', () => {
    const rule = { source: 'error', way: 'keep' as const, context: 1 };
    const lines = make({ view: { ...everything, rule } });
    lines.add([line('a'), line('b'), line('an ', source(0), { open: true }), note('Restarted')]);
    assert.deepEqual(texts(lines), ['            ─ Restarted']);
    lines.add([line('error', source(0), { continued: true }), line('c'), line('d')]);
    assert.deepEqual(
      lines.slice(0).map(({ text }) => text),
      ['', 'b', 'an error', 'c'],
    );
    lines.setView(everything);
    assert.equal(lines.slice(0).length, 6);
  });

  it('are shown otherwise, and those of a log that is left out are not', () => {
    const lines = make();
    lines.add([line('{"level":"info","msg":"hello"}'), line('two', source(1), { atMs: 5 })]);
    assert.deepEqual(texts(lines), ['app[0] 0f2a │ INFO  hello', 'app[1] 1f2a │ two']);
    const epoch = lines.epoch;
    const accepts = (one: { key: string }) => one.key.startsWith('1');
    lines.setView({ ...everything, timestamps: true, foldsJson: false, accepts });
    assert.ok(lines.epoch > epoch);
    assert.deepEqual(texts(lines), ['at 5 app[1] 1f2a │ two']);
    lines.setView({ ...everything, foldsJson: false });
    assert.equal(lines.slice(0)[0]?.text, '{"level":"info","msg":"hello"}');
  });

  it('say once what is said of both streams of a task, whichever of them is shown', () => {
    const lines = make();
    lines.add([note('Ended', source(0)), note('Ended', source(0, 'stderr')), note('Ended', source(1))]);
    assert.equal(lines.slice(0).length, 2);
    lines.setView({ ...everything, accepts: (one) => one.kind === 'task' && one.stream === 'stderr' });
    assert.equal(lines.slice(0).length, 2);
    lines.add([note('Started', source(0)), note('Ended', source(0))]);
    assert.equal(lines.slice(0).length, 4);
  });

  it('say it once however much later the other stream says it, and whatever that said meanwhile', () => {
    const lines = make();
    const of = (text: string, stream: LogStream, atMs: number) => ({ ...note(text, source(0, stream)), atMs });
    lines.add([of('Denied', 'stdout', 0)]);
    lines.add([of('Waiting', 'stderr', 1000)]);
    lines.add([of('Denied', 'stderr', 60_000)]);
    assert.deepEqual(
      lines.slice(0).map(({ entry }) => entry.text),
      ['Denied', 'Waiting'],
    );
    // Said anew, it is news.
    lines.add([of('Resumed', 'stdout', 70_000), of('Resumed', 'stderr', 70_000), of('Denied', 'stderr', 80_000)]);
    assert.equal(lines.slice(0).length, 4);
  });

  it('are all shown where an expression takes too long', () => {
    const slow: unknown[] = [];
    const rule = { source: '^(a+)+$', way: 'keep' as const, context: 0 };
    const lines = make({ view: { ...everything, rule }, onTooSlow: (error) => slow.push(error) });
    lines.add([line('b'), line(`${'a'.repeat(60)}!`), line('c')]);
    assert.equal(slow.length, 1);
    assert.equal(lines.slice(0).length, 3);
  });

  it('take what was before them, and keep that much more', () => {
    const lines = make({ most: 10 });
    for (let count = 0; count < 12; count += 1) lines.add([line(`new ${String(count)}`)]);
    const kept = lines.entries.length;
    lines.addBefore([line('old 1'), line('old 2')], true);
    assert.equal(lines.entries.length, kept + 2);
    assert.equal(lines.dropped, false);
    assert.equal(lines.slice(0)[0]?.text, 'old 1');
    assert.equal(lines.most, 12);
  });

  it('are none after they were cleared', () => {
    const lines = make();
    lines.add([line('one')]);
    lines.clear();
    assert.deepEqual(texts(lines), []);
    lines.add([line('two')]);
    assert.deepEqual(texts(lines), ['app[0] 0f2a │ two']);
  });
});
