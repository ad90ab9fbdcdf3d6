import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import { contractWithAcl } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service, unknownId, batch } from './support/jobs.ts';
import { makeToken, post, raw, refusal } from './support/raw.ts';
import { RawSocket, upgrade } from './support/upgrade.ts';

const denied = 'Permission denied';

const team = 'team-a';

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
