import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract, contractWithAcl } from './support/contract.ts';
import { makeToken, post, raw, refusal } from './support/raw.ts';

interface Joined {
  readonly error: string;
  readonly num_joined: number;
  readonly warning?: string;
}

contract('servers that join and leave', (c) => {
  const join = async (query: string, method = 'POST') => {
    const { status, body } = await raw(c, `/v1/agent/join?${query}`, { method });
    assert.equal(status, 200, body);
    return JSON.parse(body) as Joined;
  };

  it('are told of in an answer, also where none is reached', async () => {
    const nobody = await join('address=nope.invalid');
    assert.equal(nobody.num_joined, 0);
    assert.match(nobody.error, /^1 error occurred:\n\t\* [Ff]ailed to resolve nope\.invalid: lookup nope\.invalid\b/);
    const refused = await join('address=127.0.0.1:1&address=127.0.0.1:2', 'PUT');
    assert.equal(refused.num_joined, 0);
    const words = 'ailed to join 127.0.0.1:2: dial tcp 127.0.0.1:2: connect: connection refused\n\n';
    assert.match(refused.error, /^2 errors occurred:\n/);
    assert.ok(refused.error.endsWith(words), refused.error);
    const [self] = (await c.client.agent.members()).value.Members ?? [];
    const { error, num_joined } = await join(`address=127.0.0.1:${String(self?.Port)}&address=127.0.0.1:1`);
    assert.deepEqual([error, num_joined], ['', 1]);
  });

  it('need an address, and a name', async () => {
    const post = { method: 'POST' };
    assert.deepEqual(await refusal(c, '/v1/agent/join', post), [400, 'missing address to join']);
    assert.deepEqual(await refusal(c, '/v1/agent/join?address=nope'), [405, 'Invalid method']);
    assert.deepEqual(await refusal(c, '/v1/agent/force-leave', post), [400, 'missing node to force leave']);
    assert.deepEqual(await refusal(c, '/v1/agent/force-leave?node=nope'), [405, 'Invalid method']);
    const prune = '/v1/agent/force-leave?node=nope&prune=';
    assert.deepEqual(await refusal(c, `${prune}x`, post), [400, 'invalid prune value']);
    assert.deepEqual(await refusal(c, `${prune}true`, { method: 'PUT' }), [200, '']);
    assert.deepEqual(await refusal(c, '/v1/agent/force-leave?node=nope', post), [200, '']);
  });
});

contract('peers of raft', (c) => {
  it('are read with any word that Go takes for a boolean', async () => {
    for (const query of ['', '?stale', '?stale=True', '?stale=False', '?stale=t', '?stale=0']) {
      const { status, body } = await raw(c, `/v1/operator/raft/configuration${query}`);
      assert.equal(status, 200, `${query}: ${body}`);
      const { Servers } = JSON.parse(body) as { Servers: { Leader: boolean; Voter: boolean; RaftProtocol: string }[] };
      assert.deepEqual(
        Servers.map(({ Leader, Voter, RaftProtocol }) => [Leader, Voter, RaftProtocol]),
        [[true, true, '3']],
      );
    }
    const [status, words] = await refusal(c, '/v1/operator/raft/configuration?stale=nope');
    assert.equal(status, 400);
    assert.ok(words.startsWith('Expect `true` or `false` for `stale` query string parameter'), words);
    assert.deepEqual(await refusal(c, '/v1/operator/raft/configuration', { method: 'POST' }), [405, '']);
  });
});

contractWithAcl('the servers of a cluster', (c) => {
  it('are for those who may manage them', async () => {
    const name = c.id('reader');
    await post(c, `/v1/acl/policy/${name}`, { Name: name, Rules: 'operator { policy = "write" }' });
    const { SecretID } = await makeToken(c, name);
    const headers = { 'X-Nomad-Token': SecretID };
    const denied = [403, 'Permission denied'];
    assert.deepEqual(await refusal(c, '/v1/operator/raft/configuration', { headers }), denied);
    const leave = '/v1/agent/force-leave?node=nope';
    assert.deepEqual(await refusal(c, leave, { method: 'PUT', headers }), denied);
  });
});
