import assert from 'node:assert/strict';
import { appendFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FakeClock } from '../../../support/fakeClock.ts';
import { serveStream } from '../../../simulator/runtime/files.ts';
import { serveLogs, type LogsRequest } from '../../../simulator/runtime/logs.ts';
import type { Runtime } from '../../../simulator/runtime/runtime.ts';
import { allocId, ask, dataOf, framesOf, makeRuntime, serve, until, type Serving } from './stage.ts';

const text = 'first\nhéllo 日本\nno newline\u0000\ntick 1\ntick 2\n';
const never = new AbortController().signal;

let clock: FakeClock;
let runtime: Runtime;

const file = (index: number): string => path.join(runtime.directories.logs(allocId), `server.stdout.${String(index)}`);

const request = (query: Partial<LogsRequest>): LogsRequest => ({
  allocId,
  task: 'server',
  type: 'stdout',
  knownTasks: ['server'],
  started: true,
  ...query,
});

const read = (query: Partial<LogsRequest>) => ask((response) => serveLogs(runtime, request(query), response, never));

const plain = async (query: Partial<LogsRequest>) => (await read({ plain: 'true', ...query })).body.toString();

describe('logs', () => {
  beforeEach(() => {
    clock = new FakeClock();
    runtime = makeRuntime(clock);
    runtime.prepare(allocId, ['server']);
    writeFileSync(file(0), text);
  });

  afterEach(async () => {
    await runtime.dispose();
    assert.equal(clock.pending, 0);
  });

  it('are one frame, its offset at its end', async () => {
    const { status, type, body } = await read({});
    assert.equal(status, 200);
    assert.equal(type, 'application/json');
    const size = Buffer.byteLength(text);
    const Data = Buffer.from(text).toString('base64');
    assert.equal(body.toString(), JSON.stringify({ Data, File: 'alloc/logs/server.stdout.0', Offset: size }));
  });

  it('are plain text when asked', async () => {
    const { type, body } = await read({ plain: 'true' });
    assert.equal(type, 'text/plain');
    assert.equal(body.toString(), text);
  });

  it('begin at an offset from the start or the end', async () => {
    assert.equal(await plain({ offset: '6' }), text.slice(6));
    assert.equal(await plain({ offset: '99999999' }), '');
    assert.equal(await plain({ offset: '-3' }), ' 2\n');
    assert.equal(await plain({ origin: 'end', offset: '8' }), '\ntick 2\n');
    assert.equal(await plain({ origin: 'end', offset: '99999999' }), text);
    // Not nothing: the whole last file.
    assert.equal(await plain({ origin: 'end', offset: '0' }), text);
  });

  it('go on over rotated files, forwards and backwards', async () => {
    writeFileSync(file(2), 'two\n');
    writeFileSync(file(3), 'three\n');
    rmSync(file(0));
    assert.equal(await plain({}), 'two\nthree\n');
    assert.equal(await plain({ offset: '5' }), 'hree\n');
    assert.equal(await plain({ origin: 'end', offset: '8' }), 'o\nthree\n');
    const frames = framesOf((await read({})).body.toString());
    assert.deepEqual(
      frames.map((frame) => frame.File),
      ['alloc/logs/server.stdout.2', 'alloc/logs/server.stdout.3'],
    );
  });

  it('are refused in Nomad’s words', async () => {
    const bool = 'strconv.ParseBool: parsing "maybe": invalid syntax';
    const cases: [Partial<LogsRequest>, number, string][] = [
      [{ task: '' }, 400, 'must provide task name'],
      [{ type: undefined }, 400, 'must provide log type (stdout/stderr)'],
      [{ type: 'stdboth' }, 400, 'must provide log type (stdout/stderr)'],
      [{ task: 'nope' }, 400, 'unknown task name "nope"'],
      [{ follow: 'maybe' }, 400, `failed to parse follow field to boolean: ${bool}`],
      [{ plain: 'maybe' }, 400, `failed to parse plain field to boolean: ${bool}`],
      [{ origin: 'middle' }, 400, 'origin must be start or end'],
      [{ offset: 'abc' }, 400, 'error parsing offset: strconv.ParseInt: parsing "abc": invalid syntax'],
      [{ started: false }, 404, 'task "server" not started yet. No logs available'],
      [{ type: 'stderr' }, 404, 'log entry for task "server" and log type "stderr" not found'],
      [{ allocId: 'gone' }, 404, 'state for allocation gone not found on client'],
    ];
    for (const [query, status, body] of cases) {
      const answer = await read(query);
      assert.deepEqual([answer.status, answer.body.toString()], [status, body]);
      assert.equal(answer.type, 'text/plain; charset=utf-8');
    }
  });
});

