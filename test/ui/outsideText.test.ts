import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { jobspec } from './support/jobspec.ts';
import { useStage } from './support/stage.ts';
import type { Workbench } from './support/workbench.ts';

/** What a click on it would do can be seen: a new editor. */
const command = 'command:workbench.action.files.newUntitledFile';
const hostile = `[alpha](${command}) [beta](vscode:extension/a.b) [gamma](file:///etc/passwd) [delta](http://127.0.0.1:9/) $(flame) \u202eepsilon\u001b[31m`;
const names = ['alpha', 'beta', 'gamma', 'delta'];

/** Presses the mouse on each of the words, and says what VS Code made clickable of them. */
async function clickEach(workbench: Workbench, place: Locator): Promise<void> {
  await place.getByText('alpha').first().waitFor();
  const made = await place.locator('a, .codicon-flame').evaluateAll((all) => all.map((one) => one.outerHTML));
  assert.deepEqual(
    made.filter((html) => names.some((name) => html.includes(name)) || html.includes('codicon-flame')),
    [],
  );
  const box = await place.getByText('alpha').first().boundingBox();
  if (box === null) throw new Error('the text is not shown');
  // A few places along the line, as the words are one text now.
  for (let x = 8; x < Math.min(box.width, 240); x += 24) await workbench.page.mouse.click(box.x + x, box.y + 8);
  // What a click has started is done when the workbench has done something else for us.
  await workbench.runCommand('View: Focus Active Editor Group');
  assert.equal(await workbench.page.locator('.tab[data-resource-name^="Untitled"]').count(), 0);
}

const variables = `variable "region_name" {
  type        = string
  description = "${hostile.replaceAll('\u202e', '').replaceAll('\u001b', '')}"
}
${jobspec('asking', { count: 1 })}`;

/** A name that a repository may carry. It has no slash, as no name has. */
const fileName = `[alpha](${command}) odd.nomad.hcl`;

const files = { 'asking.nomad.hcl': variables, [fileName]: 'job "broken" {\n  type = \n}\n' };

describe('text from outside', () => {
  const stage = useStage(files);

  beforeEach(() => stage().workbench.tidyUp());
  afterEach(() => {
    stage().cluster.plugIn();
  });

  it('is no link and no icon in a message', async function () {
    const { workbench, cluster } = stage();
    cluster.simulator.faults.set({ method: 'GET', path: '/v1/job/*', status: 500, text: hostile });
    await workbench.contextMenu('Jobs', 'web', 'Open source');
    const text = await workbench.toast('Could not open the source');
    assert.match(text, /\[alpha\] \(command:/);
    assert.equal(
      ['\u202e', '\u001b', '[31m'].some((part) => text.includes(part)),
      false,
    );
    await workbench.screenshot('71-outside-message');
    await clickEach(workbench, workbench.page.locator('.notification-list-item', { hasText: 'Could not open' }).last());
  });

  it('is none in the prompt of a variable', async function () {
    const { workbench } = stage();
    await workbench.openFile('asking.nomad.hcl');
    await workbench.runCommand('Nomad: Set variables of the jobspec');
    const shown = await workbench.inputBox('Variables of');
    assert.match(shown, /\[alpha\] \(command:/);
    await workbench.screenshot('72-outside-prompt');
    await clickEach(workbench, workbench.page.locator('.quick-input-widget:visible'));
    await workbench.page.keyboard.press('Escape');
  });

  it('is none where a file is named so', async function () {
    const { workbench } = stage();
    await workbench.openFile(fileName);
    await workbench.runCommand('Nomad: Plan job');
    assert.match(await workbench.toast('Could not plan'), /\[alpha\] \(command:/);
    await clickEach(workbench, workbench.page.locator('.notification-list-item', { hasText: 'Could not plan' }).last());
  });
});

describe('text from outside in a workspace that is not trusted', () => {
  const stage = useStage(files, { restricted: true });

  it('is no link in messages and prompts', async function () {
    const { workbench } = stage();
    await workbench.tidyUp();
    await workbench.openFile(fileName);
    await workbench.runCommand('Nomad: Plan job');
    const message = workbench.page.locator('.notification-list-item', { hasText: 'Could not plan' }).last();
    await clickEach(workbench, message);
    await workbench.openFile('asking.nomad.hcl');
    await workbench.runCommand('Nomad: Plan job');
    await workbench.inputBox('Variables of');
    await clickEach(workbench, workbench.page.locator('.quick-input-widget:visible'));
  });
});
