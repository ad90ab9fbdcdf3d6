import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service, unknownId } from './support/jobs.ts';
import { assertRefused } from './support/refused.ts';

const limitMs = 120_000;

contract('health, peers and log of an agent', (c) => {
  it('tells whether its parts work', async () => {
    holds('agent.health');
    const { value } = await c.client.agent.health();
    assert.deepEqual(value, { client: { ok: true, message: 'ok' }, server: { ok: true, message: 'ok' } });
    assert.deepEqual(Object.keys((await c.client.agent.health({ type: 'server' })).value), ['server']);
    assert.deepEqual(Object.keys((await c.client.agent.health({ type: 'client' })).value), ['client']);
  });

  it('names its peers, the leader among them', async () => {
    holds('agent.regions fails', 'agent.peers', 'agent.peers fails');
    const [{ value: peers }, { value: leader }] = await Promise.all([c.client.agent.peers(), c.client.agent.leader()]);
    assert.ok(peers.includes(leader), peers.join());
    await assertRefused(c.client.agent.peers({ region: 'mars' }), 500, 'No path to region', 'rejected');
    // The agent knows these itself, whatever region is asked for.
    assert.ok((await c.client.agent.regions({ region: 'mars' })).value.length > 0);
    assert.ok(((await c.client.agent.members({ region: 'mars' })).value.Members ?? []).length > 0);
  });

  it('passes its log on, as text or as JSON, until it is told to stop', async () => {
    holds('agent.monitor');
    for (const json of [false, true]) {
      const end = new AbortController();
      const signal = AbortSignal.any([end.signal, AbortSignal.timeout(limitMs)]);
      const monitor = c.client.agent.monitor({ level: 'trace', json, signal });
      let seen = '';
      // What is registered is logged at this level.
      const busy = c.register(service(c.id(`log-${String(json)}`)));
      for await (const chunk of monitor) {
        seen += Buffer.from(chunk).toString('utf8');
        if (seen.includes('\n')) end.abort();
      }
      await busy;
      const [line = ''] = seen.split('\n');
      if (json) assert.equal(typeof (JSON.parse(line) as Record<string, unknown>)['@message'], 'string');
      else assert.match(line, /\[(?:TRACE|DEBUG|INFO|WARN|ERROR)\]/);
    }
  });

  it('refuses a level and a node that it does not know', async () => {
    holds('agent.monitor fails');
    const read = async (options: object) => {
      const signal = AbortSignal.timeout(limitMs);
      for await (const chunk of c.client.agent.monitor({ signal, ...options })) return chunk;
      return undefined;
    };
    await assertRefused(read({ level: 'bogus' }), 400, 'Unknown log level: bogus', 'rejected');
    const both = 'Cannot target node and server simultaneously';
    await assertRefused(read({ nodeId: 'abc', serverId: 'def' }), 400, both, 'rejected');
    await assertRefused(read({ nodeId: unknownId }), 500, `Unknown node "${unknownId}"`, 'rejected');
    await assertRefused(read({ serverId: 'nope' }), 400, 'unknown Nomad server nope', 'rejected');
  });
});