describe('followed logs', () => {
  let serving: Serving;
  let response: IncomingMessage;
  let received: string;
  let ended: boolean;

  const open = async (handle: Parameters<typeof serve>[0]) => {
    serving = await serve(handle);
    const opening = serving.open();
    // The first beat of the rhythm is what sends the headers.
    await until(() => clock.pending > 0);
    await clock.advance(1000);
    response = await opening;
    received = '';
    ended = false;
    response.on('data', (data: Buffer) => (received += data.toString()));
    response.on('end', () => (ended = true));
    response.on('error', () => undefined);
  };

  const follow = (query: Partial<LogsRequest> = {}) =>
    open((answer) => serveLogs(runtime, request({ follow: 'true', ...query }), answer, never));

  beforeEach(() => {
    clock = new FakeClock();
    runtime = makeRuntime(clock);
    runtime.prepare(allocId, ['server']);
    writeFileSync(file(0), 'one\n');
  });

  afterEach(async () => {
    response.destroy();
    await runtime.dispose();
    await serving.close();
    assert.equal(clock.pending, 0);
  });

  it('bring what is added, and a heartbeat every second', async () => {
    await follow();
    await until(() => received.endsWith('{}'));
    appendFileSync(file(0), 'two\n');
    await clock.advance(1000);
    await until(() => received.endsWith('{}') && received.includes('"Offset":8'));
    const frames = framesOf(received);
    assert.deepEqual(
      frames.map((frame) => frame.Offset),
      [4, undefined, 8, undefined],
    );
    assert.equal(dataOf(frames), 'one\ntwo\n');
  });

  it('without frames have no heartbeat', async () => {
    await follow({ plain: 'true' });
    await clock.advance(5000);
    appendFileSync(file(0), 'two\n');
    await clock.advance(200);
    await until(() => received === 'one\ntwo\n');
  });

  it('move on to the next file without losing a byte', async () => {
    await follow();
    appendFileSync(file(0), 'last\n');
    writeFileSync(file(1), 'next\n');
    await clock.advance(1000);
    await until(() => received.includes('server.stdout.1'));
    assert.equal(dataOf(framesOf(received)), 'one\nlast\nnext\n');
    appendFileSync(file(1), 'more\n');
    await clock.advance(1000);
    await until(() => dataOf(framesOf(received)) === 'one\nlast\nnext\nmore\n');
    assert.equal(ended, false);
  });

  it('tell of a truncated file and begin it again', async () => {
    await follow();
    truncateSync(file(0));
    await clock.advance(200);
    await until(() => received.includes('file truncated'));
    appendFileSync(file(0), 'new\n');
    await clock.advance(200);
    await until(() => dataOf(framesOf(received)) === 'one\nnew\n');
  });

  it('end with their allocation', async () => {
    await follow();
    runtime.removeAllocation(allocId);
    await clock.advance(200);
    await until(() => ended);
    assert.equal(framesOf(received).at(-1)?.FileEvent, 'file deleted');
  });

  it('end with the runtime', async () => {
    await follow();
    await runtime.dispose();
    await until(() => ended);
  });

  it('stop to be read when the client goes', async () => {
    await follow({ plain: 'true' });
    response.destroy();
    await until(() => clock.pending === 0);
  });

  it('of any file end when it is deleted', async () => {
    writeFileSync(runtime.directories.resolve(allocId, 'server/local/a.txt'), 'abc');
    await open((answer) => serveStream(runtime, { allocId, path: 'server/local/a.txt' }, answer, never));
    rmSync(runtime.directories.resolve(allocId, 'server/local/a.txt'));
    await clock.advance(200);
    await until(() => ended);
    const frames = framesOf(received).filter((frame) => frame.File !== undefined);
    assert.deepEqual(frames, [
      { Data: 'YWJj', File: 'server/local/a.txt', Offset: 3 },
      { File: 'server/local/a.txt', FileEvent: 'file deleted', Offset: 3 },
    ]);
  });
});
