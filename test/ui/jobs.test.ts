import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { eventually } from './support/eventually.ts';
import { jobspec } from './support/jobspec.ts';
import { useStage } from './support/stage.ts';

describe('jobs', () => {
  const stage = useStage();

  beforeEach(() => stage().workbench.tidyUp());

  it('are reverted to a version that says how it differs, once what that changes could be read', async function () {
    const { workbench, cluster } = stage();
    const first = jobspec('history');
    await cluster.runToEnd(first, 'history', 1);
    await cluster.runToEnd(first.replace('VERSION = "1"', 'VERSION = "2"'), 'history', 1);
    await cluster.runToEnd(first.replace('count = 1', 'count = 2'), 'history', 2);
    await workbench.waitForRows('Jobs', (rows) => rows.some((row) => row.label === 'history'));
    const title = `Revert history on ${cluster.label}`;
    const versions = await workbench.quickPickFrom('Jobs', 'history', 'Revert job', title);
    assert.deepEqual(
      versions.map(({ label }) => label),
      ['v1', 'v0'],
    );
    assert.deepEqual(
      versions.map(({ detail }) => detail),
      ['count 2 → 1, env VERSION changed', 'count 2 → 1'],
    );
    await workbench.screenshot('31-revert-versions');
    await workbench.pickItem('v1');
    const tab = 'history — revert.nomad-plan';
    const text = await workbench.waitForEditor(tab, 'Env[VERSION]: "1" => "2"');
    assert.match(text, /^Revert job "history" to v1 · /);
    await workbench.screenshot('32-revert-preview');
    await workbench.clickLens('Revert to v1');
    const question = await workbench.modalText();
    assert.match(question, new RegExp(`^Revert history to v1 on ${cluster.label}\\?`));
    assert.match(question, /Checked against version 2\./);
    await workbench.screenshot('32-revert-question');
    await workbench.clickModalButton('Cancel');
    await workbench.clickLens('Revert to v1');
    await workbench.clickModalButton('Revert');
    await workbench.waitForEditor(tab, 'Reverted as v3 at');
    assert.match(await workbench.toast('is deployed'), /history v3 is deployed \(1\/1 healthy\)/);
    assert.equal((await cluster.job('history')).Version, 3);
  });

  it('are stopped after a question', async () => {
    const { workbench, cluster } = stage();
    await cluster.runToEnd(jobspec('ending', { count: 2 }), 'ending', 2);
    await workbench.waitForRows('Jobs', (rows) =>
      rows.some((row) => row.label === 'ending' && row.description.startsWith('2/2 running')),
    );
    await workbench.contextMenu('Jobs', 'ending', 'Stop job');
    const question = await workbench.modalText();
    assert.match(question, new RegExp(`^Stop ending on ${cluster.label}\\?`));
    assert.match(question, /2 running allocations will be stopped/);
    await workbench.screenshot('33-stop-question');
    await workbench.clickModalButton('Stop');
    await workbench.waitForRows('Jobs', (rows) =>
      rows.some((row) => row.label === 'ending' && row.description.startsWith('stopped')),
    );
    assert.equal(await workbench.rowIcon('Jobs', 'ending'), 'debug-stop');
    assert.equal((await cluster.job('ending')).Stop, true);
  });

  it('open in the Web UI', async () => {
    const { workbench, cluster } = stage();
    // The workbench stands between a browser on another machine and the loopback address.
    const path = `/proxy/${new URL(cluster.address).port}/ui/jobs/api@default`;
    const asked = workbench.page.context().waitForEvent('request', (request) => request.url().includes('/ui/'));
    const opened = workbench.page.waitForEvent('popup');
    await workbench.contextMenu('Jobs', 'api', 'Open in the Web UI');
    assert.equal(decodeURIComponent(new URL((await asked).url()).pathname), path);
    await (await opened).close();
  });

  it('and allocations give their ids to the clipboard', async () => {
    const { workbench, cluster } = stage();
    await workbench.contextMenu('Jobs', 'api', 'Copy id');
    const copied = () => workbench.page.evaluate(() => navigator.clipboard.readText());
    await eventually('clipboard', copied, (text) => text === 'api');
    await workbench.expandRow('Jobs', 'api');
    await workbench.waitForRows('Jobs', (rows) => rows.some((row) => row.label === 'api[0]'));
    await workbench.contextMenu('Jobs', 'api[0]', 'Copy id');
    const ids = (await cluster.allocations('api')).map(({ ID }) => ID);
    await eventually('clipboard', copied, (text) => ids.includes(text));
  });

  it('show what they were made from', async () => {
    const { workbench } = stage();
    await workbench.contextMenu('Jobs', 'api', 'Open source');
    await workbench.waitForEditor('api v1.nomad.hcl', 'team = "platform"');
    await workbench.screenshot('35-source');
  });

  it('may be gone while their menu is open', async () => {
    const { workbench, cluster } = stage();
    await cluster.runToEnd(jobspec('fleeting'), 'fleeting', 1);
    await cluster.runToEnd(jobspec('fleeting', { version: '2' }), 'fleeting', 1);
    await workbench.waitForRows('Jobs', (rows) => rows.some((row) => row.label === 'fleeting'));
    await workbench.openContextMenu('Jobs', 'fleeting');
    await cluster.purge('fleeting');
    await workbench.waitForRows('Jobs', (rows) => !rows.some((row) => row.label === 'fleeting'));
    await workbench.chooseFromMenu('Revert job');
    assert.match(
      await workbench.toast('Could not revert the job'),
      // The extension host may know a row for a moment longer than the window shows it.
      new RegExp(`Could not revert the job on ${cluster.label}: (?:its row|the job) is no longer there`),
    );
    await workbench.screenshot('36-gone');
  });
});
