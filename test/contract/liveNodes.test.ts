import assert from 'node:assert/strict';
import { afterEach, before, it } from 'mocha';
import { once } from '../../src/base/events.ts';
import type { Disposable } from '../../src/base/lifetime.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import { constraintOf, nodeText } from '../../src/operations/nodes/nodeText.ts';
import { readNode } from '../../src/operations/nodes/nodes.ts';
import { Cluster } from '../../src/state/clusters/cluster.ts';
import type { NodeRecord } from '../../src/state/tables/nodeRecords.ts';
import { nodeStatus, serversStatus } from '../../src/wording/nodeStatus.ts';
import { contractAlone, contractWithAcl } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service } from './support/jobs.ts';
import { makeToken, post } from './support/raw.ts';

const limitMs = 25_000;

contractAlone('the nodes while somebody looks', (c) => {
  let cluster: Cluster;
  let watching: Disposable;
  let id = '';

  before(async () => {
    const job = c.id('web');
    await c.register(service(job));
    id = (await c.running(job))[0]?.NodeID ?? '';
  });

  afterEach(() => {
    watching.dispose();
    cluster.dispose();
  });

  async function look(): Promise<void> {
    cluster = new Cluster({ client: new NomadClient(c.target.connection), label: 'live', namespace: '*' });
    cluster.start();
    const limit = AbortSignal.timeout(limitMs);
    if (cluster.state.kind !== 'live') await once(cluster.onDidChangeState, limit, ({ kind }) => kind === 'live');
    assert.equal(cluster.store.records('nodes').size, 0, 'nothing is read before somebody looks');
    const nodes = await cluster.nodes();
    watching = nodes.watch();
    await nodes.load();
  }

  const known = (): NodeRecord | undefined => cluster.store.records('nodes').get(id);

  async function until(what: string, holdsNow: () => boolean): Promise<void> {
    const limit = AbortSignal.timeout(limitMs);
    try {
      while (!holdsNow()) await once(cluster.onDidChange, limit);
    } catch {
      throw new Error(`did not come: ${what}; the node is ${JSON.stringify(known())}`);
    }
  }

  it('are listed with the servers, of which one leads and is healthy', async () => {
    await look();
    const node = known();
    assert.ok(node);
    assert.match(nodeStatus(node).detail, /^ready · default · /);
    const servers = [...cluster.store.records('servers').values()];
    await until(
      'the health of the servers',
      () => serversStatus([...cluster.store.records('servers').values()]).word === 'healthy',
    );
    assert.match(serversStatus(servers).detail, / · leader /);
  });

  it('know what is allocated of one that was opened', async () => {
    await look();
    await (await cluster.nodes()).loadNode(id, AbortSignal.timeout(limitMs));
    const { room, allocated } = known() ?? {};
    assert.ok(room !== undefined && allocated !== undefined);
    assert.ok(room.cpuMhz > 0 && room.memoryMib > 0);
    assert.ok(allocated.cpuMhz > 0 && allocated.cpuMhz <= room.cpuMhz, JSON.stringify({ room, allocated }));
    assert.ok(allocated.memoryMib > 0 && allocated.memoryMib <= room.memoryMib);
  });

  it('change as soon as somebody else decides about one', async () => {
    await look();
    const heard = (what: string, word: string) =>
      until(what, () => {
        const node = known();
        return node !== undefined && nodeStatus(node).word === word;
      });
    await c.client.nodes.setEligibility(id, false);
    await heard('that it takes nothing', 'ineligible');
    await c.client.nodes.setEligibility(id, true);
    await heard('that it takes allocations again', 'ready');
    assert.equal(known()?.drain, undefined);
  });

  it('have attributes that jobs can ask for by what is copied', async () => {
    await look();
    const text = nodeText(await readNode(cluster.client, id), undefined);
    const constraints = withoutMoving(text)
      .split('\n')
      .flatMap((line) => constraintOf(line) ?? []);
    const wanted = ['node.unique.name', 'node.datacenter', 'node.pool', 'attr.kernel.name', 'attr.cpu.arch'];
    const chosen = wanted.map((name) => constraints.find((one) => one.includes(`"\${${name}}"`)));
    assert.ok(
      chosen.every((one) => one !== undefined),
      text,
    );
    const hcl = `job "asks" {\n${constraints.join('')}\n  group "app" {\n    task "main" {\n      driver = "mock_driver"\n    }\n  }\n}\n`;
    const { value: job } = await c.client.jobs.parse({ hcl });
    const asked = (job.Constraints ?? []) as { LTarget: string; RTarget: string }[];
    assert.equal(asked.length, constraints.length, 'every line makes a constraint');
    const kernel = asked.find(({ LTarget }) => LTarget === '${attr.kernel.name}');
    assert.equal(kernel?.RTarget, 'linux');
    const plain = service(c.id('asks'));
    await c.register({ ...plain, Constraints: asked });
    assert.equal((await c.running(plain.ID))[0]?.NodeID, id, 'all of them hold of this node');
  });
});

contractWithAcl('nodes that a token may not see', (c) => {
  it('are refused by name, and nothing else is', async () => {
    holds('operator.autopilotHealth', 'operator.autopilotHealth fails');
    assert.equal((await c.client.operator.autopilotHealth()).value.Healthy, true);
    await post(c, '/v1/acl/policy/sees-jobs', { Name: 'sees-jobs', Rules: `namespace "*" { policy = "read" }` });
    const { SecretID: token } = await makeToken(c, 'sees-jobs');
    const client = new NomadClient({ ...c.target.connection, token });
    await assert.rejects(client.operator.autopilotHealth(), /Permission denied/);
    const cluster = new Cluster({ client, label: 'live', namespace: '*' });
    cluster.start();
    const nodes = await cluster.nodes();
    const watching = nodes.watch();
    try {
      await assert.rejects(nodes.load(), /Permission denied/);
      const limit = AbortSignal.timeout(limitMs);
      if (cluster.state.kind !== 'live') await once(cluster.onDidChangeState, limit, ({ kind }) => kind === 'live');
      assert.equal(cluster.store.records('nodes').size, 0);
    } finally {
      watching.dispose();
      cluster.dispose();
    }
  });
});

/** Some attributes, such as how much of a disk is free, are others a moment later. */
function withoutMoving(text: string): string {
  return text.replace(/^ .*\.bytesfree\}.*\n/gm, '');
}
