import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract, contractWithAcl } from './support/contract.ts';
import { batch } from './support/jobs.ts';
import { makeToken, post, raw, refusal } from './support/raw.ts';

const jobspec = (label: string, more = '') => `${more}
job "${label}" {
  type = "batch"
  group "app" {
    task "server" {
      driver = "raw_exec"
      config {
        command = "/bin/true"
      }
    }
  }
}`;

contractWithAcl('a token of one namespace', (c) => {
  let secret = '';

  before(async () => {
    await post(c, '/v1/namespace', { Name: 'team-c' });
    const Rules = 'namespace "team-c" {\n  policy = "write"\n}';
    await post(c, '/v1/acl/policy/team-c', { Name: 'team-c', Rules });
    secret = (await makeToken(c, 'team-c')).SecretID;
  });

  const ask = (path: string, body: object) =>
    refusal(c, path, { method: 'POST', body: JSON.stringify(body), headers: { 'X-Nomad-Token': secret } });

  it('may parse only where the request says that it is in that namespace, whatever the jobspec says', async () => {
    const JobHCL = jobspec('x').replace('type ', 'namespace = "team-c"\n  type ');
    assert.deepEqual(await ask('/v1/jobs/parse', { JobHCL }), [403, 'Permission denied']);
    assert.deepEqual(await ask('/v1/jobs/parse?namespace=default', { JobHCL }), [403, 'Permission denied']);
    assert.equal((await ask('/v1/jobs/parse?namespace=team-c', { JobHCL }))[0], 200);
  });

  it('may plan and register where the job says so', async () => {
    const Job = { ...batch(c.id('theirs'), { script: 'true' }), Namespace: 'team-c' };
    assert.equal((await ask(`/v1/job/${Job.ID}/plan`, { Job, Diff: true }))[0], 200);
    assert.equal((await ask('/v1/jobs', { Job }))[0], 200);
    const other = { ...Job, Namespace: 'default' };
    assert.deepEqual(await ask(`/v1/job/${Job.ID}/plan`, { Job: other }), [403, 'Permission denied']);
    assert.deepEqual(await ask('/v1/jobs', { Job: other }), [403, 'Permission denied']);
  });
});

contract('a jobspec on the server', (c) => {
  const parse = (JobHCL: string, more: object = {}) =>
    raw(c, '/v1/jobs/parse', { method: 'POST', body: JSON.stringify({ JobHCL, ...more }) });

  it('can read no files', async () => {
    for (const call of ['file("a.txt")', 'filebase64("a.txt")', 'fileexists("a.txt")', 'fileset(".", "*")']) {
      const text = jobspec('x').replace('"/bin/true"', `"\${${call}}"`);
      const { status, body } = await parse(text);
      assert.equal(status, 400, call);
      const name = call.slice(0, call.indexOf('('));
      assert.match(body, new RegExp(`Call to function "${name}" failed: filesystem function disabled`), call);
    }
  });

  it('has an id that a variable makes, of which the label is no part', async () => {
    const variable = 'variable "site" {\n  type = string\n  default = "blog"\n}';
    const text = jobspec('label', variable).replace('type = "batch"', 'id = "site-${var.site}"\n  type = "batch"');
    const idOf = async (more: object) => {
      const { ID, Name } = JSON.parse((await parse(text, more)).body) as { ID: string; Name: string };
      return [ID, Name];
    };
    assert.deepEqual(await idOf({}), ['site-blog', 'label']);
    assert.deepEqual(await idOf({ Variables: 'site = "shop"' }), ['site-shop', 'label']);
  });
});

contract('a periodic job that is switched off', (c) => {
  it('gets no evaluation, never runs, and is taken for periodic all the same', async () => {
    const id = c.id('off');
    const spec = { Enabled: false, Spec: '0 3 * * *', SpecType: 'cron' };
    const job = batch(id, { script: 'true', job: { Periodic: spec } });
    const written = await c.register(job);
    assert.deepEqual([written.EvalID, written.EvalCreateIndex], ['', 0]);
    assert.deepEqual((await c.client.jobs.evaluations(id)).value, []);
    assert.deepEqual((await c.client.jobs.allocations(id)).value, []);
    const [stub] = (await c.client.jobs.list({ prefix: id })).value;
    assert.deepEqual([stub?.Periodic, stub?.ParameterizedJob, stub?.Status], [true, false, 'running']);
    const on = await c.register(batch(c.id('on'), { script: 'true', job: { Periodic: { ...spec, Enabled: true } } }));
    assert.equal(on.EvalID, '');
    assert.equal((await c.client.jobs.list({ prefix: c.id('on') })).value[0]?.Status, 'running');
  });
});
