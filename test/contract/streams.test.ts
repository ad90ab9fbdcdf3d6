import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import type { FilePart, LogOptions } from '../../src/nomad/resources/logs.ts';
import { contract } from './support/contract.ts';
import { Session } from './support/exec.ts';
import { service, unknownId } from './support/jobs.ts';
import { raw } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

const limitMs = 20_000;

contract('log and file streams', (c) => {
  let id = '';

  before(async () => {
    const job = c.id('streams');
    const script =
      'printf "a\\303\\251b\\n" > local/note.txt; seq 1 20000 > local/big.txt; printf "one\\ntwo\\n"; exec sleep 3600';
    await c.register(service(job, { script }));
    id = await c.runningId(job);
    await first(c.client.allocations.logParts(id, { ...log, follow: true, signal: AbortSignal.timeout(limitMs) }));
  });

  const log = { task: 'main', type: 'stdout' } as const;

  async function first(parts: AsyncIterable<FilePart>): Promise<FilePart | undefined> {
    for await (const part of parts) if (part.data.byteLength > 0) return part;
    return undefined;
  }

  async function all(parts: AsyncIterable<FilePart>): Promise<FilePart[]> {
    const list: FilePart[] = [];
    for await (const part of parts) list.push(part);
    return list;
  }

  const text = (parts: readonly FilePart[]) => Buffer.concat(parts.map(({ data }) => data)).toString('utf8');
  const parts = (options: Partial<LogOptions> = {}) => all(c.client.allocations.logParts(id, { ...log, ...options }));
  const file = (path: string, options = {}) => all(c.client.files.stream(id, path, options));

  it('name the file of a log, and where it stands', async () => {
    const list = await parts();
    assert.equal(text(list), 'one\ntwo\n');
    assert.equal(list[0]?.file, 'alloc/logs/main.stdout.0');
    assert.equal(typeof list[0].offset, 'number');
  });

  it('give a log plain, without names', async () => {
    const list = await parts({ plain: true });
    assert.equal(text(list), 'one\ntwo\n');
    assert.deepEqual(
      list.map((part) => Object.keys(part)),
      list.map(() => ['data']),
    );
  });

  it('start at an offset, plain or framed', async () => {
    for (const plain of [false, true]) {
      assert.equal(text(await parts({ plain, offset: 4 })), 'two\n');
      assert.equal(text(await parts({ plain, origin: 'end', offset: 4 })), 'two\n');
    }
  });

  it('replay the whole last file from an end without an offset', async () => {
    assert.equal(text(await parts({ origin: 'end', offset: 0 })), 'one\ntwo\n');
  });

  it('follow until they are told to stop, and end without an error', async () => {
    const end = new AbortController();
    const seen: FilePart[] = [];
    for await (const part of c.client.allocations.logParts(id, { ...log, follow: true, signal: end.signal })) {
      seen.push(part);
      end.abort();
    }
    assert.equal(text(seen), 'one\ntwo\n');
  });

  it('give a file whole', async () => {
    assert.equal(text(await file('main/local/note.txt')), 'aéb\n');
    const expected = Array.from({ length: 20_000 }, (_, i) => `${String(i + 1)}\n`).join('');
    const list = await file('main/local/big.txt');
    assert.ok(text(list) === expected);
    assert.ok(list.every(({ data }) => data.byteLength <= 65_536));
    assert.equal(list[0]?.file, 'main/local/big.txt');
  });

  it('give a part of a file', async () => {
    assert.equal(text(await file('main/local/note.txt', { offset: 3 })), 'b\n');
    assert.equal(text(await file('main/local/note.txt', { origin: 'end', offset: 2 })), 'b\n');
    const { value } = await c.client.files.cat(id, 'main/local/big.txt', { offset: 2, limit: 4 });
    assert.equal(Buffer.from(value).toString('latin1'), '2\n3\n');
    const { value: rest } = await c.client.files.cat(id, 'main/local/note.txt', { offset: 4 });
    assert.equal(Buffer.from(rest).toString('utf8'), '\n'.slice(0, rest.byteLength));
    const { value: none } = await c.client.files.cat(id, 'main/local/note.txt', { offset: 1000 });
    assert.equal(none.byteLength, 0);
  });

  it('tell what happens to a file that is followed', async () => {
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(limitMs)]);
    const events: string[] = [];
    let more = '';
    const sh = async (script: string) => {
      const session = new Session(c, id, ['/bin/sh', '-c', script]);
      session.session.closeStdin();
      assert.deepEqual(await session.ended(), { kind: 'exited', exitCode: 0 });
    };
    const path = 'main/local/note.txt';
    for await (const part of c.client.files.stream(id, path, { follow: true, signal })) {
      more += Buffer.from(part.data).toString('utf8');
      if (part.event !== undefined && part.event !== '') events.push(part.event);
      if (more === 'aéb\n' && events.length === 0) await sh('rm $NOMAD_TASK_DIR/note.txt');
      if (events.length > 0) end.abort();
    }
    assert.deepEqual(events, ['file deleted']);
  });

  it('are refused where there is nothing to read', async () => {
    const missing = (path: string, words: string | RegExp) => assertRefused(file(path), 400, words, 'rejected');
    await missing('main/nope', /no such file or directory/);
    await missing('main/local', /is a directory|must be a file/);
    await missing('../../../../etc/hostname', 'Path escapes the alloc directory');
    const unknown = `Unknown allocation "${unknownId}"`;
    await assertRefused(all(c.client.files.stream(unknownId, 'x')), 404, unknown, 'notFound');
    await assertRefused(all(c.client.allocations.logParts(unknownId, log)), 404, unknown, 'notFound');
  });

  it('answer a failed read of a part with success and the words of the error', async () => {
    const read = async (query: string) => {
      const { status, body } = await raw(c, `/v1/client/fs/readat/${id}?${query}`);
      assert.equal(status, 200);
      return body;
    };
    assert.match(await read('path=nope&offset=0&limit=5'), /no such file or directory/);
    assert.match(await read('path=main/local/big.txt&offset=abc&limit=5'), /^error parsing offset: /);
    assert.match(await read('path=main/local/big.txt&offset=-3&limit=5'), /^can't seek to offset .*invalid argument$/);
  });
});
