import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { jobKey } from '../../src/state/tables/keys.ts';
import { views } from '../../src/platform/contributions.ts';
import type { Row } from '../../src/tree/rows.ts';
import { closeEditors } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { rowsOf, type DrawnRow } from './support/rows.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';
import { eventually } from './support/when.ts';

describe('opening a row', () => {
  let session: Session;
  let cluster: TestCluster;

  before(async () => {
    session = await Session.open();
    cluster = await startCluster();
    await cluster.register(jobspec('api'));
    await cluster.register(jobspec('web'));
    await session.connect(cluster.address);
    await session.running('web');
    await session.running('api');
  });

  afterEach(async () => {
    session.clear();
    await closeEditors();
  });

  after(async () => {
    await session.close();
    await cluster.close();
  });

  /** Gives the keyboard's focus to a job's row in the real view. */
  async function focus(job: string): Promise<void> {
    await vscode.commands.executeCommand(`${views.jobs}.focus`);
    await session.workbench.views.revealJob(jobKey('default', job));
  }

  async function opened(scheme: string): Promise<string> {
    const editor = await eventually(`a document of ${scheme}`, () => {
      const { activeTextEditor } = vscode.window;
      return activeTextEditor?.document.uri.scheme === scheme && activeTextEditor;
    });
    return editor.document.getText();
  }

  async function allocationOf(job: string): Promise<DrawnRow> {
    const [row] = (await rowsOf(session.workbench)).filter((one) => one.label === job);
    assert.ok(row);
    const [below] = await rowsOf(session.workbench, row.row);
    assert.ok(below);
    return below;
  }

  it('shows the source of the job that is selected and has the focus', async () => {
    await focus('web');
    await session.run('openRow');
    assert.equal(await opened('nomad-source'), jobspec('web'));
    assert.deepEqual(selected(), ['default/web']);
    assert.deepEqual(session.messages.all, []);
  });

  it('shows what has the focus, not what was selected before the arrow keys were pressed', async () => {
    const [first, second] = (await rowsOf(session.workbench)).map((row) => row.label);
    assert.deepEqual([first, second], ['api', 'web']);
    await focus('web');
    await vscode.commands.executeCommand('list.focusFirst');
    assert.deepEqual(selected(), ['default/web']);
    await session.run('openRow');
    assert.equal(await opened('nomad-source'), jobspec('api'));
    assert.deepEqual(selected(), ['default/api']);
  });

  it('shows the events of an allocation with the second click on it, and nothing with the first', async () => {
    const { item, row } = await allocationOf('web');
    const { command } = item;
    assert.ok(command);
    const click = () => vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
    await click();
    assert.equal(vscode.window.activeTextEditor, undefined);
    await Promise.all([click(), click()]);
    assert.match(await opened('nomad-events'), /^Job web v0 · app\[0\] · /);
    assert.ok('allocation' in row);
  });

  it('leaves a row that folds without a command, which would stop it from folding', async () => {
    for (const { item, label } of await rowsOf(session.workbench)) {
      assert.equal(item.collapsibleState, vscode.TreeItemCollapsibleState.Collapsed, label);
      assert.equal(item.command, undefined, label);
    }
  });

  function selected(): string[] {
    return session.workbench.views.selection.map((row: Row) => row.job ?? '');
  }
});
