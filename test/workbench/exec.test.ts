import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { jobKey, placeOf } from '../../src/state/tables/keys.ts';
import { setSetting, setWorkspaceSettings } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { rowsOf } from './support/rows.ts';
import type { Answer } from './support/scriptedAsk.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';
import { OpenTerminal } from './support/terminal.ts';
import { eventually } from './support/when.ts';

describe('exec', () => {
  let session: Session;
  let cluster: TestCluster;
  let allocation = '';

  before(async () => {
    session = await Session.open();
    cluster = await startCluster({ rawExec: true });
    await cluster.register(jobspec('web', { driver: 'raw_exec' }));
    await session.connect(cluster.address);
    const [running] = await session.running('web');
    allocation = running?.id ?? '';
  });

  afterEach(async () => {
    for (const terminal of vscode.window.terminals) terminal.dispose();
    cluster.faults.clear();
    session.clear();
    await setSetting('nomad.exec.shells', undefined);
  });

  after(async () => {
    await session.close();
    await cluster.close();
  });

  const target = () => ({ allocation, task: 'main' });

  async function open(argument: unknown): Promise<OpenTerminal> {
    await session.run('exec', argument);
    assert.deepEqual(session.messages.all, []);
    return new OpenTerminal(vscode.window.terminals.at(-1));
  }

  it('opens a shell in the task, and echoes what is typed', async () => {
    const shell = await open(target());
    assert.match(shell.terminal.name, /^web app\[0\] main · 127\.0\.0\.1:\d+$/);
    const short = allocation.slice(0, 8);
    await shell.shows(
      new RegExp(
        `^\u001b\\[2mweb app\\[0\\] main · allocation ${short} on node \\S+ · 127\\.0\\.0\\.1:\\d+\u001b\\[0m\r\n`,
      ),
    );
    // Else a reload of the window would make a local shell of it, without a word.
    assert.equal((shell.terminal.creationOptions as vscode.ExtensionTerminalOptions).isTransient, true);
    shell.type('echo "answer: $((40 + 2)) $NOMAD_TASK_NAME grüße"');
    await shell.shows(/answer: 42 main grüße/);
    shell.type('test -t 0 && echo "it is a terminal"');
    await shell.shows(/[\r\n]it is a terminal/);
  });

  it('takes shells from a workspace that is trusted, and only as a list of texts', async () => {
    try {
      await setWorkspaceSettings({ 'nomad.exec.shells': ['/no/such/shell'] });
      await (await open(target())).shows(/\/no\/such\/shell/);
      for (const wrong of ['/bin/sh', ['/no/such/shell', 5], { '0': '/no/such/shell' }]) {
        await setWorkspaceSettings({ 'nomad.exec.shells': wrong });
        const shell = await open(target());
        shell.type('echo "it is $((40 + 2))"');
        await shell.shows(/it is 42/);
      }
    } finally {
      await setWorkspaceSettings();
    }
  });

  it('opens from the row of the job, which has one task', async () => {
    const web = (await rowsOf(session.workbench)).find((row) => row.label === 'web');
    assert.match(web?.contextValue ?? '', /\bexecable\b/);
    const shell = await open(web?.row);
    shell.type('echo "here: $NOMAD_JOB_NAME"');
    await shell.shows(/here: web/);
  });

  it('closes by itself when the shell ends well', async () => {
    const shell = await open(target());
    shell.type('exit');
    await shell.closed();
  });

  it('keeps the text and tells the exit code when the shell ends otherwise; Enter starts again', async () => {
    const shell = await open(target());
    shell.type('exit 3');
    await shell.shows(/Exit code 3\. Press Enter to start again, any other key to close\./);
    shell.terminal.sendText('\r', false);
    shell.type('echo "again: $((1 + 1))"');
    await shell.shows(/again: 2/);
    shell.type('exit 4');
    await shell.shows(/Exit code 4\./);
    shell.terminal.sendText('q', false);
    await shell.closed();
  });

  it('falls back to the next shell where the task has no such one, and loses nothing typed', async () => {
    await setSetting('nomad.exec.shells', ['/no/such/bash', '/bin/sh']);
    const shell = await open(target());
    shell.type('echo "shell: $0"');
    await shell.shows(/shell: \/bin\/sh/);
  });

  it('tells what Nomad says of a command that does not exist', async () => {
    await setSetting('nomad.exec.shells', ['/no/such/shell']);
    const shell = await open(target());
    await shell.shows(
      /There is no \/no\/such\/shell in task main \(failed to start command: .*no such file or directory\)\. Press Enter to choose another/,
    );
  });

  /** Runs a shell command in the terminal that says what words it was given, then ends. */
  const tell = `/bin/sh -c 'printf "[%s]" "$@"; exit 3' sh`;

  async function openCommand(argument: unknown, ...answers: Answer[]): Promise<OpenTerminal> {
    session.ask.will(...answers);
    await session.run('execCommand', argument);
    assert.deepEqual([session.messages.all, session.ask.left], [[], 0]);
    return new OpenTerminal(vscode.window.terminals.at(-1));
  }

  it('runs a command that is typed, word for word, and remembers it for the task of this cluster', async () => {
    const typed = `${tell} "a b" '' 'it is "$HOME"' \\* 漢`;
    const shell = await openCommand(target(), { pick: 'Other command…' }, { text: typed });
    await shell.shows(/\[a b\]\[\]\[it is "\$HOME"\]\[\\\*\]\[漢\]/);
    await shell.shows(/Exit code 3\. Press Enter to start again/);
    shell.terminal.sendText('\r', false);
    await shell.shows(/\[a b\]\[\]/);
    const again = await openCommand(target(), { pick: typed });
    assert.equal(session.ask.last.choices[0], `${typed} · typed before`);
    await again.shows(/\[a b\]\[\]/);
    // A click on the row opens a shell all the same: what was typed may do anything.
    const clicked = await open(target());
    clicked.type('echo "it is $((40 + 2))"');
    await clicked.shows(/it is 42/);
  });

  it('opens the shell that was chosen for the task, from then on', async () => {
    await cluster.register(jobspec('usual', { driver: 'raw_exec' }));
    const [usual] = await session.running('usual');
    const there = { allocation: usual?.id, task: 'main' };
    await openCommand(there, { pick: '/bin/sh' });
    const shell = await open(there);
    shell.type('echo "shell: $0"');
    await shell.shows(/shell: \/bin\/sh/);
  });

  it('opens nothing where the list or the box is left', async () => {
    for (const answers of [[{ leave: true }], [{ pick: 'Other command…' }, { leave: true }]] as const) {
      session.ask.will(...answers);
      await session.run('execCommand', target());
      assert.equal(vscode.window.terminals.length, 0);
    }
  });

  it('asks on Enter what else to start where the image has no shell, in the same terminal', async () => {
    await setSetting('nomad.exec.shells', ['/no/bash', '/no/sh']);
    const shell = await open(target());
    await shell.shows(
      /There is none of .*\/no\/bash, \/no\/sh in task main \(failed to start command: fork\/exec \/no\/sh: no such file or directory\)\. Press Enter to choose another shell or command, Ctrl\+D to close\./,
    );
    session.ask.will({ leave: true });
    shell.terminal.sendText('\r', false);
    await shell.shows(/Nothing was chosen\. Press Enter to choose another/);
    session.ask.will({ pick: 'Other command…' }, { text: '/bin/echo hello' });
    shell.terminal.sendText('\r', false);
    await shell.shows(/[\r\n]hello\r\n[^]*Exit code 0\. Press Enter to start again, any other key to close\./);
    shell.terminal.sendText('q', false);
    await shell.closed();
    assert.deepEqual(session.messages.all, []);
  });

  it('runs an action of the job, after a question that shows its command', async () => {
    const source = jobspec('acting', { driver: 'raw_exec' }).replace(
      'env {',
      'action "hello" {\n        command = "/bin/sh"\n        args = ["-c", "echo hello $0 $(tty); exit 4", "a b"]\n      }\n      env {',
    );
    await cluster.register(source);
    const [acting] = await session.running('acting');
    session.ask.will({ pick: 'hello' }, { confirm: 'button' });
    await session.run('runAction', { allocation: acting?.id, job: acting?.jobKey });
    assert.match(session.ask.last.title, /^Run action hello in acting app\[0\] main on .*\?$/);
    assert.match(session.ask.last.detail, /\/bin\/sh -c 'echo hello \$0 \$\(tty\); exit 4' 'a b'\n/);
    const shell = new OpenTerminal(vscode.window.terminals.at(-1));
    await shell.shows(/hello a b \/dev\/pts\/\d+\r\n[^]*Exit code 4\. Press Enter to start again/);
    shell.terminal.sendText('\r', false);
    await shell.shows(/hello a b/);
    await session.run('runAction', { allocation, job: jobKey('default', 'web') });
    await session.messages.next(/^web offers no action on /);
  });

  it('names the allocation that took the place of one that was stopped, and goes on there on Enter', async () => {
    await cluster.register(jobspec('moving', { driver: 'raw_exec' }));
    const [first] = await session.running('moving');
    assert.ok(first);
    const shell = await open({ allocation: first.id, task: 'main' });
    shell.type('echo "one: $((0 + 1))"');
    await shell.shows(/one: 1/);
    await session.cluster.client.allocations.stop(first.id, placeOf(first.jobKey));
    const [, short = ''] = await shell.shows(
      /The allocation was stopped[^]*Its place was taken by app\[0\] ([0-9a-f]{8}) on node \S+\. .*Press Enter to go on there, Ctrl\+D to close\./,
    );
    assert.notEqual(short, first.id.slice(0, 8));
    shell.terminal.sendText('\r', false);
    await shell.shows(new RegExp(`allocation ${short} on node`));
    shell.type('echo "it is ${NOMAD_ALLOC_ID%%-*}"');
    await shell.shows(new RegExp(`it is ${short}`));
    shell.terminal.dispose();
    cluster.cluster.jobs.deregister('default', 'moving', { purge: false });
  });

  it('ends the process when the terminal is closed', async () => {
    const shell = await open(target());
    shell.type('echo "pid: $$"');
    const [, pid] = await shell.shows(/pid: (\d+)/);
    assert.equal(isAlive(Number(pid)), true);
    shell.terminal.dispose();
    await eventually(`process ${String(pid)} has ended`, () => !isAlive(Number(pid)));
  });

  it('says so when the connection breaks, and connects again on Enter', async () => {
    cluster.faults.set({ path: '*/exec', dropExecAfter: 2, count: 1 });
    const shell = await open(target());
    shell.type('echo one');
    shell.type('echo two');
    await shell.shows(
      /Connection lost: it broke off before the command ended\..*Press Enter to connect again, Ctrl\+D to close\./,
    );
    shell.terminal.sendText('echo lost', false);
    await shell.shows(/Not connected, so what you type is not sent\. Press Enter to connect again/);
    shell.terminal.sendText('\r', false);
    shell.type('echo "back: $((2 + 3))"');
    await shell.shows(/back: 5/);
  });

  it('says when the task is restarted under a session, and goes on in it on Enter', async () => {
    const shell = await open(target());
    shell.type('echo "one: $((0 + 1))"');
    await shell.shows(/one: 1/);
    await session.workbench.current
      .get()
      ?.client.allocations.restart(allocation, { task: 'main', ...placeOf(jobKey('default', 'web')) });
    await shell.shows(/Task main was restarted: User requested task to restart\..*Press Enter to connect again/);
    await session.running('web');
    shell.terminal.sendText('\r', false);
    shell.type('echo "two: $((1 + 1))"');
    await shell.shows(/two: 2/);
    shell.terminal.dispose();
  });

  it('starts again over a connection that was made anew meanwhile, as with another token', async () => {
    const shell = await open(target());
    shell.type('exit 3');
    await shell.shows(/Exit code 3\. Press Enter to start again/);
    await session.workbench.current.reconnect();
    await session.state('live');
    shell.terminal.sendText('\r', false);
    shell.type('echo "anew: $((40 + 2))"');
    await shell.shows(/anew: 42/);
    shell.terminal.dispose();
  });

  it('closes on Ctrl+D where its session is lost', async () => {
    await setSetting('nomad.exec.shells', ['/no/such/shell']);
    const shell = await open(target());
    await shell.shows(/Ctrl\+D to close\./);
    shell.terminal.sendText('\u0004', false);
    await shell.closed();
  });

  it('says what the allocation is when its task has just died', async () => {
    await cluster.register(jobspec('brief', { driver: 'raw_exec' }));
    const [brief] = await session.running('brief');
    assert.ok(brief);
    cluster.faults.set({ path: '/v1/event/stream', denyEvents: true });
    cluster.faults.dropEventStreams();
    cluster.cluster.jobs.deregister('default', 'brief', { purge: false });
    await eventually('the task has ended', () => {
      return cluster.cluster.store.allocations.get(brief.id)?.ClientStatus === 'complete';
    });
    const shell = await open({ allocation: brief.id, task: 'main' });
    await shell.shows(/Task main is not running: the allocation was stopped, as its job was\. Press Enter/);
    cluster.faults.clear();
    cluster.faults.dropEventStreams();
    await session.state('live');
  });

  it('does nothing, and asks nothing, by its key where no row has the focus', async () => {
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    await session.run('exec', 'focused');
    await session.run('showLogs', 'focused');
    assert.deepEqual([session.ask.asked, session.messages.all, vscode.window.terminals.length], [[], [], 0]);
  });

  it('says in a message that nothing of an allocation runs, or that it is gone', async () => {
    await cluster.register(jobspec('ended', { driver: 'raw_exec' }));
    const [ended] = await session.running('ended');
    assert.ok(ended);
    cluster.cluster.jobs.deregister('default', 'ended', { purge: false });
    await session.running('ended', 0);
    await session.run('exec', { allocation: ended.id });
    const refused = await session.messages.next(/^Could not exec on .*: no task of app\[0\] is running\.$/);
    assert.deepEqual(refused.buttons, ['Show logs', 'Show log']);
    await session.run('exec', { job: jobKey('default', 'ended') });
    await session.messages.next(/^default\/ended has no running allocation on .*\.$/);
    await session.run('exec', { allocation: '11111111-2222-3333-4444-555555555555' });
    await session.messages.next(/^Could not exec on .*: the allocation is no longer there\.$/);
    assert.equal(vscode.window.terminals.length, 0);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
