import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'mocha';
import { sampleFolder, startSampleCluster } from './support/stage.ts';
import { useWorkbench } from './support/suite.ts';
import type { TestCluster } from './support/testCluster.ts';

describe('workspace that is not trusted', () => {
  // A repository that would lead elsewhere, and hide what there is; nobody listens there.
  const folder = sampleFolder();
  const settings = { 'nomad.address': 'http://127.0.0.1:9', nomad: { region: 'elsewhere', namespace: 'elsewhere' } };
  mkdirSync(join(folder, '.vscode'));
  writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify(settings));
  let cluster: TestCluster | undefined;
  const workbench = useWorkbench(async () => {
    cluster = await startSampleCluster();
    return { folder, restricted: true, env: { NOMAD_ADDR: cluster.address } };
  });
  after('ends the cluster', async () => {
    await cluster?.close();
    rmSync(folder, { recursive: true });
  });

  it('can be browsed, with nothing to run or change', async () => {
    await workbench().showNomad();
    // The last that the rows learn at the start: a click on a row that is drawn anew at that moment opens no menu.
    await workbench().waitForRows('Deployments', (rows) => rows.some((row) => row.description.includes('promotion')));
    await workbench().waitForRows('Jobs', (rows) => rows.some((row) => row.description.includes('exit 137')));
    await workbench().openContextMenu('Jobs', 'web');
    const entries = await workbench().menuEntries();
    assert.equal(entries.includes('Open source'), true);
    assert.deepEqual(await workbench().enabledMenuEntries(), [
      'Show rollout',
      'Show logs',
      'Open source',
      'Search logs',
      'Open in the Web UI',
      'Copy id',
    ]);
    await workbench().screenshot('61-restricted');
    await workbench().page.keyboard.press('Escape');
  });

  it('can be planned but not run', async () => {
    await workbench().openFile('web.nomad.hcl');
    await workbench().clickLens('Plan');
    await workbench().waitForEditor('web — plan.nomad-plan', 'No changes');
    await workbench().clickLens('Run this plan');
    const told = await workbench().toast('Could not run the job');
    assert.match(told, /this workspace is not trusted/);
    await workbench().screenshot('62-restricted-run');
  });
});
