import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import type { LogOptions } from '../../src/nomad/resources/logs.ts';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch, service, shell, task, unknownId } from './support/jobs.ts';
import { raw, refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

const text = 'first\nhéllo 日本 👍🏽\n';

const script = `printf '${text.replaceAll('\n', '\\n')}'; echo oops >&2; `;

contract('logs', (c) => {
  let id = '';
  let big = '';

  const collect = async (allocation: string, options: Partial<LogOptions> = {}) => {
    const parts: Uint8Array[] = [];
    const chunks = c.client.allocations.logs(allocation, { task: 'main', type: 'stdout', ...options });
    for await (const chunk of chunks) parts.push(chunk);
    return Buffer.concat(parts);
  };

  before(async () => {
    const job = c.id('logs');
    const tasks = [task('main', shell(`${script}exec sleep 3600`)), task('quiet')];
    await c.register(service(job, { tasks }));
    id = await c.runningId(job);
    await follow(id, text.length);
    const many = c.id('many');
    await c.register(batch(many, { script: 'seq 1 150000' }));
    const [done] = await c.allocations(many, 'complete', (list) => list[0]?.ClientStatus === 'complete');
    big = done?.ID ?? '';
  });

  /** Follows a log until it has so many characters. */
  async function follow(allocation: string, length: number, options: Partial<LogOptions> = {}): Promise<string> {
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(120_000)]);
    const decoder = new TextDecoder();
    let seen = '';
    const followed = { task: 'main', type: 'stdout', follow: true, signal, ...options } as const;
    for await (const chunk of c.client.allocations.logs(allocation, followed)) {
      seen += decoder.decode(chunk, { stream: true });
      if (seen.length >= length) end.abort();
    }
    return seen;
  }

  it('gives the bytes of stdout and of stderr', async () => {
    holds('allocations.logs');
    assert.equal((await collect(id)).toString('utf8'), text);
    assert.equal((await collect(id, { type: 'stderr' })).toString('utf8'), 'oops\n');
    assert.equal((await collect(id, { task: 'quiet' })).byteLength, 0);
  });

  it('gives the same bytes plain', async () => {
    const { status, body } = await raw(c, `/v1/client/fs/logs/${id}?task=main&type=stdout&plain=true`);
    assert.deepEqual([status, body], [200, text]);
  });

  it('starts at an offset from either end', async () => {
    assert.equal((await collect(id, { offset: 6 })).toString('utf8'), text.slice(6));
    assert.equal((await collect(id, { origin: 'end', offset: 9 })).toString('utf8'), '👍🏽\n');
    assert.equal((await collect(id, { offset: 1_000_000 })).byteLength, 0);
  });

  it('gives a megabyte intact', async () => {
    const expected = Array.from({ length: 150_000 }, (_, i) => `${String(i + 1)}\n`).join('');
    const seen = (await collect(big)).toString('latin1');
    assert.equal(seen.length, expected.length);
    assert.ok(seen === expected);
  });

  it('follows what is written later', async () => {
    const job = c.id('later');
    await c.register(
      service(job, { script: 'echo one; while [ ! -f local/go ]; do sleep 0.1; done; echo two; exec sleep 3600' }),
    );
    const allocation = await c.runningId(job);
    assert.equal(await follow(allocation, 4), 'one\n');
    const following = follow(allocation, 4, { offset: 4 });
    await c.runIn(allocation, 'touch $NOMAD_TASK_DIR/go');
    assert.equal(await following, 'two\n');
  });

  it('refuses unknown tasks, types and allocations', async () => {
    holds('allocations.logs fails', 'Following a log never ends by itself, and before its task starts there is none');
    const logs = (options: object, allocation = id) => collect(allocation, options);
    await assertRefused(logs({ task: 'nope' }), 400, 'unknown task name "nope"', 'rejected');
    await assertRefused(logs({ type: 'stdboth' }), 400, 'must provide log type (stdout/stderr)', 'rejected');
    await assertRefused(logs({ origin: 'middle' }), 400, 'origin must be start or end', 'rejected');
    await assertRefused(logs({}, unknownId), 404, `Unknown allocation "${unknownId}"`, 'notFound');
    const short = 'alloc lookup failed: index error: UUID must be 36 characters';
    await assertRefused(logs({}, id.slice(0, 8)), 500, short, 'rejected');
  });
});

