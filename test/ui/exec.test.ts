import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { before, beforeEach, describe, it } from 'mocha';
import { eventually } from './support/eventually.ts';
import { jobspec } from './support/jobspec.ts';
import { useStage } from './support/stage.ts';

describe('exec', () => {
  const stage = useStage();

  before(async function () {
    const { cluster, workbench } = stage();
    await cluster.runToEnd(jobspec('box'), 'box', 1);
    await workbench.expandRow('Jobs', 'box');
    await workbench.waitForRows('Jobs', (rows) => rows.some((row) => row.label === 'app[0]'));
  });
  beforeEach(async () => {
    await stage().workbench.killTerminals();
    await stage().workbench.tidyUp();
  });

  /** A shell in the one task, with a prompt that is known. */
  async function openShell(): Promise<void> {
    const { workbench } = stage();
    await workbench.inlineAction('Jobs', 'app[0]', 'Exec into task');
    await workbench.waitForTerminal('#');
    await workbench.typeInTerminal("PS1='box$ '; clear\n");
    await eventually(
      'prompt',
      () => workbench.terminalText(),
      (text) => text.trim() === 'box$',
    );
  }

  it('opens with a key on the row that has the focus, and not while one types in the find box', async () => {
    const { workbench } = stage();
    await workbench.pressOnRow('Jobs', 'app[0]', 'Control+Alt+f');
    const find = workbench.page.locator('.pane.expanded .monaco-tree-type-filter input').first();
    // It is seen a moment before it has the focus.
    await find.pressSequentially('el');
    assert.equal(await find.inputValue(), 'el');
    await find.press('Escape');
    await find.waitFor({ state: 'hidden' });
    assert.equal(await workbench.page.locator('.terminal-wrapper.active').count(), 0);
    await workbench.pressOnRow('Jobs', 'app[0]', 'e');
    await workbench.waitForTerminal('#');
  });

  it('has a terminal of the right size, with colours and every script', async () => {
    const { workbench } = stage();
    await openShell();
    await workbench.typeInTerminal(
      'stty size; test -t 0 && echo is a TTY; printf "\\033[32mgreen\\033[0m ä 漢 🚀\\n"\n',
    );
    const text = await workbench.waitForTerminal('🚀\nbox$');
    assert.match(text, /is a TTY/);
    assert.match(text, /green ä 漢 🚀\n/);
    const [rows, columns] = sizeIn(text);
    assert.equal(rows > 5 && columns > 60, true, `${String(rows)} ${String(columns)}`);
    const green = workbench.page.locator('.terminal-wrapper.active .xterm-rows .xterm-fg-2', { hasText: 'green' });
    assert.equal(await green.count(), 1);
    await workbench.screenshot('41-exec');
  });

  it('follows the size of the panel', async () => {
    const { workbench } = stage();
    await openShell();
    await workbench.typeInTerminal('while sleep 0.2; do clear; stty size; done\n');
    const rows = async () => sizeIn(await workbench.terminalText())[0];
    const small = await eventually('size', rows, (count) => count > 0);
    await workbench.runCommand('View: Toggle Maximized Panel');
    await eventually('larger size', rows, (count) => count > small + 5);
    await workbench.runCommand('View: Toggle Maximized Panel');
  });

  it('interrupts, and tells the exit code', async () => {
    const { workbench } = stage();
    await openShell();
    await workbench.typeInTerminal("sh -c 'echo asleep; exec sleep 600'\n");
    await workbench.waitForTerminal('\nasleep');
    await workbench.page.keyboard.press('Control+c');
    await workbench.waitForTerminal('^C\nbox$');
    await workbench.typeInTerminal('exit 3\n');
    await workbench.waitForTerminal('Exit code 3. Press Enter to start again, any other key to close.');
    await workbench.screenshot('42-exit-code');
    await workbench.typeInTerminal('\n');
    await workbench.waitForTerminal('#');
  });

  it('asks which shell or command, and what else where the image has none', async () => {
    const { workbench, cluster } = stage();
    await workbench.quickPickFrom('Jobs', 'app[0]', 'Exec into task with…', 'Run in box app[0]');
    await workbench.pickItem('Other command…');
    await workbench.inputBox('Command in box app[0]');
    await workbench.enterText('/no/such/psql -c "select 1"');
    await workbench.waitForTerminal('There is no /no/such/psql in task');
    await workbench.screenshot('45-exec-missing');
    await workbench.typeInTerminal('\n');
    const rows = await workbench.quickPick(`on ${cluster.label}`);
    assert.deepEqual([rows[0]?.label, rows.at(-1)?.label], ['/no/such/psql -c "select 1"', 'Other command…']);
    await workbench.screenshot('46-exec-choose');
    await workbench.pickItem('/bin/bash');
    await workbench.waitForTerminal('#');
  });

  it('runs a command to its end, and shows what it said', async () => {
    const { workbench } = stage();
    await workbench.contextMenu('Jobs', 'box', 'Run command in task…');
    await workbench.inputBox('Command in box app[0]');
    await workbench.enterText(`sh -c 'echo "hello from $NOMAD_TASK_NAME"; echo oops >&2; exit 3'`);
    await workbench.quickPick('What the command reads from stdin');
    await workbench.pickItem('Nothing');
    assert.match(await workbench.modalText(), /Run sh in box app\[0\]/);
    await workbench.screenshot('47-run-command-question');
    await workbench.clickModalButton('Run');
    await workbench.waitForEditor('box sh output.txt', 'exit code 3');
    await workbench.screenshot('48-run-command');
  });

  it('says why it ended when the task is gone', async () => {
    const { workbench, cluster } = stage();
    await cluster.runToEnd(jobspec('mayfly'), 'mayfly', 1);
    await workbench.runCommand('Nomad: Exec into task');
    await workbench.quickPick(`Exec into a task on ${cluster.label}`);
    await workbench.screenshot('43-exec-pick-job');
    await workbench.pickItem('mayfly');
    await workbench.waitForTerminal('#');
    await cluster.purge('mayfly');
    const text = await workbench.waitForTerminal('Press Enter to ');
    assert.match(text, /The allocation (?:was stopped, as its job was|is no longer there)|Exit code \d+/);
    await workbench.screenshot('44-task-gone');
  });

  /** The process id of the open shell. */
  async function shellId(): Promise<number> {
    const { workbench } = stage();
    await workbench.typeInTerminal('echo my pid is $$\n');
    const text = await workbench.waitForTerminal('box$ echo my pid is $$\nmy pid is ');
    const pid = Number(/my pid is (\d+)/.exec(text)?.[1]);
    assert.equal(shells().includes(pid), true, `${String(pid)} in ${shells().join()}`);
    return pid;
  }

  it('leaves no shell behind when its terminal is closed', async () => {
    await openShell();
    const pid = await shellId();
    await stage().workbench.killTerminals();
    await eventually('shells', shells, (pids) => !pids.includes(pid));
  });

  it('leaves no shell behind when the window is loaded anew', async () => {
    const { workbench } = stage();
    await openShell();
    const pid = await shellId();
    await workbench.page.reload();
    await eventually('shells', shells, (pids) => !pids.includes(pid));
    await workbench.waitForRows('Jobs', (rows) => rows.some((row) => row.label === 'box'));
  });

  /** Asks for a terminal, and chooses ours of those that VS Code offers. */
  async function chooseTaskShell(): Promise<void> {
    const { workbench, cluster } = stage();
    await workbench.runCommand('Create New Terminal (With Profile)');
    // Its icon is a part of its name there.
    await workbench.page
      .locator('.quick-input-widget:visible .monaco-list-row', { hasText: 'Nomad task shell' })
      .click();
    await workbench.quickPick(`Exec into a task on ${cluster.label}`);
  }

  it('opens from the list of terminals, after a question for the task', async () => {
    const { workbench } = stage();
    await chooseTaskShell();
    await workbench.screenshot('49-task-shell');
    await workbench.pickItem('box');
    await workbench.waitForTerminal('#');
    await workbench.typeInTerminal('exit 3\n');
    await workbench.waitForTerminal('Exit code 3. Press Enter to start again, any other key to close.');
    await workbench.typeInTerminal('q');
    await chooseTaskShell();
    await workbench.page.keyboard.press('Escape');
    await eventually(
      'no message but that of the exit code',
      () => workbench.page.locator('.notification-toast .notification-list-item-message').allInnerTexts(),
      (texts) => texts.every((text) => text.includes('exit code: 3')),
    );
    await workbench.screenshot('50-task-shell-left');
  });
});

function sizeIn(text: string): [rows: number, columns: number] {
  const match = /^(\d+) (\d+)$/m.exec(text);
  return [Number(match?.[1]), Number(match?.[2])];
}

/** Processes that are shells with a terminal, wherever they come from. */
function shells(): number[] {
  const listed = execFileSync('ps', ['-eo', 'pid=,tty=,comm='], { encoding: 'utf8' });
  return [...listed.matchAll(/^\s*(\d+)\s+(?:pts|tty)\S+\s+(?:ba|z|da)?sh$/gm)].map((match) => Number(match[1]));
}
