import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { service, unknownId } from './support/jobs.ts';
import { raw, refusal } from './support/raw.ts';

const even = 'index error: Input (without hyphens) must be even length';
const whole = 'index error: UUID must be 36 characters';

contract('errors out of the ordinary', (c) => {
  it('are plain text without a line end, whose type older agents lose where they compress', async () => {
    const plain = 'text/plain; charset=utf-8';
    for (const path of [
      `/v1/job/${c.id('nope')}`,
      `/v1/deployment/${unknownId}`,
      '/v1/allocation/x',
      '/v1/jobs?index=x',
    ]) {
      const { headers, body } = await raw(c, path);
      assert.equal(headers['content-type'], plain, path);
      assert.match(body, /^[^{"\n][^\n]*$/, path);
      const packed = await raw(c, path, { headers: { 'Accept-Encoding': 'gzip' } });
      assert.equal(packed.headers['content-encoding'], 'gzip', path);
      assert.equal(packed.headers['content-type'], c.atLeast(2) ? plain : undefined, path);
    }
  });

  it('are 500 for an id that is none, and 404 for one that nothing has', async () => {
    const kinds = [
      ['deployment', 'deployment lookup failed', 'deployment not found'],
      ['allocation', 'alloc lookup failed', 'alloc not found'],
      ['node', 'node lookup failed', 'node not found'],
      ['evaluation', 'failed to lookup eval: eval lookup failed', 'eval not found'],
    ] as const;
    for (const [kind, failed, missing] of kinds) {
      for (const id of ['d47e8dd7', 'nope', unknownId.slice(0, -1), `${unknownId}0`]) {
        assert.deepEqual(await refusal(c, `/v1/${kind}/${id}`), [500, `${failed}: ${whole}`], `${kind} ${id}`);
      }
      assert.deepEqual(await refusal(c, `/v1/${kind}/${unknownId}`), [404, missing]);
    }
  });

  it('are 500 for an odd number of digits to begin with, where a dash is none', async () => {
    const lists = [
      ['deployments', ''],
      ['allocations', 'alloc lookup failed: '],
      ['nodes', 'node lookup failed: '],
      ['evaluations', 'eval lookup failed: '],
    ] as const;
    for (const [list, failed] of lists) {
      for (const length of [1, 7, 12]) {
        const prefix = unknownId.slice(0, length);
        assert.deepEqual(await refusal(c, `/v1/${list}?prefix=${prefix}`), [500, `${failed}${even}`], prefix);
      }
      // Some other object may well have the same two digits.
      assert.equal((await refusal(c, `/v1/${list}?prefix=${unknownId.slice(0, 2)}`))[0], 200);
      for (const length of [8, 9, 13]) {
        const prefix = unknownId.slice(0, length);
        assert.deepEqual(await refusal(c, `/v1/${list}?prefix=${prefix}`), [200, '[]'], prefix);
      }
    }
  });

  it('do not come of stopping a job that is not there', async () => {
    const { status, headers, body } = await raw(c, `/v1/job/${c.id('nope')}`, { method: 'DELETE' });
    const { EvalID, EvalCreateIndex, JobModifyIndex, Index } = JSON.parse(body) as Record<string, unknown>;
    assert.deepEqual([status, EvalID, EvalCreateIndex, JobModifyIndex, Index], [200, '', 0, 0, 0]);
    assert.equal(headers['x-nomad-index'], '0');
  });

  it('lead to the clean path, for good on older agents only', async () => {
    for (const [path, to] of [
      ['//v1/jobs', '/v1/jobs'],
      ['/v1//jobs', '/v1/jobs'],
      ['/v1/./jobs', '/v1/jobs'],
      ['/v1/job', '/v1/job/'],
    ] as const) {
      const { status, headers } = await raw(c, path);
      assert.deepEqual([status, headers.location], [c.atLeast(2) ? 307 : 301, to], path);
    }
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
    for (const what of ['ls', 'stat']) {
      const [status, words] = await refusal(c, `/v1/client/fs/${what}/${id}?path=nope`);
      assert.equal(status, 404, words);
      assert.match(words, /no such file or directory$/);
      const outside = await refusal(c, `/v1/client/fs/${what}/${id}?path=../../../../etc`);
      assert.deepEqual(outside, [500, 'Path escapes the alloc directory']);
    }
  });
});
