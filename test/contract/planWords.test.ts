import assert from 'node:assert/strict';
import { it } from 'mocha';
import { renderPlan } from '../../src/wording/plan/planText.ts';
import { takingWork } from '../../src/wording/plan/planSurroundings.ts';
import type { Job } from '../../src/nomad/types/job.ts';
import { contract } from './support/contract.ts';
import { batch, system } from './support/jobs.ts';

contract('what is said of plans', (c) => {
  /** The plan as it would be shown, with all that can be known around it. */
  const shown = async (job: Job) => {
    const { client } = c;
    const [plan, allocations, nodes, self] = await Promise.all([
      client.jobs.plan(job, { diff: true }),
      client.jobs.allocations(job.ID).then(({ value }) => value),
      client.nodes.list(),
      client.agent.self(),
    ]);
    const around = {
      version: self.value.config.Version?.Version ?? '',
      nodes: takingWork(nodes.value, job),
      allocations: allocations.map((one) => ({
        ...{ group: one.TaskGroup, nodeId: one.NodeID, clientStatus: one.ClientStatus },
        desiredStatus: one.DesiredStatus,
      })),
    };
    const view = { jobId: job.ID, namespace: 'default', cluster: 'here', plan: plan.value, job, atMs: 0, around };
    return renderPlan(view);
  };
  const facts = ({ summary, changes, destructive, placeable }: ReturnType<typeof renderPlan>) => ({
    ...{ summary, changes, destructive, placeable },
  });

  it('is true of a system job', async () => {
    const id = c.id('everywhere');
    const job = system(id);
    const fresh = { summary: '1 started.', changes: true, destructive: false, placeable: true };
    assert.deepEqual(facts(await shown(job)), fresh);
    await c.register(job);
    await c.running(id, 1);
    const same = await shown(job);
    const nothing = { summary: 'Nothing changes.', changes: false, destructive: false, placeable: true };
    assert.deepEqual(facts(same), nothing);
    assert.match(same.text, /No changes: the job is the same as on the cluster\.\n/);

    const changed = facts(await shown(system(id, { env: { HUE: 'teal' } })));
    assert.deepEqual(changed, { summary: '1 replaced.', changes: true, destructive: true, placeable: true });

    const Constraints = [{ LTarget: '${node.class}', RTarget: 'nowhere', Operand: '=' }];
    const nowhere = facts(await shown(system(id, { env: { HUE: 'teal' }, job: { Constraints } })));
    assert.deepEqual(nowhere, {
      summary: '1 stopped. None of app can be placed now: it waits until a node can take it.',
      ...{ changes: true, destructive: true, placeable: false },
    });
  });

  it('is true of a periodic job whose schedule is disabled', async () => {
    const Periodic = { Enabled: false, Spec: '0 3 * * *', SpecType: 'cron', TimeZone: 'UTC' };
    const job = batch(c.id('disabled'), { job: { Periodic } });
    assert.match((await shown(job)).text, /Nothing is started, now or later: the schedule is disabled/);
    await c.register(job);
    const again = await shown(job);
    assert.deepEqual([again.changes, again.summary], [false, 'Nothing changes.']);
    const { value: evaluations } = await c.client.jobs.evaluations(job.ID);
    assert.deepEqual(evaluations, [], 'nothing looks at it');
  });
});
