import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FullNomadClient } from '../../src/nomad/fullClient.ts';
import { withRetries } from '../../src/nomad/reading/retry.ts';
import { watch } from '../../src/nomad/reading/watch.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { startSimulator } from '../simulator/simulator.ts';
import { holds } from './support/holds.ts';
import { batch } from './support/jobs.ts';

/** Only a simulator can be made to lose its leader, or to forget its state, on demand. */
describe('reads that go on (simulator)', () => {
  let simulator: Simulator;
  let client: FullNomadClient;
  const pauses = { baseMs: 5, capMs: 20 };

  beforeEach(async () => {
    simulator = await startSimulator();
    client = new FullNomadClient({ address: simulator.address });
  });

  afterEach(async () => {
    client.dispose();
    await simulator.dispose();
  });

  it('try again while there is no leader', async () => {
    simulator.faults.set({ path: '/v1/jobs', status: 500, text: 'No cluster leader', count: 3 });
    await assert.rejects(client.jobs.list(), { kind: 'noLeader' });
    const read = withRetries((options: object) => client.jobs.list(options), pauses);
    assert.deepEqual((await read({})).value, []);
  });

  it('try again when the connection is lost, and give up after some times', async () => {
    const read = withRetries((options: object) => client.nodes.list(options), { ...pauses, attempts: 2 });
    simulator.faults.set({ path: '/v1/nodes', half: true, count: 1 });
    assert.equal((await read({})).value.length, 1);
    simulator.faults.set({ path: '/v1/nodes', status: 500, text: 'No cluster leader', count: 2 });
    await assert.rejects(read({}), { kind: 'noLeader' });
    assert.equal((await read({})).value.length, 1);
  });

  it('do not try again what is refused', async () => {
    simulator.faults.set({ path: '/v1/jobs', status: 403, text: 'Permission denied', count: 1 });
    const read = withRetries((options: object) => client.jobs.list(options), pauses);
    await assert.rejects(read({}), { kind: 'denied' });
    assert.deepEqual((await read({})).value, []);
  });

  it('tell of an agent that is not well', async () => {
    holds('agent.health fails');
    const parts = { server: { ok: false, message: 'No cluster leader' }, client: { ok: true, message: 'ok' } };
    simulator.faults.set({ path: '/v1/agent/health', status: 500, text: JSON.stringify(parts), count: 1 });
    assert.deepEqual((await client.agent.health()).value, parts);
    simulator.faults.set({ path: '/v1/agent/health', status: 500, text: 'broken', count: 1 });
    await assert.rejects(client.agent.health(), { kind: 'server' });
  });

  it('watch a cluster whose index falls, as after a restart from nothing', async () => {
    const register = async (to: FullNomadClient, ids: readonly string[]) => {
      for (const id of ids) {
        await to.jobs.register(batch(id, { job: { ParameterizedJob: { Payload: 'optional' } } }));
      }
    };
    await register(client, ['a', 'b', 'c']);
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(120_000)]);
    const seen: [number, string[]][] = [];
    let fresh: FullNomadClient | undefined;
    const read = (options: object) => (fresh ?? client).jobs.list(options);
    try {
      for await (const { value, meta } of watch(read, { signal, waitMs: 200 })) {
        seen.push([meta.index, value.map(({ ID }) => ID)]);
        if (fresh !== undefined) end.abort();
        else {
          const { port } = simulator;
          await simulator.dispose();
          simulator = await startSimulator({ port });
          fresh = new FullNomadClient({ address: simulator.address });
          await register(fresh, ['d']);
        }
      }
    } finally {
      fresh?.dispose();
    }
    assert.deepEqual(
      seen.map(([, ids]) => ids),
      [['a', 'b', 'c'], ['d']],
    );
    assert.ok((seen[1]?.[0] ?? Infinity) < (seen[0]?.[0] ?? 0), JSON.stringify(seen));
  });
});
