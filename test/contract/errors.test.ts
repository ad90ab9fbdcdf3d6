import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service, unknownId } from './support/jobs.ts';
import { raw, refusal } from './support/raw.ts';

const even = 'index error: Input (without hyphens) must be even length';

const whole = 'index error: UUID must be 36 characters';

contract('errors', (c) => {
  it('answers 404 without words for an unknown path', async () => {
    holds('Bad JSON and bad parameters are 400, a wrong method is 405, and an unknown path is 404 with an empty body');
    for (const path of ['/v1/wibble', '/v1', '/v2/jobs', '/v1/jobs/', '/v1/jobs/wibble', '/V1/jobs', '/favicon.ico']) {
      assert.deepEqual(await refusal(c, path), [404, ''], path);
    }
  });

  it('answers 405 for a wrong method', async () => {
    holds('Bad JSON and bad parameters are 400, a wrong method is 405, and an unknown path is 404 with an empty body');
    const wrong: [string, string][] = [
      ['DELETE', '/v1/jobs'],
      ['PATCH', '/v1/jobs'],
      ['PUT', '/v1/nodes'],
      ['POST', '/v1/deployments'],
      ['DELETE', '/v1/allocations'],
      ['GET', '/v1/jobs/parse'],
      ['PUT', '/v1/agent/self'],
      ['PUT', '/v1/status/leader'],
      ['PATCH', '/v1/job/x'],
    ];
    for (const [method, path] of wrong) {
      assert.deepEqual(await refusal(c, path, { method }), [405, 'Invalid method'], `${method} ${path}`);
    }
  });

  it('writes errors as bare text', async () => {
    const { headers, body } = await raw(c, `/v1/job/${c.id('nope')}`);
    assert.equal(body, 'job not found');
    assert.match(headers['content-type'] ?? '', /^(text\/plain|application\/json)/);
  });

  it('takes POST for PUT and PUT for POST', async () => {
    for (const method of ['POST', 'PUT']) {
      assert.deepEqual(await refusal(c, '/v1/jobs', { method, body: '{}' }), [400, 'Job must be specified']);
    }
  });

  it('reads an unknown part of a job as the id of another', async () => {
    holds('Stopping an unknown job succeeds without an evaluation, and an unknown part of a path belongs to the id');
    assert.deepEqual(await refusal(c, `/v1/job/${c.id('x')}/wibble`), [404, 'job not found']);
  });

  it('sends index, leader and contact with every read', async () => {
    const { status, headers } = await raw(c, '/v1/jobs');
    assert.equal(status, 200);
    assert.match(headers['content-type'] ?? '', /^application\/json/);
    assert.match(String(headers['x-nomad-index']), /^\d+$/);
    assert.equal(headers['x-nomad-knownleader'], 'true');
    assert.equal(headers['x-nomad-lastcontact'], '0');
  });

  it('compresses only for who asks', async () => {
    const id = c.id('large');
    await c.register(service(id, { env: { TEXT: 'x'.repeat(5000) } }));
    const plain = await raw(c, `/v1/job/${id}`);
    assert.equal(plain.headers['content-encoding'], undefined);
    const packed = await raw(c, `/v1/job/${id}`, { headers: { 'Accept-Encoding': 'gzip' } });
    assert.equal(packed.headers['content-encoding'], 'gzip');
  });

  it('leads doubled slashes to the clean path', async () => {
    const { status, headers } = await raw(c, '//v1/jobs');
    assert.equal(status, c.atLeast(2) ? 307 : 301);
    assert.equal(headers.location, '/v1/jobs');
  });

  it('has no Enterprise parts', async () => {
    holds('What is for Enterprise answers 501, and 500 where a task is paused, and a licence is 204 without a body');
    assert.deepEqual(await refusal(c, '/v1/quotas'), [501, 'Nomad Enterprise only endpoint']);
  });
});

contract('errors out of the ordinary', (c) => {
  it('are plain text without a line end, whose type older agents lose where they compress', async () => {
    holds('Errors are bare text without a line end, and most refusals by the server have status 500, not 4xx');
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
    holds(
      'An id in a path that is no whole UUID is 500, while a whole one that nothing has is 404',
      'Documents do not say that a short id or an odd prefix is 500, or that a namespace does not limit reads by id',
    );
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
    holds(
      'A prefix of ids has to have an even number of digits in lists, but may have an odd one in a search',
      'Documents do not say that a short id or an odd prefix is 500, or that a namespace does not limit reads by id',
    );
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
    holds('Stopping an unknown job succeeds without an evaluation, and an unknown part of a path belongs to the id');
    const { status, headers, body } = await raw(c, `/v1/job/${c.id('nope')}`, { method: 'DELETE' });
    const { EvalID, EvalCreateIndex, JobModifyIndex, Index } = JSON.parse(body) as Record<string, unknown>;
    assert.deepEqual([status, EvalID, EvalCreateIndex, JobModifyIndex, Index], [200, '', 0, 0, 0]);
    assert.equal(headers['x-nomad-index'], '0');
  });

  it('lead to the clean path, for good on older agents only', async () => {
    holds('A page size that is no number is ignored before 2.0; unclean paths lead to clean ones; HEAD is mostly 405');
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
