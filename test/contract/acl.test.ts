import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import { NomadClient } from '../../src/nomad/client.ts';
import { isNomadError } from '../../src/nomad/http/errors.ts';
import { contractWithAcl } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service, unknownId } from './support/jobs.ts';
import { makeToken, post, raw } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

const denied = 'Permission denied';

contractWithAcl('access control', (c) => {
  const clients: NomadClient[] = [];
  let reader: NomadClient;
  let lister: NomadClient;
  let job = '';
  let allocation = '';
  let deployment = '';

  const as = (token: string | undefined) => {
    const client = new NomadClient({ ...c.target.connection, token });
    clients.push(client);
    return client;
  };

  const tokenWith = async (name: string, rules: string) => {
    await post(c, `/v1/acl/policy/${name}`, { Name: name, Rules: rules });
    return (await makeToken(c, name)).SecretID;
  };

  before(async () => {
    reader = as(await tokenWith('reader', 'namespace "default" {\n  policy = "read"\n}'));
    lister = as(await tokenWith('lister', 'namespace "default" {\n  capabilities = ["list-jobs"]\n}'));
    job = c.id('acl');
    await c.register(service(job));
    deployment = (await c.deploymentIn(job, 'successful')).ID;
    allocation = await c.runningId(job);
  });

  after(() => {
    for (const client of clients) client.dispose();
  });

  const readJobs = (client: NomadClient) => client.jobs.list();

  it('lets a management token do everything', async () => {
    holds('agent.tokenSelf');
    assert.equal((await readJobs(c.client)).value.length, 1);
    const { value } = await c.client.agent.tokenSelf();
    assert.equal(value.Type, 'management');
    assert.ok(!('SecretID' in value));
  });

  it('denies without a token, with a wrong one, and with one that is no UUID', async () => {
    holds('No token, a wrong and an expired one are all 403, and only reading the token itself tells them apart');
    for (const token of [undefined, unknownId, 'swordfish']) {
      await assertRefused(readJobs(as(token)), 403, denied, 'denied');
    }
  });

  it('takes a token with spaces round it', async () => {
    const { token } = c.target.connection;
    assert.equal((await readJobs(as(` ${String(token)}\n`))).value.length, 1);
  });

  it('knows a bearer as well', async () => {
    const Authorization = `Bearer ${String(c.target.connection.token)}`;
    const { status } = await raw(c, '/v1/jobs', { headers: { Authorization, 'X-Nomad-Token': '' } });
    assert.equal(status, 200);
  });

  it('shows leader and regions to everyone, and no namespace', async () => {
    holds('agent.self fails', 'agent.namespaces fails');
    const nobody = as(undefined);
    assert.notEqual((await nobody.agent.leader()).value, '');
    assert.ok((await nobody.agent.regions()).value.length > 0);
    assert.deepEqual((await nobody.agent.namespaces()).value, []);
    await assertRefused(nobody.agent.self(), 403, denied, 'denied');
    await assertRefused(nobody.nodes.list(), 403, denied, 'denied');
  });

  it('tells of a token what depends on the version', async () => {
    holds(
      'agent.tokenSelf fails',
      'No token, a wrong and an expired one are all 403, and only reading the token itself tells them apart',
    );
    if (c.atLeast(2)) {
      assert.equal((await as(undefined).agent.tokenSelf()).value.AccessorID, 'anonymous');
      await assertRefused(as(unknownId).agent.tokenSelf(), 403, denied, 'denied');
    } else {
      const missing = 'acl token lookup failed: missing secret id';
      await assertRefused(as(undefined).agent.tokenSelf(), 500, missing, 'denied');
      await assertRefused(as(unknownId).agent.tokenSelf(), 404, 'ACL token not found', 'denied');
    }
    assert.deepEqual((await reader.agent.tokenSelf()).value.Policies, ['reader']);
  });

  it('lets a reader read', async () => {
    assert.equal((await reader.jobs.read(job)).value.ID, job);
    assert.equal((await reader.deployments.read(deployment)).value.ID, deployment);
    assert.equal((await reader.allocations.read(allocation)).value.ID, allocation);
    assert.equal((await reader.allocations.list()).value.length, 1);
    assert.ok((await reader.jobs.parse({ hcl: 'job "x" {}' })).value.ID);
  });

  it('denies a reader every change', async () => {
    holds('jobs.stop fails');
    const refused = (write: Promise<unknown>) => assertRefused(write, 403, denied, 'denied');
    await refused(reader.jobs.plan(service(job)));
    await refused(reader.jobs.register(service(job)));
    await refused(reader.jobs.revert(job, 0));
    await refused(reader.jobs.stop(job));
    await refused(reader.jobs.scale(job, 'app', 2));
    await refused(reader.jobs.dispatch(job));
    await refused(reader.deployments.promoteAll(deployment));
    await refused(reader.deployments.pause(deployment, true));
    await refused(reader.deployments.fail(deployment));
    await refused(reader.allocations.restart(allocation));
    await refused(reader.allocations.stop(allocation));
  });

  it('denies a reader logs, files and exec', async () => {
    const logs = async () => {
      for await (const chunk of reader.allocations.logs(allocation, { task: 'main', type: 'stdout' })) return chunk;
      return undefined;
    };
    await assertRefused(logs(), c.atLeast(2) ? 403 : 500, denied, 'denied');
    await assertRefused(reader.files.ls(allocation), 403, denied, 'denied');
    await assertRefused(reader.files.stat(allocation, 'alloc'), 403, denied, 'denied');
    for (const client of [reader, as(undefined), as(unknownId)]) {
      const session = client.allocations.exec(allocation, { task: 'main', command: ['/bin/true'], tty: false });
      const end = await session.ended;
      assert.equal(end.kind, 'closed');
      assert.deepEqual([end.error.kind, end.error.body], ['denied', denied]);
    }
  });

  it('lets a lister list, and nothing more', async () => {
    holds('Reading by id ignores the namespace, and without rights an allocation is unknown with status 500');
    assert.equal((await lister.jobs.list()).value.length, 1);
    await assertRefused(lister.jobs.read(job), 403, denied, 'denied');
    await assertRefused(lister.jobs.parse({ hcl: 'job "x" {}' }), 403, denied, 'denied');
    await assertRefused(lister.allocations.list(), 403, denied, 'denied');
    await assertRefused(lister.deployments.list(), 403, denied, 'denied');
    const unknown = `Unknown allocation "${allocation}"`;
    await assertRefused(lister.allocations.read(allocation), 500, unknown, 'rejected');
  });

  it('denies the event stream by silence or by an error', async () => {
    holds(
      'events.stream fails',
      'Without rights events are refused before 2.0 and silent since, also when the token is deleted meanwhile',
    );
    for (const client of [as(undefined), as(unknownId), lister]) {
      const options = { topics: ['Job'], signal: AbortSignal.timeout(120_000), firstLineTimeoutMs: 2000 };
      await assert.rejects(
        async () => {
          for await (const line of client.events.stream(options)) assert.fail(`came ${JSON.stringify(line)}`);
        },
        (error) => isNomadError(error, 'denied'),
      );
    }
  });

  it('lets a reader follow jobs', async () => {
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(120_000)]);
    let seen = 0;
    for await (const line of reader.events.stream({ topics: ['Job'], signal })) {
      if (line !== 'heartbeat') seen += 1;
      if (seen > 0) end.abort();
    }
    assert.ok(seen > 0);
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
