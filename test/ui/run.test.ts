import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { jobspec } from './support/jobspec.ts';
import { useStage } from './support/stage.ts';

describe('run and promote', () => {
  const sources = Object.fromEntries(
    ['fresh', 'conflict', 'left', 'rowed', 'listed', 'over'].map((id) => [id, jobspec(id, { count: 2, canary: 1 })]),
  );
  const files = Object.fromEntries(Object.entries(sources).map(([id, text]) => [`${id}.nomad.hcl`, text]));
  const stage = useStage(files);

  /** A job of which a canary is healthy and waits. */
  async function withCanary(id: string, first: string, second: string, count = 2): Promise<void> {
    const { cluster } = stage();
    await cluster.runToEnd(first, id, count);
    await cluster.run(second);
    await cluster.waitForDeployment(
      id,
      ({ JobVersion, TaskGroups }) =>
        JobVersion === 1 && Object.values(TaskGroups).every((group) => group.HealthyAllocs > 0),
    );
  }

  const source = (id: string) => sources[id] ?? '';

  beforeEach(() => stage().workbench.tidyUp());

  it('asks with the name of the cluster, tells the rollout, and promotes from the message', async function () {
    const { workbench, cluster } = stage();
    await cluster.runToEnd(source('fresh'), 'fresh', 2);
    await workbench.openFile('fresh.nomad.hcl');
    await workbench.replaceText('VERSION = "1"', 'VERSION = "2"');
    await workbench.clickLens('Plan');
    await workbench.clickLens('Run the plan');
    const question = await workbench.modalText();
    assert.match(question, new RegExp(`^Run fresh on ${cluster.label}\\?`));
    assert.match(question, /Namespace default\. 1 canary beside 2 running, .*Checked against job index \d+\./);
    await workbench.screenshot('21-run-question');
    await workbench.clickModalButton('Run');
    const due = await workbench.toast('needs promotion');
    assert.match(due, /fresh v1: canary healthy 1\/1, needs promotion/);
    await workbench.screenshot('22-promotion-due');
    await workbench.answerToast('needs promotion', 'Promote');
    assert.match(await workbench.modalText(), new RegExp(`^Promote fresh v1 on ${cluster.label}\\?`));
    await workbench.screenshot('23-promote-question');
    await workbench.clickModalButton('Promote');
    assert.match(await workbench.toast('is deployed'), /fresh v1 is deployed \(2\/2 healthy\)/);
    await workbench.screenshot('24-deployed');
    assert.equal((await cluster.deployment('fresh')).Status, 'successful');
  });

  it('does nothing when the question is left', async () => {
    const { workbench, cluster } = stage();
    await workbench.openFile('over.nomad.hcl');
    await workbench.runCommand('Nomad: Run job');
    assert.match(await workbench.modalText(), /The job is new, and is registered only if there is still none\./);
    await workbench.clickModalButton('Cancel');
    await assert.rejects(cluster.job('over'), /404/);
  });

  it('overwrites nothing that somebody else changed in between', async () => {
    const { workbench, cluster } = stage();
    await cluster.runToEnd(source('conflict'), 'conflict', 2);
    await workbench.openFile('conflict.nomad.hcl');
    await workbench.replaceText('VERSION = "1"', 'VERSION = "mine"');
    await workbench.runCommand('Nomad: Run job');
    await workbench.modalText();
    await cluster.run(source('conflict').replace('VERSION = "1"', 'VERSION = "theirs"'));
    await workbench.clickModalButton('Run');
    const told = await workbench.toast('was changed on');
    assert.match(told, new RegExp(`conflict was changed on ${cluster.label} after it was planned, so it was not run`));
    await workbench.waitForEditor('conflict — plan.nomad-plan', 'Env[VERSION]: "theirs" => "mine"');
    await workbench.screenshot('25-conflict');
    assert.equal((await cluster.job('conflict')).Version, 1);
  });

  it('can be left while the rollout goes on', async () => {
    const { workbench, cluster } = stage();
    await cluster.runToEnd(source('left'), 'left', 2);
    await workbench.openFile('left.nomad.hcl');
    // Longer than anybody takes to leave it; that it goes on is said to the cluster then.
    await workbench.replaceText('min_healthy_time = "2s"', 'min_healthy_time = "4m"');
    await workbench.replaceText('VERSION = "1"', 'VERSION = "2"');
    await workbench.runCommand('Nomad: Run job');
    await workbench.clickModalButton('Run');
    const progress = await workbench.toast(`Rollout on ${cluster.label}`);
    assert.match(progress, /left v1: /);
    await workbench.screenshot('26-rollout');
    await workbench.answerToast(`Rollout on ${cluster.label}`, 'Stop watching');
    await workbench.page.locator('.notification-list-item').waitFor({ state: 'detached' });
    await cluster.setHealthy('left', 1);
    const { Status } = await cluster.waitForDeployment(
      'left',
      ({ TaskGroups }) => TaskGroups['app']?.HealthyAllocs === 1,
    );
    assert.equal(Status, 'running');
  });

  it('promotes from the row of the deployment', async () => {
    const { workbench, cluster } = stage();
    await withCanary('rowed', source('rowed'), source('rowed').replace('"1"', '"2"'));
    await workbench.waitForRows('Deployments', (rows) =>
      rows.some((row) => row.label === 'rowed' && row.description === 'needs promotion · v1 · canary 1/1 healthy'),
    );
    await workbench.inlineAction('Deployments', 'rowed', 'Promote');
    await workbench.clickModalButton('Promote');
    await cluster.waitForDeployment('rowed', ({ Status }) => Status === 'successful');
    await workbench.waitForRows('Deployments', (rows) =>
      rows.some((row) => row.label === 'rowed' && row.description.startsWith('successful · v1')),
    );
  });

  it('promotes from the palette, and only some groups if told so', async () => {
    const { workbench, cluster } = stage();
    const two = (version: string) => jobspec('listed', { groups: ['back', 'front'], canary: 1, version });
    await withCanary('listed', two('1'), two('2'));
    await workbench.runCommand('Nomad: Promote some groups');
    await workbench.quickPick('Promote a deployment');
    await workbench.pickItem('listed');
    await workbench.quickPick('Promote groups of listed v1');
    // Both are ready, and so ticked from the start.
    await workbench.checkItem('back');
    await workbench.screenshot('27-promote-groups');
    await workbench.acceptPick();
    assert.match(await workbench.modalText(), /front: 1 of 1 canary healthy/);
    await workbench.clickModalButton('Promote');
    const { TaskGroups } = await cluster.waitForDeployment(
      'listed',
      (one) => one.TaskGroups['front']?.Promoted === true,
    );
    assert.equal(TaskGroups['back']?.Promoted, false);

    await workbench.tidyUp();
    await workbench.runCommand('Nomad: Promote');
    await workbench.quickPick('Promote');
    await workbench.pickItem('listed');
    await workbench.clickModalButton('Promote');
    await cluster.waitForDeployment('listed', ({ Status }) => Status === 'successful');
  });

  it('says so when the deployment was over already', async () => {
    const { workbench, cluster } = stage();
    await withCanary('over', source('over'), source('over').replace('"1"', '"2"'));
    await workbench.waitForRows('Deployments', (rows) =>
      rows.some((row) => row.label === 'over' && row.description.includes('needs promotion')),
    );
    await workbench.openContextMenu('Deployments', 'over');
    await cluster.failDeployment('over');
    await workbench.waitForRows('Deployments', (rows) =>
      rows.some((row) => row.label === 'over' && /^failed: .* · v1/.test(row.description)),
    );
    await workbench.chooseFromMenu('Promote');
    const told = await workbench.toast('is over');
    assert.match(
      told,
      new RegExp(`^The deployment of over v1 on ${cluster.label} is over: Deployment marked as failed`),
    );
    await workbench.screenshot('28-promote-too-late');
  });
});
