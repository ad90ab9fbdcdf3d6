import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { useStage } from './support/stage.ts';

describe('workspace that is not trusted', () => {
  const stage = useStage({}, { restricted: true });

  beforeEach(() => stage().workbench.tidyUp());

  it('can be browsed, with nothing to run or change', async () => {
    const { workbench } = stage();
    // The last that the rows learn at the start: a click on a row that is drawn anew at that moment opens no menu.
    await workbench.waitForRows('Deployments', (rows) => rows.some((row) => row.description.includes('promotion')));
    await workbench.waitForRows('Jobs', (rows) => rows.some((row) => row.description.includes('exit 137')));
    await workbench.openContextMenu('Jobs', 'web');
    const entries = await workbench.menuEntries();
    assert.equal(entries.includes('Open source'), true);
    assert.deepEqual(await workbench.enabledMenuEntries(), [
      'Show rollout',
      'Show logs',
      'Open source',
      'Search logs',
      'Open in the Web UI',
      'Copy id',
    ]);
    await workbench.screenshot('61-restricted');
    await workbench.page.keyboard.press('Escape');
  });

  it('can be planned but not run', async () => {
    const { workbench } = stage();
    await workbench.openFile('web.nomad.hcl');
    await workbench.clickLens('Plan');
    await workbench.waitForEditor('web — plan.nomad-plan', 'No changes');
    await workbench.clickLens('Run this plan');
    const told = await workbench.toast('Could not run the job');
    assert.match(told, /this workspace is not trusted/);
    await workbench.screenshot('62-restricted-run');
  });
});
