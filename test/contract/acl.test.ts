import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import { NomadClient } from '../../src/nomad/client.ts';
import { isNomadError } from '../../src/nomad/http/errors.ts';
import { contractWithAcl } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service, unknownId, batch } from './support/jobs.ts';
import { makeToken, post, raw, refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';
import { RawSocket, upgrade } from './support/upgrade.ts';

const denied = 'Permission denied';

const team = 'team-a';

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
      const options = { topics: ['Job'], signal: AbortSignal.timeout(15_000), firstLineTimeoutMs: 500 };
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
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(15_000)]);
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

contractWithAcl('rights out of the ordinary', (c) => {
  const sockets: RawSocket[] = [];
  let reader = '';
  let mate = '';
  let nobody = '';
  let job = '';
  let allocation = '';

  const as = (secret: string) => ({ headers: { 'X-Nomad-Token': secret } });

  before(async () => {
    await post(c, '/v1/namespace', { Name: team });
    const policies = {
      reader: 'namespace "default" {\n  policy = "read"\n}',
      mate: `namespace "${team}" {\n  policy = "write"\n}`,
      nobody: 'node {\n  policy = "read"\n}',
    };
    for (const [name, Rules] of Object.entries(policies)) {
      await post(c, `/v1/acl/policy/${name}`, { Name: name, Rules });
    }
    reader = (await makeToken(c, 'reader')).SecretID;
    mate = (await makeToken(c, 'mate')).SecretID;
    nobody = (await makeToken(c, 'nobody')).SecretID;
    job = c.id('acl');
    await c.register(service(job));
    allocation = await c.runningId(job);
    await c.register(batch(c.id('theirs'), { script: 'true', job: { ParameterizedJob: {} } }), { namespace: team });
  });

  after(() => {
    for (const socket of sockets) socket.destroy();
  });

  it('are missing with success where a file is read', async () => {
    holds('A file that cannot be read is a success whose body is the error, while listing and describing it fail');
    const path = `/v1/client/fs/cat/${allocation}?path=alloc/logs/main.stdout.0`;
    assert.deepEqual(await refusal(c, path, as(nobody)), [200, denied]);
    const list = `/v1/client/fs/ls/${allocation}?path=alloc`;
    assert.deepEqual(await refusal(c, list, as(nobody)), [403, denied]);
  });

  it('hide allocations as unknown', async () => {
    holds('Reading by id ignores the namespace, and without rights an allocation is unknown with status 500');
    const words = `Unknown allocation "${allocation}"`;
    assert.deepEqual(await refusal(c, `/v1/allocation/${allocation}`, as(nobody)), [500, words]);
    assert.deepEqual(await refusal(c, `/v1/allocation/${allocation}`, as(mate)), [500, words]);
  });

  it('are needed to parse, and to see a namespace', async () => {
    holds(
      'No token, a wrong and an expired one are all 403, and only reading the token itself tells them apart',
      'The namespace of a parse request is for rights only, and documents do not tell that refusals are 500',
    );
    const body = JSON.stringify({ JobHCL: 'job "x" {}' });
    assert.deepEqual(await refusal(c, '/v1/jobs/parse', { ...as(nobody), method: 'POST', body }), [403, denied]);
    assert.deepEqual(await refusal(c, '/v1/namespaces', as(nobody)), [200, '[]']);
  });

  it('let a search in all namespaces find jobs of others by their beginning', async () => {
    holds(
      'A search gives up after twenty, knows a fixed list of contexts, and shows names of jobs of other namespaces',
    );
    const search = async (secret: string) => {
      const body = JSON.stringify({ Prefix: c.id(''), Context: 'jobs' });
      const { status, body: text } = await raw(c, '/v1/search?namespace=*', { ...as(secret), method: 'POST', body });
      assert.equal(status, 200, text);
      return (JSON.parse(text) as { Matches: Record<string, string[]> }).Matches['jobs'];
    };
    assert.deepEqual(await search(mate), [job, c.id('theirs')]);
    const { body } = await raw(c, '/v1/jobs?namespace=*', as(mate));
    assert.deepEqual(
      (JSON.parse(body) as { ID: string }[]).map(({ ID }) => ID),
      [c.id('theirs')],
    );
  });

  it('end with a token, of which nothing but itself tells', async () => {
    holds('No token, a wrong and an expired one are all 403, and only reading the token itself tells them apart');
    const { SecretID, AccessorID, ExpirationTime } = await makeToken(c, 'reader', { ExpirationTTL: '3s' });
    const first = await refusal(c, '/v1/jobs', as(SecretID));
    assert.equal(first[0], 200);
    await c.poll(
      'the end of the token',
      async () => (await raw(c, '/v1/jobs', as(SecretID))).status,
      (status) => status !== 200,
    );
    assert.ok(Date.parse(ExpirationTime ?? '') <= Date.now());
    for (const secret of ['', unknownId, 'swordfish', SecretID]) {
      assert.deepEqual(await refusal(c, '/v1/jobs', as(secret)), [403, denied]);
    }
    const self = (secret: string) => refusal(c, '/v1/acl/token/self', as(secret));
    if (c.atLeast(2)) {
      assert.deepEqual(await self(SecretID), [500, 'ACL token expired']);
      assert.deepEqual(await self(unknownId), [403, denied]);
      assert.match((await self(''))[1], /"AccessorID":"anonymous"/);
    } else {
      const [status, text] = await self(SecretID);
      assert.deepEqual([status, (JSON.parse(text) as { AccessorID: string }).AccessorID], [200, AccessorID]);
      assert.deepEqual(await self(unknownId), [404, 'ACL token not found']);
      assert.deepEqual(await self(''), [500, 'acl token lookup failed: missing secret id']);
    }
  });

  it('are read from two headers, whatever stands round a secret, and from no query', async () => {
    holds('No token, a wrong and an expired one are all 403, and only reading the token itself tells them apart');
    const jobs = async (path: string, headers: Record<string, string>) =>
      (await raw(c, path, { headers: { 'X-Nomad-Token': '', ...headers } })).status;
    assert.equal(await jobs('/v1/jobs', { 'X-Nomad-Token': `  ${reader} ` }), 200);
    assert.equal(await jobs('/v1/jobs', { Authorization: `Bearer ${reader}` }), 200);
    assert.equal(await jobs('/v1/jobs', { Authorization: `Basic ${reader}` }), 403);
    assert.equal(await jobs(`/v1/jobs?token=${reader}`, {}), 403);
  });

  const command = () => {
    const query = { task: 'main', command: '["/bin/true"]', tty: 'false', ws_handshake: 'true' };
    return `/v1/client/allocation/${allocation}/exec?${String(new URLSearchParams(query))}`;
  };

  const shake = async (secret: string, header?: string) => {
    const socket = await upgrade(c, command(), header === undefined ? {} : as(header).headers);
    assert.ok(socket instanceof RawSocket, JSON.stringify(socket));
    sockets.push(socket);
    socket.send(JSON.stringify({ version: 1, auth_token: secret }));
    return socket.closed();
  };

  it('are told of by codes where the token is in the first frame', async () => {
    holds('A token in the first frame is judged by close codes, and a first frame that never comes is waited for');
    const { token: own } = c.target.connection;
    const unknown = { kind: 'close', code: c.atLeast(2) ? 1008 : 1011, reason: `rpc error: ${denied}` };
    assert.deepEqual(await shake(unknownId), unknown);
    assert.deepEqual(await shake(reader), { kind: 'close', code: 1011, reason: denied });
    assert.deepEqual(await shake(''), { kind: 'close', code: 1011, reason: denied });
    // A header does not make up for it.
    const other = { kind: 'close', code: 1008, reason: 'handshake auth token mismatched auth header token' };
    assert.deepEqual(await shake(unknownId, String(own)), c.atLeast(2) ? other : unknown);
  });

  it('are waited for where the first frame does not come', async () => {
    holds('A token in the first frame is judged by close codes, and a first frame that never comes is waited for');
    const socket = await upgrade(c, command());
    assert.ok(socket instanceof RawSocket);
    sockets.push(socket);
    await c.quiet(1000);
    assert.deepEqual([socket.frames, socket.ended], [[], false]);
  });
});
