import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { extensionId } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';
import { OpenTerminal } from './support/terminal.ts';
import { eventually } from './support/when.ts';

describe('the terminal profile', () => {
  let session: Session;
  let cluster: TestCluster;

  before(async () => {
    session = await Session.open();
    cluster = await startCluster({ rawExec: true });
    await cluster.register(jobspec('web', { driver: 'raw_exec' }));
    await cluster.register(jobspec('api', { driver: 'raw_exec' }));
    await session.connect(cluster.address);
    await session.running('web');
    await session.running('api');
  });

  afterEach(() => {
    for (const terminal of vscode.window.terminals) terminal.dispose();
    session.clear();
  });

  after(async () => {
    await session.close();
    await cluster.close();
  });

  /** What the list of terminals does where a person chooses the profile. */
  async function choose(): Promise<void> {
    const config = { extensionIdentifier: extensionId, id: 'nomad.taskShell', title: 'Nomad task shell' };
    // Where there is to be no terminal, the window has none to bring to the front, and says so here.
    await Promise.resolve(vscode.commands.executeCommand('workbench.action.terminal.newWithProfile', { config })).catch(
      () => undefined,
    );
  }

  async function open(): Promise<OpenTerminal> {
    session.ask.will({ pick: 'web' });
    const opened = new Promise<vscode.Terminal>((resolve) => {
      const listening = vscode.window.onDidOpenTerminal((terminal) => {
        listening.dispose();
        resolve(terminal);
      });
    });
    await choose();
    return new OpenTerminal(await opened);
  }

  it('asks for a task and opens a shell in it, whose last exit code others can read', async () => {
    const shell = await open();
    assert.deepEqual([session.messages.all, session.ask.left], [[], 0]);
    assert.match(session.ask.asked[0]?.title ?? '', /^Exec into a task on 127\.0\.0\.1:\d+$/);
    assert.match(shell.terminal.name, /^web app\[0\] main · 127\.0\.0\.1:\d+$/);
    shell.type('echo "answer: $((40 + 2)) $NOMAD_TASK_NAME"');
    await shell.shows(/answer: 42 main/);
    shell.type('exit 3');
    await shell.shows(/Exit code 3\. Press Enter to start again, any other key to close\./);
    assert.equal(shell.terminal.exitStatus, undefined);
    shell.terminal.sendText('\r', false);
    shell.type('exit $((2 + 3))');
    await shell.shows(/Exit code 5\./);
    shell.terminal.sendText('q', false);
    await shell.closed();
    assert.deepEqual(shell.terminal.exitStatus, { code: 5, reason: vscode.TerminalExitReason.Process });
  });

  it('tells of a shell that ended well, too', async () => {
    const shell = await open();
    shell.type('exit');
    await shell.closed();
    assert.deepEqual(shell.terminal.exitStatus, { code: 0, reason: vscode.TerminalExitReason.Process });
  });

  it('leaves nothing behind where the question is left', async () => {
    const before = cluster.requests.length;
    session.ask.will({ leave: true });
    await choose();
    assert.deepEqual([vscode.window.terminals.length, session.messages.all, session.ask.left], [0, [], 0]);
    assert.deepEqual(
      cluster.requests.slice(before).filter(({ path }) => path.endsWith('/exec')),
      [],
    );
  });

  it('is refused in a workspace that is not trusted, in words, before anything is asked', async () => {
    session.workbench.isTrusted = () => false;
    try {
      await choose();
      await session.messages.next(/^Could not exec.*: this workspace is not trusted\. Trust it first/);
    } finally {
      session.workbench.isTrusted = () => true;
    }
    assert.deepEqual([vscode.window.terminals.length, session.ask.asked], [0, []]);
  });

  it('says that nothing runs, and opens nothing', async () => {
    for (const job of ['web', 'api']) cluster.cluster.jobs.deregister('default', job, { purge: false });
    await eventually('nothing runs', () =>
      [...session.cluster.store.allocations.values()].every((one) => one.clientStatus !== 'running'),
    );
    await choose();
    await session.messages.next(/^No job has a running task on 127\.0\.0\.1:\d+\.$/);
    assert.equal(vscode.window.terminals.length, 0);
  });
});