contract('files', (c) => {
  const files = () => c.client.files;
  let id = '';

  before(async () => {
    const job = c.id('files');
    const write = 'mkdir -p local/sub; printf "a\\303\\251b" > local/note.txt; echo ready; exec sleep 3600';
    await c.register(service(job, { script: write }));
    id = await c.runningId(job);
    const end = new AbortController();
    const options = { task: 'main', type: 'stdout', follow: true, signal: end.signal } as const;
    for await (const chunk of c.client.allocations.logs(id, options)) if (chunk.byteLength > 0) end.abort();
  });

  it('lists folders', async () => {
    holds('files.ls');
    const { value: root } = await files().ls(id);
    assert.deepEqual(
      root
        .filter(({ IsDir }) => IsDir)
        .map(({ Name }) => Name)
        .sort(),
      ['alloc', 'main'],
    );
    const { value: local } = await files().ls(id, 'main/local');
    assert.deepEqual(local.map(({ Name, IsDir, Size }) => [Name, IsDir, IsDir || Size]).sort(), [
      ['note.txt', false, 4],
      ['sub', true, true],
    ]);
  });

  it('describes one file', async () => {
    holds('files.stat');
    const { value } = await files().stat(id, 'main/local/note.txt');
    assert.deepEqual([value.Name, value.IsDir, value.Size], ['note.txt', false, 4]);
    assert.match(value.FileMode ?? '', /^-rw/);
    assert.ok(Date.parse(value.ModTime ?? '') > 0);
  });

  it('reads a file, and a part of it', async () => {
    holds('files.cat');
    const all = await files().cat(id, 'main/local/note.txt');
    assert.equal(Buffer.from(all.value).toString('utf8'), 'aéb');
    const part = await files().cat(id, 'main/local/note.txt', { offset: 1, limit: 2 });
    assert.equal(Buffer.from(part.value).toString('utf8'), 'é');
  });

  it('refuses what is missing, and what lies outside', async () => {
    holds('files.ls fails', 'files.stat fails', 'files.cat fails');
    await assertRefused(files().stat(id, 'main/nope'), 404, /no such file or directory/, 'notFound');
    await assertRefused(files().ls(id, 'main/nope'), 404, /no such file or directory/, 'notFound');
    await assertRefused(files().stat(id, '../../../etc/passwd'), 500, 'Path escapes the alloc directory', 'rejected');
    await assertRefused(files().cat(id, 'main/nope'), 404, /no such file or directory/, 'notFound');
    await assertRefused(files().ls(unknownId), 404, `Unknown allocation "${unknownId}"`, 'notFound');
  });

  it('answers a failed plain read with success and the words of the error', async () => {
    const { status, body } = await raw(c, `/v1/client/fs/cat/${id}?path=main/nope`);
    assert.equal(status, 200);
    assert.match(body, /no such file or directory/);
  });
});

contract('files out of the ordinary', (c) => {
  let id = '';

  before(async () => {
    const job = c.id('files');
    await c.register(service(job));
    id = await c.runningId(job);
  });

  it('are read with success although they can not be read', async () => {
    holds('A file that cannot be read is a success whose body is the error, while listing and describing it fail');
    const cat = (path: string) => refusal(c, `/v1/client/fs/cat/${id}?path=${path}`);
    const readAt = (path: string) => refusal(c, `/v1/client/fs/readat/${id}?path=${path}&offset=0&limit=5`);
    for (const read of [cat, readAt]) {
      assert.deepEqual(await read('../../../../etc/hostname'), [200, 'Path escapes the alloc directory']);
      const [status, words] = await read('nope');
      assert.equal(status, 200);
      assert.match(words, /^(stat|open|lstat) \S+\/nope: no such file or directory$/);
    }
    assert.deepEqual(await cat('main/local'), [200, 'file "main/local" is a directory']);
    assert.deepEqual(await cat(''), [200, 'must provide a file name']);
  });

  it('are listed and described with the status that fits', async () => {
    holds('A file that cannot be read is a success whose body is the error, while listing and describing it fail');
    for (const what of ['ls', 'stat']) {
      const [status, words] = await refusal(c, `/v1/client/fs/${what}/${id}?path=nope`);
      assert.equal(status, 404, words);
      assert.match(words, /no such file or directory$/);
      const outside = await refusal(c, `/v1/client/fs/${what}/${id}?path=../../../../etc`);
      assert.deepEqual(outside, [500, 'Path escapes the alloc directory']);
    }
  });
});

contract('logs out of the ordinary', (c) => {
  it('are not there before their task starts', async () => {
    holds('Following a log never ends by itself, and before its task starts there is none');
    const job = c.id('later');
    const tasks = [
      task('first', shell('exec sleep 3600'), { Lifecycle: { Hook: 'prestart', Sidecar: false } }),
      task('main'),
    ];
    await c.register(service(job, { tasks }));
    const [stub] = await c.allocations(job, 'preparing', (list) => list[0]?.TaskStates?.['first']?.State === 'running');
    const read = async () => {
      const options = { task: 'main', type: 'stdout' } as const;
      for await (const chunk of c.client.allocations.logs(stub?.ID ?? '', options)) return chunk;
      return undefined;
    };
    await assertRefused(read(), 404, 'task "main" not started yet. No logs available', 'notFound');
  });
});
