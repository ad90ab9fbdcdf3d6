import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch } from './support/jobs.ts';
import { raw, refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('requests out of the ordinary', (c) => {
  it('know HEAD and OPTIONS hardly anywhere', async () => {
    holds(
      'A page size that is no number is ignored before 2.0; unclean paths lead to clean ones; HEAD is mostly 405',
      'Only what clients serve and variables allow other origins, and the body of a request may not be compressed',
    );
    for (const path of ['/v1/jobs', '/v1/job/x', '/v1/deployments', '/v1/agent/self']) {
      assert.equal((await raw(c, path, { method: 'HEAD' })).status, 405, path);
    }
    assert.equal((await raw(c, '/v1/jobs', { method: 'OPTIONS' })).status, 405);
  });

  it('let other origins only read what clients serve, and variables', async () => {
    holds('Only what clients serve and variables allow other origins, and the body of a request may not be compressed');
    const origin = async (path: string) => {
      const { headers } = await raw(c, path, { headers: { Origin: 'http://elsewhere.example' } });
      return headers['access-control-allow-origin'];
    };
    assert.equal(await origin('/v1/jobs'), undefined);
    assert.equal(await origin('/v1/nodes'), undefined);
    assert.equal(await origin('/v1/client/stats'), '*');
    assert.equal(await origin('/v1/vars'), '*');
  });

  it('may not be compressed', async () => {
    holds('Only what clients serve and variables allow other origins, and the body of a request may not be compressed');
    const url = new URL('/v1/jobs', c.target.connection.address);
    const body = gzipSync(JSON.stringify({ Job: batch(c.id('gzip')) }));
    const response = await fetch(url, { method: 'POST', body, headers: { 'Content-Encoding': 'gzip' } });
    assert.deepEqual(
      [response.status, await response.text()],
      [400, "invalid character '\\x1f' looking for beginning of value"],
    );
  });

  it('find no Enterprise, and no licence', async () => {
    holds('What is for Enterprise answers 501, and 500 where a task is paused, and a licence is 204 without a body');
    assert.deepEqual(await refusal(c, '/v1/sentinel/policies'), [501, 'Nomad Enterprise only endpoint']);
    assert.deepEqual(await refusal(c, '/v1/operator/license'), [204, '']);
  });

  it('may spell keys in any case, add fields, and go on behind the document', async () => {
    holds('The namespace of the query wins over that of the job, and keys of any case and unknown fields are accepted');
    const id = c.id('loose');
    const job = { ...batch(id, { script: 'true' }), Wibble: 1 };
    const { TaskGroups, Name, Datacenters, Type } = job;
    const loose = { job: { id, NAME: Name, type: Type, datacenters: Datacenters, taskgroups: TaskGroups, Wibble: 1 } };
    const body = `${JSON.stringify(loose)} and more`;
    const { status, body: text } = await raw(c, '/v1/jobs', { method: 'POST', body });
    assert.equal(status, 200, text);
    const answer = JSON.parse(text) as Record<string, unknown>;
    assert.equal(answer['KnownLeader'], false);
    assert.ok('EvalCreateIndex' in answer && 'Warnings' in answer);
    assert.equal((await c.client.jobs.read(id)).value.ID, id);
  });

  it('name statuses in any case', async function () {
    holds('Statuses of jobs exist since 1.8, last changed first, and an empty list of names is refused');
    c.needs(this, 1, 8, 'job statuses');
    const id = c.id('lower');
    await c.register(batch(id, { script: 'true' }));
    const body = JSON.stringify({ jobs: [{ id, namespace: 'default' }] });
    const { status, body: text } = await raw(c, '/v1/jobs/statuses', { method: 'POST', body });
    assert.equal(status, 200, text);
    assert.equal((JSON.parse(text) as unknown[]).length, 1);
  });

  it('filter by the whole object, not by the row', async () => {
    holds('A filter knows the fields of the whole object, not those of the row, and cannot compare by greater');
    await c.register(batch(c.id('some'), { script: 'true' }));
    const filter = 'JobSummary.JobID == "x"';
    await assertRefused(c.client.jobs.list({ filter }), 400, /couldn't find key/, 'rejected');
  });
});
