import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, beforeEach, describe, it } from 'mocha';
import { eventually } from './support/eventually.ts';
import { jobspec } from './support/jobspec.ts';
import { useStage } from './support/stage.ts';

describe('plan', () => {
  const source = jobspec('shop', { count: 2, canary: 1 });
  const stage = useStage({
    'shop.nomad.hcl': source,
    'passed.nomad.hcl': jobspec('passed', { count: 2 }),
    'warned.nomad.hcl': jobspec('warned', { count: 2 }).replace('max_parallel     = 1', 'max_parallel     = 5'),
  });
  const planTab = 'shop — plan.nomad-plan';

  before(async function () {
    await stage().cluster.runToEnd(source, 'shop', 2);
  });
  beforeEach(() => stage().workbench.tidyUp());

  it('tells what unsaved text would change, from the CodeLens', async () => {
    const { workbench, cluster, folder } = stage();
    await workbench.openFile('shop.nomad.hcl');
    await workbench.replaceText('VERSION = "1"', 'VERSION = "2"');
    await workbench.clickLens('Plan');
    const text = await workbench.waitForEditor(planTab, 'Warnings');
    assert.match(text, new RegExp(`Plan for job "shop" · ${cluster.label} / default · unsaved text · \\d\\d:\\d\\d`));
    assert.match(text, /\+\/- Task Group: "app" \(1 canary, 2 ignore\)/);
    assert.match(text, /\+\/- Env\[VERSION\]: "1" => "2"/);
    assert.match(text, /What will happen app 1 canary beside 2 running/);
    assert.match(text, /All tasks can be placed/);
    assert.equal(await workbench.activeTab(), 'shop.nomad.hcl');
    assert.match(readFileSync(join(folder, 'shop.nomad.hcl'), 'utf8'), /VERSION = "1"/);
    await workbench.screenshot('11-plan');
  });

  it('is outdated as soon as the text changes', async () => {
    const { workbench } = stage();
    await workbench.openFile('shop.nomad.hcl');
    await workbench.clickLens('Plan');
    await workbench.waitForEditor(planTab, 'No changes: the job is the same as on the cluster.');
    await workbench.replaceText('count = 2', 'count = 3');
    await workbench.waitForEditor(planTab, 'Outdated: the jobspec was changed after this plan');
    await workbench.screenshot('12-plan-outdated');
    await workbench.clickLens('Plan again');
    await workbench.waitForEditor(planTab, '+/- Count: "2" => "3"');
  });

  it('compares the source that runs with the editor', async () => {
    const { workbench, cluster } = stage();
    await workbench.openFile('shop.nomad.hcl');
    await workbench.replaceText('VERSION = "1"', 'VERSION = "3"');
    await workbench.clickLens('Plan');
    await workbench.waitForEditor(planTab, '"1" => "3"');
    await workbench.clickLens('Compare sources');
    const lines = workbench.page.locator('.monaco-diff-editor .view-lines');
    await eventually(
      'both sources',
      async () => (await lines.allInnerTexts()).join('\n').replaceAll('\u00a0', ' '),
      (text) => text.includes('VERSION = "1"') && text.includes('VERSION = "3"'),
    );
    await workbench.page.locator('.tab.active', { hasText: `default/shop: v0 on ${cluster.label} ↔ editor` }).waitFor();
    await workbench.screenshot('13-compare-sources');
  });

  it('is made from the palette, the editor title and the explorer too', async () => {
    const { workbench } = stage();
    await workbench.openFile('shop.nomad.hcl');
    await workbench.runCommand('Nomad: Plan job');
    await workbench.waitForEditor(planTab, 'No changes');

    await workbench.tidyUp();
    await workbench.openFile('shop.nomad.hcl');
    await workbench.page.locator('.editor-actions .action-label[aria-label^="Plan job"]').click();
    await workbench.waitForEditor(planTab, 'No changes');

    await workbench.tidyUp();
    await workbench.runCommand('View: Show Explorer');
    const file = workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'shop.nomad.hcl' });
    await workbench.openMenu(file);
    await workbench.chooseFromMenu('Plan job');
    await workbench.waitForEditor(planTab, 'No changes');
    await workbench.screenshot('14-plan-from-explorer');
    await workbench.showNomad();
  });

  it('explains what can not be placed', async () => {
    const { workbench } = stage();
    await workbench.openFile('ml-train.nomad.hcl');
    await workbench.runCommand('Nomad: Plan job');
    const text = await workbench.waitForEditor('ml-train — plan.nomad-plan', 'Warnings');
    assert.match(text, /train: 2 allocations can't be placed .* Memory exhausted on 3 nodes/);
    await workbench.screenshot('15-plan-placement');
  });

  it('repeats the warnings of Nomad', async () => {
    const { workbench } = stage();
    await workbench.openFile('warned.nomad.hcl');
    await workbench.runCommand('Nomad: Plan job');
    const text = await workbench.waitForEditor('warned — plan.nomad-plan', 'simultaneous replacement');
    assert.match(text, /Update max parallel count is greater than task group count \(5 > 2\)/);
    assert.match(text, /new job/);
    await workbench.screenshot('16-plan-warnings');
  });

  it('asks for variables once and remembers them', async () => {
    const { workbench } = stage();
    const tab = 'checkout — plan.nomad-plan';
    await workbench.openFile('checkout.nomad.hcl');
    await workbench.runCommand('Nomad: Plan job');
    // Without the file beside the jobspec, which is ticked for its name.
    const files = await workbench.quickPick('Variable files of checkout.nomad.hcl');
    assert.deepEqual(
      files.map(({ label }) => label),
      ['checkout.vars.hcl'],
    );
    await workbench.screenshot('17-variable-files');
    await workbench.checkItem('checkout.vars.hcl');
    await workbench.acceptPick();
    assert.match(await workbench.inputBox('Variables of checkout (1 of 2)'), /image_tag: Tag of the checkout image/);
    await workbench.screenshot('17-variable');
    await workbench.enterText('5.3.0');
    await workbench.inputBox('Variables of checkout (2 of 2)');
    await workbench.enterText('https://payments.example/v1');
    const text = await workbench.waitForEditor(tab, 'Warnings');
    assert.match(text, /variables: image_tag="5\.3\.0", payment_url=/);
    assert.match(text, /checkout:5\.2\. ?0" => "registry.example\/shop\/checkout:5\.3\.0"/);

    await workbench.tidyUp();
    await workbench.openFile('checkout.nomad.hcl');
    await workbench.runCommand('Nomad: Plan job');
    await workbench.waitForEditor(tab, 'Warnings');
    await workbench.screenshot('18-plan-with-variables');
  });

  it('is over when a colleague registers the job, and when it was run itself', async () => {
    const { workbench, cluster } = stage();
    const old = jobspec('passed', { count: 2 });
    await cluster.runToEnd(old, 'passed', 2);
    await workbench.openFile('passed.nomad.hcl');
    await workbench.clickLens('Plan');
    const tab = 'passed — plan.nomad-plan';
    await workbench.waitForEditor(tab, 'Warnings');
    await cluster.runToEnd(old.replace('VERSION = "1"', 'VERSION = "theirs"'), 'passed', 2);
    await workbench.waitForEditor(tab, 'Outdated: v1 was registered at');
    await workbench.screenshot('12-plan-passed');
    await workbench.clickLens('Plan again');
    await workbench.waitForEditor(tab, '"theirs" => "1"');
    await workbench.clickLens('Run this plan');
    await workbench.clickModalButton('Run');
    const text = await workbench.waitForEditor(tab, 'Run as v2 at');
    assert.doesNotMatch(text, /Outdated/);
    await workbench.screenshot('12-plan-was-run');
    await workbench.setTheme('light');
    await workbench.screenshot('12-plan-was-run-light');
    await workbench.setTheme('dark');
  });

  it('says what it was after the window is loaded anew', async () => {
    const { workbench } = stage();
    await workbench.openFile('shop.nomad.hcl');
    await workbench.replaceText('VERSION = "1"', 'VERSION = "5"');
    await workbench.clickLens('Plan');
    await workbench.waitForEditor(planTab, '"1" => "5"');
    await workbench.reload();
    const text = await workbench.waitForEditor(planTab, 'Outdated: the window was loaded anew');
    assert.match(text, /Plan for job "shop" · .* It said: 1 canary beside 2 running/);
    await workbench.screenshot('12-plan-after-reload');
    await workbench.clickLens('Plan again');
    await workbench.waitForEditor(planTab, 'What will happen');
  });

  it('puts errors of the jobspec where they are', async () => {
    const { workbench } = stage();
    await workbench.openFile('shop.nomad.hcl');
    await workbench.replaceText('VERSION = "1"', 'VERSION = var.nothing');
    await workbench.runCommand('Nomad: Plan job');
    assert.match(await workbench.toast('Could not plan shop.nomad.hcl'), /nothing/);
    const problems = await workbench.problems();
    assert.match(problems.join('\n'), /nomad\s*\[Ln 20, Col \d+\]/);
    await workbench.screenshot('19-problems');
  });
});
