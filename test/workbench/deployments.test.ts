import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { jobKey } from '../../src/state/tables/keys.ts';
import type { DeploymentRecord } from '../../src/state/tables/records.ts';
import { views } from '../../src/platform/contributions.ts';
import { jobspec, type JobspecParts } from './support/jobspec.ts';
import { rowsOf } from './support/rows.ts';
import type { Session, TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';

describe('deployments', () => {
  let session: Session;
  let cluster: TestCluster;

  useCluster((opened, started) => {
    [session, cluster] = [opened, started];
    return session.connect(cluster.address);
  });

  /** A job whose second version waits for its promotion. */
  async function waiting(id: string, parts: JobspecParts = {}): Promise<DeploymentRecord> {
    const groups = parts.groups?.length ?? 1;
    await cluster.register(jobspec(id, { ...parts, version: '1', canary: 1 }));
    await session.until(`${id} v0 is deployed`, (store) => {
      const [first] = store.deploymentsOf(jobKey('default', id));
      return first?.status === 'successful';
    });
    await cluster.register(jobspec(id, { ...parts, version: '2', canary: 1 }));
    return session.until(`${id} v1 has healthy canaries`, (store) => {
      const active = store.activeDeploymentOf(jobKey('default', id));
      const healthy = active?.groups.filter((group) => group.healthy >= 1).length ?? 0;
      return active?.jobVersion === 1 && active.needsPromotion && healthy === groups && active;
    });
  }

  const serverSide = (id: string) => cluster.cluster.store.latestDeployment(`default\0${id}`);
  const finished = (id: string) =>
    session.until(`the deployment of ${id} is over`, (store) => {
      const latest = store.deploymentsOf(jobKey('default', id)).find((one) => one.jobVersion === 1);
      return latest?.active === false && latest;
    });

  it('offers promote and fail on the row of a deployment that waits', async () => {
    const { id } = await waiting('row');
    const drawn = (await rowsOf(session.workbench, undefined, views.deployments)).find(
      ({ row }) => row.kind === 'deployment' && row.deployment === id,
    );
    assert.ok(drawn);
    assert.match(drawn.contextValue, /\bpromotable\b.*\bfailable\b/);
    assert.match(drawn.description, /canary 1\/1 healthy/);
  });

  it('promotes all groups after a question with numbers', async () => {
    const { id } = await waiting('all', { groups: ['api', 'front'], count: 2 });
    session.ask.will({ confirm: 'button' });
    await session.run('promoteDeployment', { deployment: id });
    assert.equal(session.ask.last.title, `Promote all v1 on ${session.cluster.label}?`);
    assert.match(session.ask.last.detail, /api: 1 of 1 canary healthy; then 1 more allocation/);
    assert.match(session.ask.last.detail, /front: 1 of 1 canary healthy/);
    await session.messages.next(/^all v1 is deployed \(4\/4 healthy\)/);
    assert.equal((await finished('all')).status, 'successful');
  });

  it('promotes some groups, and leaves the others waiting', async () => {
    const { id } = await waiting('some', { groups: ['api', 'front'] });
    session.ask.will({ pickMany: ['api'] }, { confirm: 'button' });
    await session.run('promoteGroups', { deployment: id });
    assert.deepEqual(session.ask.asked[0]?.choices, ['api · canary 1 healthy of 1', 'front · canary 1 healthy of 1']);
    const groups = serverSide('some')?.TaskGroups;
    assert.equal(groups?.['api']?.Promoted, true);
    assert.equal(groups['front']?.Promoted, false);
    assert.equal(serverSide('some')?.Status, 'running');
    const { buttons } = await session.messages.next(/^some v1: canary healthy 1\/1, needs promotion/);
    assert.deepEqual(buttons, ['Promote', 'Fail']);
  });

  it('promotes nothing when the question is left', async () => {
    const { id } = await waiting('esc');
    session.ask.will({ leave: true });
    await session.run('promoteDeployment', { deployment: id });
    assert.equal(serverSide('esc')?.TaskGroups?.['app']?.Promoted, false);
    assert.deepEqual(session.messages.all, []);
  });

  it('works on the row of the job, too', async () => {
    await waiting('byjob');
    session.ask.will({ confirm: 'button' });
    await session.run('promoteDeployment', { job: jobKey('default', 'byjob') });
    assert.equal((await finished('byjob')).status, 'successful');
  });

  it('says that a deployment is over when it ended before the click', async () => {
    const { id } = await waiting('over');
    cluster.cluster.deployments.fail(id);
    for (const command of ['promoteDeployment', 'promoteGroups', 'failDeployment'] as const) {
      await session.run(command, { deployment: id });
      const { sentence, level } = await session.messages.next(/is over/);
      assert.equal(level, 'info');
      assert.match(sentence, /^The deployment of over v1 on .* is over: Deployment marked as failed/);
    }
    assert.deepEqual(session.ask.asked, []);
  });

  it('tells in Nomad’s words why it ended while the question stood', async () => {
    const { id } = await waiting('meanwhile');
    session.ask.will({ confirm: 'button', meanwhile: () => cluster.cluster.deployments.fail(id) });
    await session.run('promoteDeployment', { deployment: id });
    const { sentence } = await session.messages.next(/^Could not promote/);
    assert.equal(
      sentence,
      `Could not promote meanwhile v1 on ${session.cluster.label}: can't promote terminal deployment`,
    );
  });

  it('tells which group is not healthy yet', async () => {
    const id = 'unhealthy';
    await cluster.register(jobspec(id, { canary: 1 }));
    await session.running(id);
    await session.until(
      `${id} v0 is deployed`,
      (store) => store.activeDeploymentOf(jobKey('default', id)) === undefined,
    );
    const slow = jobspec(id, { canary: 1, version: '2' }).replace('"1s"', '"4m"');
    await cluster.register(slow);
    const deployment = await session.until('the canary is placed', (store) => {
      const active = store.activeDeploymentOf(jobKey('default', id));
      return active?.jobVersion === 1 && active.needsPromotion && active;
    });
    session.ask.will({ confirm: 'button' });
    await session.run('promoteDeployment', { deployment: deployment.id });
    const { sentence } = await session.messages.next(/^Could not promote/);
    assert.match(sentence, /Task group "app" has 0\/1 healthy allocations/);
  });

  it('fails a deployment, and says what becomes of the canaries and of the job', async () => {
    const { id } = await waiting('failing', { autoRevert: true });
    session.ask.will({ confirm: 'button' });
    await session.run('failDeployment', { deployment: id });
    assert.match(session.ask.last.detail, /^Namespace default\.\n1 canary will be stopped\.\nNomad reverts the job/);
    await session.messages.next(/^The deployment of failing v1 is failed on .*\. Nomad goes back to what v0 was$/);
    const over = await finished('failing');
    assert.equal(over.status, 'failed');
    await session.until('the job is reverted', (store) => store.jobs.get(jobKey('default', 'failing'))?.version === 2);
  });

  it('shows a rollout up to where it needs a decision, with the buttons for it', async () => {
    await waiting('decide');
    session.messages.press('Promote');
    session.ask.will({ confirm: 'button' });
    await session.run('showRollout', { job: jobKey('default', 'decide') });
    const { buttons } = await session.messages.next(/^decide v1: canary healthy 1\/1, needs promotion/);
    assert.deepEqual(buttons, ['Promote', 'Fail']);
    await session.messages.next(/^decide v1 is deployed/);
    assert.equal((await finished('decide')).status, 'successful');
  });

  it('asks which deployment when it is called from the palette', async () => {
    const { id } = await waiting('palette');
    await waiting('palette-two');
    session.ask.will({ pick: 'palette' }, { confirm: 'button' });
    await session.run('promoteDeployment');
    assert.equal((await finished('palette')).id, id);
    assert.equal(serverSide('palette-two')?.Status, 'running');
  });

  it('says so when the deployment is not known to the cluster at all', async () => {
    await session.run('promoteDeployment', { deployment: '11111111-2222-3333-4444-555555555555' });
    await session.messages.next(/^Could not read the deployment .* on .*: deployment not found$/i);
  });
});
