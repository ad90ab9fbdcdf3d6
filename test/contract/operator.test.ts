import assert from 'node:assert/strict';
import { it } from 'mocha';
import { NomadClient } from '../../src/nomad/client.ts';
import { contract, contractAlone, contractWithAcl } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch, service, task, waiting } from './support/jobs.ts';
import { makeToken, post, raw, refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('operators', (c) => {
  it('see how the scheduler is configured', async () => {
    holds('operator.schedulerConfiguration');
    const { value } = await c.client.operator.schedulerConfiguration();
    const configuration = value.SchedulerConfig;
    assert.deepEqual(
      [configuration?.SchedulerAlgorithm, configuration?.RejectJobRegistration, configuration?.PauseEvalBroker],
      ['binpack', false, false],
    );
    assert.equal(typeof configuration?.PreemptionConfig?.['SystemSchedulerEnabled'], 'boolean');
  });

  it('count the summaries anew', async () => {
    holds('operator.reconcileSummaries');
    const id = c.id('sums');
    await c.register(service(id));
    await c.running(id);
    assert.equal((await c.client.operator.reconcileSummaries()).value, null);
    assert.equal((await c.client.jobs.summary(id)).value.Summary?.['app']?.Running, 1);
  });

  it('keep how the servers look after themselves', async () => {
    const path = '/v1/operator/autopilot/configuration';
    const read = async () => JSON.parse((await raw(c, path)).body) as Record<string, unknown>;
    const before = await read();
    assert.deepEqual([before['CleanupDeadServers'], before['LastContactThreshold']], [true, '200ms']);
    const changed = { ...before, CleanupDeadServers: false };
    const body = JSON.stringify(changed);
    assert.deepEqual(await refusal(c, path, { method: 'PUT', body }), [200, 'true']);
    assert.equal((await read())['CleanupDeadServers'], false);
    assert.deepEqual(await refusal(c, `${path}?cas=1`, { method: 'PUT', body }), [200, 'false']);
    assert.deepEqual(await refusal(c, path, { method: 'PUT', body: JSON.stringify(before) }), [200, 'true']);
    assert.deepEqual(await refusal(c, path, { method: 'POST', body }), [404, 'Invalid method']);
  });

  it('find one key, which is active', async () => {
    const { status, body } = await raw(c, '/v1/operator/keyring/keys');
    assert.equal(status, 200, body);
    const [key, ...others] = JSON.parse(body) as Record<string, unknown>[];
    assert.deepEqual([key?.['State'], key?.['Algorithm'], others], ['active', 'aes256-gcm', []]);
    assert.match(String(key?.['KeyID']), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.ok(Number(key?.['CreateTime']) / 1e6 <= Date.now());
  });

  it('ask for nothing in a region that is not there', async () => {
    holds(
      'operator.schedulerConfiguration fails',
      'operator.collectGarbage fails',
      'operator.reconcileSummaries fails',
    );
    const mars = { region: 'mars' };
    const words = 'No path to region';
    await assertRefused(c.client.operator.schedulerConfiguration(mars), 500, words, 'rejected');
    await assertRefused(c.client.operator.collectGarbage(mars), 500, words, 'rejected');
    await assertRefused(c.client.operator.reconcileSummaries(mars), 500, words, 'rejected');
    for (const path of ['/v1/system/gc', '/v1/system/reconcile/summaries']) {
      assert.deepEqual(await refusal(c, path, { method: 'POST' }), [405, 'Invalid method'], path);
    }
  });
});

contractAlone('garbage collection', (c) => {
  it('forgets what is over, and keeps what runs', async () => {
    holds('operator.collectGarbage');
    const runs = c.id('runs');
    const over = c.id('over');
    await c.register(service(runs));
    await c.running(runs);
    await c.register(batch(over, { script: 'true' }));
    await c.allocations(over, 'complete', (list) => list[0]?.ClientStatus === 'complete');
    await c.until(
      'a dead job',
      (options) => c.client.jobs.read(over, options),
      ({ Status }) => Status === 'dead',
    );
    assert.equal((await c.client.operator.collectGarbage()).value, null);
    await c.until(
      'the removal of the job',
      (options) => c.client.jobs.list({ ...options, prefix: over }),
      (list) => list.length === 0,
    );
    assert.equal((await c.client.jobs.read(runs)).value.Status, 'running');
  });
});

const configurationPath = '/v1/operator/scheduler/configuration';

contractAlone('the configuration of the scheduler', (c) => {
  const configure = async (more: object) => {
    const known = (await c.client.operator.schedulerConfiguration()).value.SchedulerConfig;
    const body = JSON.stringify({ ...known, ...more });
    assert.equal((await raw(c, configurationPath, { method: 'POST', body })).status, 200);
  };

  it('lets evaluations wait while the broker is paused', async () => {
    const id = c.id('paused');
    await configure({ PauseEvalBroker: true });
    try {
      await c.register(service(id));
      await c.quiet(1000);
      assert.equal((await c.client.jobs.read(id)).value.Status, 'pending');
      const { value: evaluations } = await c.client.jobs.evaluations(id);
      assert.deepEqual(
        evaluations.map(({ Status }) => Status),
        ['pending'],
      );
      assert.deepEqual((await c.client.jobs.allocations(id)).value, []);
    } finally {
      await configure({ PauseEvalBroker: false });
    }
    await c.running(id);
  });

  it('decides whether more memory may be used than is asked for', async () => {
    const limited = (id: string) =>
      service(id, { tasks: [task('server', waiting, { Resources: { CPU: 10, MemoryMB: 10, MemoryMaxMB: 50 } })] });
    const warned = await c.register(limited(c.id('held')));
    assert.match(warned.Warnings ?? '', /Memory oversubscription is not enabled; Task "app\.server" memory_max/);
    await configure({ MemoryOversubscriptionEnabled: true });
    try {
      const id = c.id('loose');
      assert.equal((await c.register(limited(id))).Warnings, '');
      const { value } = await c.client.allocations.read(await c.runningId(id));
      assert.match(JSON.stringify(value), /"MemoryMaxMB":50\b/);
    } finally {
      await configure({ MemoryOversubscriptionEnabled: false });
    }
  });
});

contractWithAcl('jobs that are not taken', (c) => {
  it('are those of everybody but managers', async () => {
    const name = c.id('writer');
    await post(c, `/v1/acl/policy/${name}`, { Name: name, Rules: 'namespace "default" { policy = "write" }' });
    const { SecretID: token } = await makeToken(c, name);
    const client = new NomadClient({ ...c.target.connection, token });
    const known = (await c.client.operator.schedulerConfiguration()).value.SchedulerConfig;
    const id = c.id('web');
    await c.register(service(id));
    await post(c, configurationPath, { ...known, RejectJobRegistration: true });
    try {
      const words = 'Job registration, dispatch, and scale are disabled by the scheduler configuration';
      await assertRefused(client.jobs.register(service(c.id('other'))), 403, words);
      await assertRefused(client.jobs.scale(id, 'app', 2), 403, words);
      await assertRefused(client.jobs.dispatch(c.id('none'), {}), 403, words);
      assert.equal((await client.jobs.read(id)).value.ID, id);
      await c.register(service(c.id('mine')));
    } finally {
      await post(c, configurationPath, { ...known, RejectJobRegistration: false });
      client.dispose();
    }
    const { value } = await c.client.jobs.register(service(c.id('again')));
    assert.notEqual(value.EvalID, '');
  });
});
