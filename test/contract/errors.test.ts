import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract } from './support/contract.ts';
import { service } from './support/jobs.ts';
import { raw, refusal } from './support/raw.ts';

contract('errors', (c) => {
  it('answers 404 without words for an unknown path', async () => {
    for (const path of ['/v1/wibble', '/v1', '/v2/jobs', '/v1/jobs/', '/v1/jobs/wibble', '/V1/jobs', '/favicon.ico']) {
      assert.deepEqual(await refusal(c, path), [404, ''], path);
    }
  });

  it('answers 405 for a wrong method', async () => {
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
    assert.deepEqual(await refusal(c, '/v1/quotas'), [501, 'Nomad Enterprise only endpoint']);
  });
});
