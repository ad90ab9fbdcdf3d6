import assert from 'node:assert/strict';
import { afterEach, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import type { Clock } from '../../src/base/clock.ts';
import { once } from '../../src/base/events.ts';
import { Cluster } from '../../src/state/clusters/cluster.ts';
import { jobKey } from '../../src/state/tables/keys.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import { isNomadError } from '../../src/nomad/http/errors.ts';
import { causeOf } from '../../src/platform/failure.ts';
import { quickClock } from '../support/quickClock.ts';
import type { Contract } from './support/contract.ts';
import { service } from './support/jobs.ts';
import { raw } from './support/raw.ts';
import { contractWithServers } from './support/servers.ts';

const limitMs = 120_000;
const words = 'No cluster leader';

/** What was sent, as `POST /v1/jobs`, and the cluster that sent it. */
interface View {
  readonly cluster: Cluster;
  readonly sent: string[];
  /** From the first time on that it was live. */
  readonly states: string[];
}

function open(c: Contract, clock: Clock): View {
  const sent: string[] = [];
  const client = new NomadClient(c.target.connection, {
    onRequest: ({ method, path }) => sent.push(`${method} ${path}`),
  });
  const cluster = new Cluster({ client, label: 'servers', namespace: 'default', clock });
  const states: string[] = [];
  cluster.onDidChangeState(({ kind }) => {
    if (kind === 'live' || states.length > 0) states.push(kind);
  });
  cluster.start();
  return { cluster, sent, states };
}

async function state(cluster: Cluster, kind: Cluster['state']['kind']): Promise<Cluster['state']> {
  if (cluster.state.kind === kind) return cluster.state;
  return once(cluster.onDidChangeState, AbortSignal.timeout(limitMs), (now) => now.kind === kind);
}

async function shown(cluster: Cluster, id: string): Promise<void> {
  const limit = AbortSignal.timeout(limitMs);
  while (!cluster.store.jobs.has(jobKey('default', id))) await once(cluster.onDidChange, limit);
}

/** Registers a job once there is a leader; while there is none, nothing is done. */
async function registered(c: Contract, id: string): Promise<void> {
  const refused = (error: unknown) => {
    if (!isNomadError(error, 'noLeader', 'server')) throw error;
    return undefined;
  };
  await c.poll(
    'a leader that registers a job',
    () => c.register(service(id)).catch(refused),
    (answer) => answer !== undefined,
  );
}

/** A server without a leader holds each question for some seconds. */
async function lost(c: Contract): Promise<void> {
  await c.poll(
    'the loss of the leader',
    () => raw(c, '/v1/status/leader?stale'),
    ({ body }) => body === '""',
  );
}

contractWithServers('a cluster of three servers', (c, servers) => {
  const views: View[] = [];

  /** Looks after its leader as often as the simulator's time goes faster. */
  const view = (clock = quickClock(c.speed)) => {
    const made = open(c, clock);
    views.push(made);
    return made;
  };

  afterEach(() => {
    for (const { cluster } of views.splice(0)) cluster.dispose();
    servers().regainLeader();
  });

  it('without a leader answers what it knows by itself, and for the rest says that it has none', async () => {
    await registered(c, c.id('known'));
    const index = (await raw(c, '/v1/jobs?stale')).headers['x-nomad-index'];
    servers().loseLeader();
    await lost(c);
    const job = `/v1/job/${c.id('known')}`;
    const body = JSON.stringify({ Job: service(c.id('known')), Diff: true });
    const refused = await Promise.all([
      ...['/v1/jobs', job, `/v1/jobs?index=${String(index)}&wait=60s`, '/v1/status/leader', '/v1/status/peers'].map(
        (path) => raw(c, path),
      ),
      ...['/v1/nodes', '/v1/deployments', '/v1/evaluations', '/v1/allocations', '/v1/namespaces', '/v1/vars'].map(
        (path) => raw(c, path),
      ),
      // Older agents refuse it before they ask a server, where ACL is off.
      ...['/v1/operator/raft/configuration', ...(c.atLeast(2) ? ['/v1/acl/token/self'] : [])].map((path) =>
        raw(c, path),
      ),
      ...['/v1/jobs', `${job}/plan`, '/v1/validate/job'].map((path) => raw(c, path, { method: 'POST', body })),
      raw(c, job, { method: 'DELETE' }),
    ]);
    for (const answer of refused) assert.deepEqual([answer.status, answer.body], [500, words]);
    const health = await raw(c, '/v1/agent/health');
    assert.equal(health.status, 500);
    assert.deepEqual(JSON.parse(health.body), { server: { ok: false, message: words } });
    for (const path of ['/v1/agent/self', '/v1/agent/members', '/v1/regions', '/v1/metrics', '/v1/status/peers?stale'])
      assert.equal((await raw(c, path)).status, 200, path);
    const stale = await raw(c, '/v1/jobs?stale');
    assert.deepEqual(
      [stale.status, stale.headers['x-nomad-index'], stale.headers['x-nomad-knownleader']],
      [200, index, 'false'],
    );
    assert.ok(Number(stale.headers['x-nomad-lastcontact']) > 0);
    const { meta } = await c.client.jobs.list({ stale: true });
    assert.deepEqual([meta.knownLeader, meta.index], [false, Number(index)]);
  });

  it('that has lost its leader is stale since then, though its stream goes on, and nothing is done or sent twice', async () => {
    const id = c.id('kept');
    await registered(c, id);
    const { cluster, sent, states } = view();
    await state(cluster, 'live');
    const { JobModifyIndex } = (await c.client.jobs.read(id)).value;
    const lostMs = Date.now();
    servers().loseLeader();
    const now = await state(cluster, 'stale');
    assert.ok(now.kind === 'stale');
    assert.equal(causeOf(now.error), words);
    assert.ok(now.sinceMs <= lostMs + 15_000, `since ${String(now.sinceMs - lostMs)} ms after the loss`);
    const place = { namespace: 'default', region: undefined };
    const { jobs } = cluster.client;
    const attempts = await Promise.allSettled([
      jobs.plan(service(id), place),
      jobs.register(service(c.id('refused')), place),
      jobs.stop(id, place),
    ]);
    for (const attempt of attempts) {
      assert.ok(attempt.status === 'rejected' && isNomadError(attempt.reason, 'noLeader'));
      assert.equal(causeOf(attempt.reason), words);
    }
    // Statuses of some jobs are read with a POST.
    const writes = sent.filter((line) => !/^GET |^POST \/v1\/jobs\/statuses$/.test(line)).sort();
    assert.deepEqual(writes, [`DELETE /v1/job/${id}`, 'POST /v1/jobs', `POST /v1/job/${id}/plan`].sort());
    assert.ok(cluster.store.jobs.has(jobKey('default', id)));
    servers().regainLeader();
    await state(cluster, 'live');
    assert.deepEqual(states, ['live', 'stale', 'live']);
    assert.equal((await c.client.jobs.read(id)).value.JobModifyIndex, JobModifyIndex);
    assert.equal(cluster.store.jobs.has(jobKey('default', c.id('refused'))), false);
    await registered(c, c.id('since'));
    await shown(cluster, c.id('since'));
  });

  it('without a leader from the start says so, and is live once it has one', async () => {
    const id = c.id('later');
    servers().loseLeader();
    await lost(c);
    const { cluster } = view();
    const failed = await state(cluster, 'failed');
    assert.equal(failed.kind === 'failed' && causeOf(failed.error), words);
    servers().regainLeader();
    await state(cluster, 'live');
    await registered(c, id);
    await shown(cluster, id);
  });

  it('that stands still is stale since it was last heard, and is live when it goes on', async function () {
    const { still } = servers();
    if (still === undefined)
      return c.skip(this, 'the simulator is in the process of the tests, which can not stand still');
    const { cluster } = view();
    await state(cluster, 'live');
    try {
      still.freeze();
      const frozenMs = Date.now();
      const now = await state(cluster, 'stale');
      assert.ok(now.kind === 'stale' && now.sinceMs <= frozenMs);
    } finally {
      still.thaw();
    }
    await state(cluster, 'live');
    const id = c.id('thawed');
    await registered(c, id);
    await shown(cluster, id);
  });

  // The last, for the one that was killed stays away.
  it('whose leader is killed is live all the time, and shows what is registered with the next one', async () => {
    const before = c.id('before');
    await registered(c, before);
    const { cluster, states } = view(systemClock);
    await state(cluster, 'live');
    await servers().killLeader();
    const id = c.id('next');
    await registered(c, id);
    await shown(cluster, id);
    assert.ok(cluster.store.jobs.has(jobKey('default', before)));
    assert.deepEqual(states, ['live']);
  });
});
