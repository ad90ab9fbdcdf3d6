import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { jobKey } from '../../src/state/tables/keys.ts';
import { closeEditors, onDidEdit } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';
import { when, type AnyEvent } from './support/when.ts';

const editor = () => {
  const { activeTextEditor } = vscode.window;
  assert.ok(activeTextEditor);
  return activeTextEditor;
};

const text = () => vscode.window.activeTextEditor?.document.getText() ?? '';

const shows = (pattern: RegExp) =>
  when(`the log shows ${String(pattern)}`, [onDidEdit], () => pattern.test(text())).catch((error: unknown) => {
    throw new Error(`It ends with\n${text().slice(-600)}`, { cause: error });
  });

const onDidScroll: AnyEvent = (listener) => vscode.window.onDidChangeTextEditorVisibleRanges(listener);

describe('logs on a bad day', () => {
  let session: Session;
  let cluster: TestCluster;

  useCluster(
    async (opened, started) => {
      session = opened;
      cluster = started;
      await session.connect(cluster.address);
    },
    { rawExec: true },
  );

  it('of before are loaded, and saved with the bytes that were written', async () => {
    const script = 'seq 100000 130000; printf "no end \\377"; sleep 1000';
    await cluster.register(jobspec('long', { driver: 'raw_exec', script }));
    await session.running('long');
    await session.run('showLogs', { job: jobKey('default', 'long') });
    await shows(/^… older lines are not shown, at most 20,000 are kept: Load older\n/);
    await shows(/│ 130000\n/);
    const { document } = editor();
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    assert.match(links[0]?.target?.toString() ?? '', /^command:nomad\.loadOlderLogs/);
    assert.doesNotMatch(text(), /│ 100000\n/);
    await session.run('loadOlderLogs', document.uri.toString());
    await shows(/^app\[0\] \w{4} │ 100000\n/);
    const found = [...text().matchAll(/^app\[0\] \w{4} │ (\d+)$/gm)].map((match) => Number(match[1]));
    assert.deepEqual(
      found,
      Array.from({ length: 30_001 }, (_, at) => 100_000 + at),
    );
    await session.run('loadOlderLogs');
    await session.messages.next(/^There are no older lines on the cluster\.$/);
    const folder = vscode.Uri.joinPath(vscode.workspace.workspaceFolders?.[0]?.uri ?? document.uri, 'saved');
    await vscode.workspace.fs.createDirectory(folder);
    session.ask.will({ folder });
    await session.run('saveLogs');
    await session.messages.next(/^Saved 2 logs$/);
    const names = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name).sort();
    assert.deepEqual(
      names.map((name) => name.replace(/\w{8}/, '…')),
      ['long.app[0].….main.stderr.log', 'long.app[0].….main.stdout.log'],
    );
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, names[1] ?? ''));
    const wanted = Array.from({ length: 30_001 }, (_, at) => `${String(100_000 + at)}\n`).join('');
    assert.ok(Buffer.from(bytes).equals(Buffer.concat([Buffer.from(`${wanted}no end `), Buffer.from([0xff])])));
    // Nothing that is there is written over.
    session.ask.will({ folder });
    await session.run('saveLogs');
    await session.messages.next(/^Saved 2 logs$/);
    const again = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name);
    assert.equal(again.filter((name) => name.endsWith(' (2).log')).length, 2);
    await vscode.workspace.fs.delete(folder, { recursive: true });
  });

  it('of a task that floods end with its last line, in a document that stays small', async () => {
    const script = 'sleep 4; seq 1 150000; sleep 1; echo the end; sleep 1000';
    await cluster.register(jobspec('flood', { driver: 'raw_exec', script }));
    await session.running('flood');
    await session.run('showLogs', { job: jobKey('default', 'flood') });
    await shows(/─ Nothing is written yet/);
    await shows(/│ the end\n$/);
    assert.ok(editor().document.lineCount <= 20_002, String(editor().document.lineCount));
    assert.match(text(), /^… older lines are not shown/);
    await when(
      'the end is shown',
      [onDidScroll, onDidEdit],
      () => (editor().visibleRanges.at(-1)?.end.line ?? 0) >= editor().document.lineCount - 1,
    );
  });

  it('of a task that writes much go on in a document that takes the place of the one before', async () => {
    // As many lines as the document loses nothing in its middle by, each time that they are asked for.
    const script =
      'long=$(printf "%0200d" 0); i=0; while true; do rm -f "$NOMAD_TASK_DIR/more"; seq -f "%.0f $long" $((i+1)) $((i+3000)); ' +
      'i=$((i+3000)); while [ ! -e "$NOMAD_TASK_DIR/more" ]; do sleep 0.05; done; done';
    await cluster.register(jobspec('busy', { driver: 'raw_exec', script }));
    const [busy] = await session.running('busy');
    assert.ok(busy);
    const more = () => {
      writeFileSync(join(cluster.cluster.runtime.directories.task(busy.id, 'main'), 'local/more'), '');
    };
    await session.run('showLogs', { job: jobKey('default', 'busy') });
    await shows(/│ \d+ 0+\n/);
    await vscode.commands.executeCommand('workbench.action.keepEditor');
    const first = editor().document.uri;
    const uris = () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) =>
        tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri.toString()] : [])),
      );
    const onDidChangeTabs: AnyEvent = (listener) => vscode.window.tabGroups.onDidChangeTabs(listener);
    const isAnother = () => uris().length === 1 && uris()[0] !== first.toString();
    const log = (await session.workbench.logs.open()).named(first);
    assert.ok(log);
    // Not while something is selected, nor while it is paused.
    while (log.painter.written <= 8_000_000) {
      const { lineCount, version } = editor().document;
      // The oldest lines go, and what is selected there with them.
      const middle = Math.floor(lineCount / 2);
      editor().selection = new vscode.Selection(middle, 0, middle, 3);
      more();
      await when('more comes', [onDidEdit], () => editor().document.version > version);
    }
    await session.run('pauseLogs', first.toString());
    more();
    const paused = text();
    const shown = editor();
    shown.selection = new vscode.Selection(0, 0, 0, 0);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'beside' }), {
      viewColumn: vscode.ViewColumn.Beside,
    });
    assert.equal(log.uri.toString(), first.toString());
    assert.equal(shown.document.getText(), paused);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await session.run('goToEndOfLogs', first.toString());
    // It is made when something comes and the end is shown by then.
    const writing = vscode.workspace.onDidChangeTextDocument(more);
    more();
    await when('another document is there alone', [onDidChangeTabs, onDidEdit], isAnother);
    writing.dispose();
    assert.equal(editor().document.uri.path, first.path);
    const last = () => Number(/│ (\d+) 0+\n$/.exec(text())?.[1]);
    await when('it is read', [onDidEdit], () => last() > 0);
    const before = last();
    more();
    await when('it goes on', [onDidEdit], () => last() > before);
    const found = [...text().matchAll(/│ (\d+) 0+$/gm)].map((match) => Number(match[1]));
    assert.deepEqual(
      found,
      found.map((_, at) => (found[0] ?? 0) + at),
    );
    await when(
      'its end is shown',
      [onDidScroll, onDidEdit],
      () => (editor().visibleRanges.at(-1)?.end.line ?? 0) >= editor().document.lineCount - 1,
    );
    assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.isPreview, false);
    await session.run('showLogs', { job: jobKey('default', 'busy') });
    assert.equal(uris().length, 1);
    // Whoever goes back to the one before is led on.
    await vscode.commands.executeCommand('vscode.open', first);
    await when('it is led on', [onDidChangeTabs], isAnother);
    await session.run('pauseLogs');
    assert.equal((await session.workbench.logs.open()).named(first)?.isPaused, true);
    await closeEditors();
    cluster.cluster.jobs.deregister('default', 'busy', { purge: false });
  });

  it('are compared with others that are open, and read while they are', async () => {
    await cluster.register(jobspec('pair', { driver: 'raw_exec', count: 2, script: 'echo same; sleep 1000' }));
    const [one, other] = await session.running('pair', 2);
    for (const { id } of [one, other].filter((found) => found !== undefined)) {
      await session.run('showLogs', { allocation: id, job: jobKey('default', 'pair') });
      await shows(/│ same\n/);
      await vscode.commands.executeCommand('workbench.action.keepEditor');
    }
    await session.run('compareLogs');
    assert.deepEqual(session.messages.all, []);
    const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
    assert.ok(input instanceof vscode.TabInputTextDiff);
    assert.deepEqual(
      [input.original, input.modified].map(({ path }) => /pair\.app\[[01]\] logs$/.test(path)),
      [true, true],
    );
  });

  it('are searched, those of dead allocations too', async () => {
    await session.run('showLogs', { job: jobKey('default', 'pair') });
    session.ask.will({ text: 'SAME' }, { text: 'sam' });
    await session.run('searchLogs', { job: jobKey('default', 'pair') });
    assert.match(text(), /^\/SAME\/ in 4 logs of pair on .*: 0 of 2 lines\n$/);
    await session.run('searchLogs', { job: jobKey('default', 'pair') });
    assert.match(text(), /^\/sam\/ in 4 logs of pair on .*: 2 of 2 lines\n(?:app\[[01]\] \w{4} │ same\n){2}$/);
  });

  it('of a task that is over tell how it ended', async () => {
    const script = 'echo so far; exit 3';
    const source = jobspec('dies', { driver: 'raw_exec', script }).replace(
      'task "main"',
      'restart {\n      attempts = 0\n      mode     = "fail"\n    }\n    reschedule {\n      attempts  = 0\n      unlimited = false\n    }\n    task "main"',
    );
    await cluster.register(source);
    const dead = await session.until('it failed', (store) =>
      store.allocationsOf(jobKey('default', 'dies')).find((one) => one.clientStatus === 'failed'),
    );
    await session.run('showLogs', { allocation: dead.id, job: dead.jobKey });
    await shows(/^│ so far\n─ main exited 3/m);
    assert.equal([...text().matchAll(/main exited 3/g)].length, 1);
  });
});

describe('logs that the token may not read', () => {
  const some = '00000000-0000-4000-8000-0000000000b2';
  const management = '00000000-0000-4000-8000-00000000ac15';

  it('name the right that it lacks', async () => {
    const session = await Session.open();
    const tokens = { [some]: { namespaces: { default: ['read'] } } };
    const cluster = await startCluster({ rawExec: true, acl: { token: management, tokens } });
    try {
      await session.workbench.tokens.set(cluster.address, some);
      await cluster.register(jobspec('web', { driver: 'raw_exec' }));
      await session.connect(cluster.address);
      await session.running('web');
      await session.run('showLogs', { job: jobKey('default', 'web') });
      await when('the document says so', [onDidEdit], () =>
        /─ .*The token needs read-logs in namespace default/.test(text()),
      );
      assert.equal(text().trimEnd().split('\n').length, 1, text());
    } finally {
      await closeEditors();
      await session.workbench.tokens.forget(cluster.address);
      await session.close();
      await cluster.close();
    }
  });
});
