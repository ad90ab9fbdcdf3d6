import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract, contractAlone } from './support/contract.ts';
import { batch, service } from './support/jobs.ts';
import { refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('operators', (c) => {
  it('see how the scheduler is configured', async () => {
    const { value } = await c.client.operator.schedulerConfiguration();
    const configuration = value.SchedulerConfig;
    assert.deepEqual(
      [configuration?.SchedulerAlgorithm, configuration?.RejectJobRegistration, configuration?.PauseEvalBroker],
      ['binpack', false, false],
    );
    assert.equal(typeof configuration?.PreemptionConfig?.['SystemSchedulerEnabled'], 'boolean');
  });

  it('count the summaries anew', async () => {
    const id = c.id('sums');
    await c.register(service(id));
    await c.running(id);
    assert.equal((await c.client.operator.reconcileSummaries()).value, null);
    assert.equal((await c.client.jobs.summary(id)).value.Summary?.['app']?.Running, 1);
  });

  it('ask for nothing in a region that is not there', async () => {
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
