import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { schemes } from '../../src/platform/contributions.ts';
import { closeEditors, onDidEdit } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { startCluster, type Session, type TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';
import { eventually, when } from './support/when.ts';

/** Fails once, and runs from then on. */
const script = 'if [ -f $NOMAD_TASK_DIR/again ]; then exec sleep 3600; fi; touch $NOMAD_TASK_DIR/again; exit 3';

const statsOf = (id: string) => `/v1/client/allocation/${id}/stats`;

describe('the document about an allocation', () => {
  let session: Session;
  let cluster: TestCluster;
  let id = '';

  useCluster(
    async (opened, started) => {
      [session, cluster] = [opened, started];
      await cluster.register(jobspec('web', { driver: 'raw_exec', script }));
      await session.connect(cluster.address);
      await session.running('web');
    },
    { rawExec: true },
  );

  before(async () => {
    const [first] = await session.running('web');
    assert.ok(first);
    id = first.id;
  });

  afterEach(async () => {
    await closeEditors();
  });

  const editor = () => {
    const { activeTextEditor } = vscode.window;
    assert.ok(activeTextEditor);
    assert.equal(activeTextEditor.document.uri.scheme, schemes.events);
    return activeTextEditor;
  };
  const text = () => editor().document.getText();
  const show = () => session.run('showEvents', { job: 'default/web', allocation: id });
  const says = (pattern: RegExp) =>
    when(`the document says ${String(pattern)}`, [onDidEdit], () => pattern.test(text())).catch((error: unknown) => {
      throw new Error(`It says\n${text()}`, { cause: error });
    });
  const asked = () => cluster.requests.filter(({ path }) => path === statsOf(id)).length;

  /** Waits until the node is asked once more. */
  const askedAgain = () => {
    const before = asked();
    return eventually('its node is asked', () => asked() > before);
  };

  it('begins with its last error, and has what happened, and what it uses now', async () => {
    await show();
    const { document } = editor();
    assert.equal(document.languageId, 'nomad-state');
    assert.equal(document.uri.path, `/nomad/${session.cluster.label}/web.app[0] ${id.slice(0, 8)} state`);
    assert.match(
      text(),
      new RegExp(`^Job web v0 · app\\[0\\] · allocation ${id} · node \\S+ \\(\\w{8}\\) · \\S+ / default\n`),
    );
    assert.match(text(), /\nLast error\n {2}main exited 3 \(1 restart\), .*\n\nTimeline\n/);
    assert.match(text(), / main +Restarting +Task restarting in \S+ · Restart within policy\n/);
    await says(/\nUsing {4}cpu \S+ of \d+ MHz [▁▂▃▄▅▆▇█·]+ · memory /);
    assert.equal(document.isDirty, false);
    assert.deepEqual(session.messages.all, []);
  });

  it('follows what happens, changes no line that stays, and keeps what is selected', async () => {
    await show();
    const line = text()
      .split('\n')
      .findIndex((one) => one.includes('Terminated'));
    const before = editor().document.lineAt(line).text;
    editor().selection = new vscode.Selection(line, 5, line, 12);
    session.ask.will({ confirm: 'button' });
    await session.run('restartTask', { job: 'default/web', allocation: id, task: 'main' });
    await says(/Restart Signaled/);
    const { selection, document } = editor();
    const moved = text()
      .split('\n')
      .findIndex((one) => one.includes('Terminated'));
    assert.deepEqual([selection.start.line, selection.start.character, selection.end.character], [moved, 5, 12]);
    const exact = before.slice(0, before.indexOf(' now') + 1 || 30);
    assert.ok(document.lineAt(moved).text.startsWith(exact), document.lineAt(moved).text);
  });

  it('asks the node only while it is seen', async () => {
    await show();
    await askedAgain();
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'over it' }), {
      preview: false,
    });
    await eventually('it is hidden', () =>
      vscode.window.visibleTextEditors.every(({ document }) => document.uri.scheme !== schemes.events),
    );
    const { clock } = session.cluster;
    const before = asked();
    const startedMs = clock.now();
    // Two times as long as it waits from one answer to the next.
    await eventually('time goes by', () => clock.now() - startedMs > 4000);
    assert.ok(asked() <= before + 1, `asked ${String(asked() - before)} times`);
    await show();
    await askedAgain();
  });

  it('has lenses and links for what one does next', async () => {
    await show();
    const { uri } = editor().document;
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
    const actions = [
      'Show logs',
      'Open shell',
      'Browse files',
      'Restart',
      'Send signal',
      'Stop',
      'Write incident report',
    ];
    assert.deepEqual(
      lenses.map(({ command }) => command?.title),
      actions,
    );
    const target = { cluster: session.cluster.id, job: 'default/web', allocation: id };
    assert.deepEqual(lenses[0]?.command?.arguments, [target]);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', uri);
    const nodeId = session.cluster.store.allocations.get(id)?.nodeId ?? '';
    assert.ok(links.some(({ target: to }) => to?.toString(true).includes(`/ui/clients/${nodeId}`)));
    const job = links.find(({ target: to }) => to?.scheme === 'command');
    assert.ok(job?.target?.path === 'nomad.openJobSource', String(job?.target));
  });

  it('says that the node can’t be reached, and goes on with the rest', async () => {
    cluster.faults.set({ path: statsOf(id), status: 404, text: 'No path to node' });
    await show();
    await says(/\nCpu and memory\n {2}main +cpu .*\n.*\n(?: {2}As of .*\n)? {2}Not read: No path to node\n/);
    assert.match(text(), /\nTimeline\n/);
    cluster.faults.clear();
    await says(/\nUsing {4}cpu /);
  });

  it('is stale while nothing is heard of its cluster, and says since when', async () => {
    await show();
    cluster.faults.set({ path: '*', drop: true });
    cluster.faults.dropEventStreams();
    await session.run('refresh');
    await says(/^.*\nStale since .*: /);
    cluster.faults.clear();
    await session.run('refresh');
    await session.state('live');
    await says(/^.*\nState /);
  });

  it('belongs to its cluster, and says so where the window is connected to another', async () => {
    await show();
    const other = await startCluster();
    try {
      await session.connect(other.address);
      await says(/^.*\nStale since .*: it is of \S+, and the window is connected to /);
      await session.connect(cluster.address);
      await says(/^.*\nState /);
    } finally {
      await other.close();
    }
  });

  it('says that the allocation was collected', async () => {
    await cluster.register(jobspec('short', { driver: 'raw_exec' }));
    const [first] = await session.running('short');
    await session.run('showEvents', { job: 'default/short', allocation: first?.id });
    cluster.faults.set({ path: `/v1/allocation/${String(first?.id)}`, status: 404, text: 'alloc not found' });
    session.ask.will({ confirm: 'button' });
    await session.run('stopJob', { job: 'default/short' });
    await says(/^.*\nCollected: Nomad has removed this allocation; what is below was right at /);
    const { uri } = editor().document;
    assert.deepEqual(await vscode.commands.executeCommand('vscode.executeCodeLensProvider', uri), []);
  });
});
