import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { before, it } from 'mocha';
import type { Deployment } from '../../src/nomad/types/deployment.ts';
import { contract, contractWithAcl } from './support/contract.ts';
import { batch, service, system } from './support/jobs.ts';
import { raw, refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('requests out of the ordinary', (c) => {
  it('know HEAD and OPTIONS hardly anywhere', async () => {
    for (const path of ['/v1/jobs', '/v1/job/x', '/v1/deployments', '/v1/agent/self']) {
      assert.equal((await raw(c, path, { method: 'HEAD' })).status, 405, path);
    }
    assert.equal((await raw(c, '/v1/jobs', { method: 'OPTIONS' })).status, 405);
  });

  it('let other origins only read what clients serve, and variables', async () => {
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
    const url = new URL('/v1/jobs', c.target.connection.address);
    const body = gzipSync(JSON.stringify({ Job: batch(c.id('gzip')) }));
    const response = await fetch(url, { method: 'POST', body, headers: { 'Content-Encoding': 'gzip' } });
    assert.deepEqual(
      [response.status, await response.text()],
      [400, "invalid character '\\x1f' looking for beginning of value"],
    );
  });

  it('find no Enterprise, and no licence', async () => {
    assert.deepEqual(await refusal(c, '/v1/sentinel/policies'), [501, 'Nomad Enterprise only endpoint']);
    assert.deepEqual(await refusal(c, '/v1/operator/license'), [204, '']);
  });

  it('may spell keys in any case, add fields, and go on behind the document', async () => {
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
    c.needs(this, 1, 8, 'job statuses');
    const id = c.id('lower');
    await c.register(batch(id, { script: 'true' }));
    const body = JSON.stringify({ jobs: [{ id, namespace: 'default' }] });
    const { status, body: text } = await raw(c, '/v1/jobs/statuses', { method: 'POST', body });
    assert.equal(status, 200, text);
    assert.equal((JSON.parse(text) as unknown[]).length, 1);
  });

  it('filter by the whole object, not by the row', async () => {
    await c.register(batch(c.id('some'), { script: 'true' }));
    const filter = 'JobSummary.JobID == "x"';
    await assertRefused(c.client.jobs.list({ filter }), 400, /couldn't find key/, 'rejected');
  });
});

contract('jobspecs out of the ordinary', (c) => {
  const parse = async (body: Record<string, unknown>, query = '') => {
    const { status, body: text } = await raw(c, `/v1/jobs/parse${query}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return { status, text, job: status === 200 ? (JSON.parse(text) as Record<string, unknown>) : undefined };
  };

  it('take no flags with values of variables', async () => {
    const JobHCL = 'variable "n" {\n  type = number\n}\njob "x" {\n  priority = var.n\n}';
    const { status, text } = await parse({ JobHCL, VariableFlags: { n: '7' } });
    assert.equal(status, 400);
    assert.match(text, /Unset variable "n"/);
  });

  it('do not take the namespace of the query', async () => {
    const { job } = await parse({ JobHCL: 'job "x" {}', Canonicalize: true }, '?namespace=other');
    assert.equal(job?.['Namespace'], 'default');
  });

  it('may leave out quotes, and repeat the name of a group', async () => {
    assert.equal((await parse({ JobHCL: 'job web {}' })).job?.['ID'], 'web');
    const { job } = await parse({ JobHCL: 'job "x" {\n  group "a" {}\n  group "a" {}\n}' });
    assert.equal((job?.['TaskGroups'] as unknown[]).length, 2);
  });

  it('have actions and links since 1.7', async () => {
    const JobHCL = 'job "x" {\n  ui {\n    description = "y"\n  }\n}';
    const { status, text } = await parse({ JobHCL });
    if (c.atLeast(1, 7)) assert.equal(status, 200, text);
    else assert.match(text, /Blocks of type "ui" are not expected here/);
  });
});

contract('jobs out of the ordinary', (c) => {
  const jobs = () => c.client.jobs;
  const parent = (id: string, more = {}) => batch(id, { script: 'true', ...more });

  it('answer an identical job with an index that is not theirs, since 2.0', async () => {
    const id = c.id('index');
    await c.register(service(id));
    await c.deploymentIn(id, 'successful');
    const again = await c.register(service(id));
    const { value: job } = await jobs().read(id);
    if (c.atLeast(2)) assert.ok(again.JobModifyIndex > job.JobModifyIndex);
    else assert.equal(again.JobModifyIndex, job.JobModifyIndex);
    await c.register(service(id, { count: 2 }), { enforceIndex: job.JobModifyIndex });
  });

  it('have a changed meta replace every allocation', async () => {
    const id = c.id('meta');
    await c.register(service(id));
    await c.deploymentIn(id, 'successful');
    const { value } = await jobs().plan(service(id, { job: { Meta: { a: 'b' } } }), { diff: true });
    assert.deepEqual(value.Annotations?.DesiredTGUpdates?.['app']?.DestructiveUpdate, 1);
  });

  it('are warned of what will go', async () => {
    const Periodic = { Enabled: true, Spec: '0 0 1 1 *', SpecType: 'cron', TimeZone: 'UTC' };
    const { Warnings } = await c.register(parent(c.id('cron'), { job: { Periodic } }));
    assert.equal(typeof Warnings, 'string');
    const hcl = 'job "x" {\n  type = "batch"\n  periodic {\n    cron = "@daily"\n  }\n}';
    const { value: job } = await jobs().parse({ hcl });
    const merged = { ...job, ...parent(c.id('cron-2')), Periodic: job.Periodic };
    const { value } = await jobs().validate(merged as typeof job);
    assert.match(value.Warnings, /^1 warning:\n\n\* cron is deprecated/);
  });

  it('can not be read where their id ends like a part of a job', async () => {
    const id = `${c.id('x')}/plan`;
    await c.register(parent(id, { job: { ParameterizedJob: {} } }));
    const { value } = await jobs().list({ prefix: id });
    assert.equal(value.length, 1);
    const { status, body } = await raw(c, `/v1/job/${encodeURIComponent(id)}`);
    assert.deepEqual([status, body], [405, 'Invalid method']);
    await assert.rejects(jobs().read(id), { kind: 'rejected', field: 'job id' });
    await assert.rejects(jobs().stop(id), { kind: 'rejected', field: 'job id' });
  });

  it('can not have an id that a path would lose', async () => {
    await assert.rejects(async () => jobs().read('.'), { kind: 'rejected' });
    await assert.rejects(async () => jobs().read('..'), { kind: 'rejected' });
  });

  it('list their deployments by id, not by age', async () => {
    const id = c.id('order');
    let list: readonly Deployment[] = [];
    for (let version = 0; version < 4; version += 1) {
      await c.register(service(id, { env: { V: String(version) } }));
      // An evaluation of several versions would make one deployment.
      list = await c.until(
        `the deployment of version ${String(version)}`,
        (options) => jobs().deployments(id, options),
        (found) => found.length === version + 1,
      );
    }
    const ids = list.map(({ ID }) => ID);
    assert.deepEqual(ids, [...ids].sort());
  });

  it('leave their children running when they are purged', async () => {
    const id = c.id('orphan');
    await c.register(batch(id, { script: 'exec sleep 3600', job: { ParameterizedJob: { Payload: 'optional' } } }));
    const { value } = await jobs().dispatch(id);
    await c.running(value.DispatchedJobID);
    await jobs().stop(id, { purge: true });
    await assertRefused(jobs().read(id), 404, 'job not found', 'notFound');
    assert.equal((await jobs().read(value.DispatchedJobID)).value.Status, 'running');
    await jobs().stop(value.DispatchedJobID);
  });

  it('run nothing anew when they are over and registered as they were', async () => {
    const id = c.id('over');
    await c.register(parent(id));
    await c.allocations(id, 'complete', (list) => list[0]?.ClientStatus === 'complete');
    const { EvalID } = await c.register(parent(id));
    await c.until(
      'the evaluation',
      (options) => c.client.evaluations.read(EvalID, options),
      ({ Status }) => Status === 'complete',
    );
    assert.equal((await jobs().allocations(id)).value.length, 1);
  });

  it('are scaled although they are stopped, and hardly as system jobs', async () => {
    const id = c.id('halted');
    await c.register(service(id));
    await c.deploymentIn(id, 'successful');
    await jobs().stop(id);
    assert.equal(typeof (await jobs().scale(id, 'app', 2)).value.EvalID, 'string');
    const everywhere = c.id('system');
    await c.register(system(everywhere));
    const words = c.atLeast(2) ? /can only be scaled between 0 and 1$/ : 'cannot scale jobs of type "system"';
    await assertRefused(jobs().scale(everywhere, 'app', 3), 400, words, 'rejected');
  });
});

contractWithAcl('a token in the query', (c) => {
  let path = '';

  before(() => {
    path = `/v1/jobs?token=${String(c.target.connection.token)}`;
  });

  it('is ignored', async () => {
    const { status, body } = await raw(c, path, { headers: { 'X-Nomad-Token': '' } });
    assert.deepEqual([status, body], [403, 'Permission denied']);
  });
});
