import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { schemes } from '../../src/platform/contributions.ts';
import type { OpenLog } from '../../src/editor/logs/openLog.ts';
import { jobKey } from '../../src/state/tables/keys.ts';
import { closeEditors, onDidEdit, setSetting } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { rowsOf } from './support/rows.ts';
import { startCluster, type Session, type TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';
import { eventually, when, type AnyEvent } from './support/when.ts';

/** Writes twenty lines a second, to the one stream and to the other. */
const counting = 'i=0; while true; do i=$((i+1)); echo "out $i"; echo "err $i" >&2; sleep 0.1; done';

const job = jobKey('default', 'web');

const logPath = '/v1/client/fs/logs/';

describe('logs', () => {
  let session: Session;
  let cluster: TestCluster;
  /** How many requests for logs are being answered. */
  let open = 0;

  useCluster(
    async (opened, started) => {
      session = opened;
      cluster = started;
      cluster.onRequest(({ path }) => (open += path.startsWith(logPath) ? 1 : 0));
      cluster.cluster.agentLog.onLine(({ message, fields }) => {
        if (message === 'request complete' && String(fields['path']).startsWith(logPath)) open -= 1;
      });
      await cluster.register(jobspec('web', { driver: 'raw_exec', count: 2, script: counting }));
      await session.connect(cluster.address);
      await session.running('web', 2);
    },
    { rawExec: true },
  );

  afterEach(async () => {
    await closeEditors();
    await eventually('no log is read any more', () => open === 0);
  });

  const text = () => editor().document.getText();

  const shows = (pattern: RegExp) =>
    when(`the log shows ${String(pattern)}`, [onDidEdit], () => pattern.test(text())).catch((error: unknown) => {
      throw new Error(`It ends with\n${text().slice(-600)}`, { cause: error });
    });

  const editor = () => {
    const { activeTextEditor } = vscode.window;
    assert.ok(activeTextEditor);
    assert.equal(activeTextEditor.document.uri.scheme, schemes.logs);
    return activeTextEditor;
  };

  const log = async (): Promise<OpenLog> => {
    const found = (await session.workbench.logs.open()).named(undefined);
    assert.ok(found);
    return found;
  };

  const grows = (by = 10) => {
    const { document } = editor();
    const before = document.lineCount;
    return when(`it grows by ${String(by)} lines`, [onDidEdit], () => document.lineCount >= before + by);
  };

  const onDidScroll: AnyEvent = (listener) => vscode.window.onDidChangeTextEditorVisibleRanges(listener);

  /** Whether the last line is to be seen. */
  const isAtEnd = (one: vscode.TextEditor) => (one.visibleRanges.at(-1)?.end.line ?? 0) >= one.document.lineCount - 1;

  /** Sees that each line of a log is there once and in order. */
  function isWhole(pattern: RegExp): number[] {
    const found = [...text().matchAll(pattern)].map((match) => Number(match[1]));
    assert.deepEqual(
      found,
      found.map((_, at) => (found[0] ?? 0) + at),
    );
    return found;
  }

  const firstLog = /^app\[0\] \w{4} │ out (\d+)$/gm;

  const everyLog = [0, 1].flatMap((index) => [
    new RegExp(`^app\\[${String(index)}\\] \\w{4} │ out (\\d+)$`, 'gm'),
    new RegExp(`^app\\[${String(index)}\\] \\w{4} ┃ err (\\d+)$`, 'gm'),
  ]);

  it('of a job are those of all its allocations, as they are written', async () => {
    await session.run('showLogs', { job });
    assert.deepEqual(session.messages.all, []);
    await shows(/^app\[0\] \w{4} │ out \d+$/m);
    await shows(/^app\[1\] \w{4} ┃ err \d+$/m);
    const { document } = editor();
    assert.equal(document.languageId, 'log');
    assert.equal(document.uri.path, `/nomad/${session.cluster.label}/web logs`);
    await grows();
    assert.equal(document.isDirty, false);
    for (const pattern of everyLog) assert.ok(isWhole(pattern).length > 1);
  });

  it('of a task are as it writes them, with the streams told apart', async () => {
    const [web] = (await rowsOf(session.workbench)).filter((row) => row.label === 'web');
    const [allocation] = await rowsOf(session.workbench, web?.row);
    await session.run('showLogs', { ...allocation?.row, task: 'main' });
    await shows(/^│ out \d+\n(?:.*\n)*┃ err \d+$/m);
    assert.match(editor().document.uri.path, /\/web\.app\[[01]\] main logs$/);
    await grows();
    isWhole(/^│ out (\d+)$/gm);
  });

  it('are chosen step by step, where nothing was chosen', async () => {
    session.ask.will({ pick: 'web' }, { pick: 'app[1]' });
    await session.run('showLogs');
    assert.deepEqual(
      session.ask.asked.map(({ title }) => title),
      [`Show the logs of a job on ${session.cluster.label}`, `Logs of web on ${session.cluster.label}`],
    );
    assert.match(session.ask.last.choices[0] ?? '', /^All allocations · 2, and those to come$/);
    await shows(/^│ out \d+$/m);
    assert.match(editor().document.uri.path, /\/web\.app\[1\] logs$/);
  });

  it('are followed at the end, stay where one scrolls up, and go on at the end', async () => {
    await session.run('showLogs', { job });
    await shows(/out \d+/);
    await grows(100);
    const shown = editor();
    await when('the end is shown', [onDidScroll, onDidEdit], () => isAtEnd(shown));
    await grows(20);
    await when('the end is shown', [onDidScroll, onDidEdit], () => isAtEnd(shown));
    shown.revealRange(new vscode.Range(10, 0, 10, 0), vscode.TextEditorRevealType.AtTop);
    const followed = await log();
    await when('it is not followed', [onDidScroll], () => !followed.follows);
    const top = shown.visibleRanges[0]?.start.line;
    await grows(30);
    assert.equal(shown.visibleRanges[0]?.start.line, top);
    assert.equal(isAtEnd(shown), false);
    await session.run('goToEndOfLogs');
    await when('the end is shown', [onDidScroll, onDidEdit], () => isAtEnd(shown));
    await grows(30);
    await when('the end is shown', [onDidScroll, onDidEdit], () => isAtEnd(shown));
  });

  it('keep a selection while they grow', async () => {
    await session.run('showLogs', { job });
    await grows(40);
    const shown = editor();
    const at = shown.document.lineCount - 5;
    shown.selection = new vscode.Selection(at, 2, at + 1, 3);
    const selected = shown.document.getText(shown.selection);
    await grows(60);
    assert.equal(shown.document.getText(shown.selection), selected);
  });

  it('are paused and cleared', async () => {
    await session.run('showLogs', { job });
    await grows();
    await session.run('pauseLogs');
    const followed = await log();
    const end = followed.lines.end;
    const before = text();
    await eventually('more has come', () => followed.lines.end > end + 20);
    assert.equal(text(), before);
    await session.run('resumeLogs');
    await grows(20);
    assert.ok(text().startsWith(before));
    for (const pattern of everyLog) isWhole(pattern);
    const last = Math.max(...isWhole(firstLog));
    await session.run('clearLogs');
    await when('it is empty', [onDidEdit], () => !text().includes('app[0]') || Math.min(...isWhole(firstLog)) > last);
    await grows();
    assert.ok(Math.min(...isWhole(firstLog)) > last);
  });

  it('are filtered, with an expression that is looked at as it is typed', async () => {
    await session.run('showLogs', { job });
    await grows();
    session.ask.will({ pick: 'Show only lines with …' }, { text: 'out \\d*5$' }, { pick: 'With 1 before and after' });
    await session.run('filterLogs');
    await when('it is filtered', [onDidEdit], () => !text().includes('err'));
    await shows(/^app\[0\] \w{4} │ out \d*4\n(?:.*\n)*app\[0\] \w{4} │ out \d*5\n(?:.*\n)*app\[0\] \w{4} │ out \d*6$/m);
    assert.doesNotMatch(text(), / out \d*1$| err /m);
    session.ask.will({ pick: 'Hide lines with …' }, { text: 'out' });
    await session.run('filterLogs');
    await shows(/ err \d+/);
    assert.doesNotMatch(text(), /out/);
    session.ask.will({ pick: 'Show all lines' });
    await session.run('filterLogs');
    await shows(/out/);
    for (const pattern of everyLog) isWhole(pattern);
  });

  it('are narrowed to a stream and an allocation, and go on without loss', async () => {
    await session.run('showLogs', { job });
    await grows();
    const [first] = (await log()).sources;
    assert.ok(first?.source.kind === 'task');
    const name = `${first.source.name} ${first.source.allocation.slice(0, 4)}`;
    session.ask.will({ pickMany: ['stderr', name, 'When each line came'] });
    await session.run('setLogOptions');
    await when('only stderr is there', [onDidEdit], () => !text().includes('out') && text().includes('err'));
    for (const line of text().trimEnd().split('\n')) {
      assert.match(line, /^\d\d:\d\d:\d\d\.\d{3} app\[\d\] \w{4} ┃ err \d+$/);
      assert.ok(line.includes(name), line);
    }
    const all = session.ask.last.choices.map((choice) => choice.replace(/ · .*/, ''));
    assert.deepEqual(all.slice(0, 4), ['stdout', 'stderr', 'When each line came', 'JSON as its message']);
    session.ask.will({ pickMany: all.filter((one) => one !== 'When each line came') });
    await session.run('setLogOptions');
    await shows(/out/);
    await grows();
    for (const pattern of everyLog) isWhole(pattern);
  });

  it('are read no more once the document is closed, and from where they were when it is opened again', async () => {
    await session.run('showLogs', { job });
    await grows();
    assert.equal(open, 4);
    const { uri } = editor().document;
    await closeEditors();
    await eventually('no log is read any more', () => open === 0);
    await vscode.window.showTextDocument(uri);
    await grows();
    assert.equal(open, 4);
    for (const pattern of everyLog) isWhole(pattern);
  });

  it('go on while their tab is hidden', async () => {
    await session.run('showLogs', { job });
    await grows();
    await vscode.commands.executeCommand('workbench.action.keepEditor');
    const { uri } = editor().document;
    const followed = await log();
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'other' }));
    const end = followed.lines.end;
    await eventually('more has come', () => followed.lines.end > end + 20);
    await vscode.window.showTextDocument(uri);
    await when('it is shown', [onDidEdit], () => text().split('\n').length > end + 20);
    for (const pattern of everyLog) isWhole(pattern);
  });

  it('of another cluster are not read from the one that is connected, and go on with their own', async () => {
    await session.run('showLogs', { job });
    await grows();
    const { label } = session.cluster;
    const other = await startCluster({ rawExec: true });
    try {
      await other.register(
        jobspec('web', { driver: 'raw_exec', script: 'while true; do echo ALIEN; sleep 0.1; done' }),
      );
      await session.connect(other.address);
      await session.running('web');
      await shows(new RegExp(`─ Of ${label}: the window is connected to ${session.cluster.label}, so nothing more`));
      await eventually('no log is read any more', () => open === 0);
      assert.equal(other.requests.filter(({ path }) => path.startsWith(logPath)).length, 0);
      await setSetting('nomad.address', cluster.address);
      await session.connect(cluster.address);
      await grows(20);
      assert.doesNotMatch(text(), /ALIEN/);
      for (const pattern of everyLog) isWhole(pattern);
    } finally {
      await other.close();
    }
  });

  it('lead to files of the workspace, and say of a line of JSON what is in it', async () => {
    await cluster.register(
      jobspec('talks', {
        driver: 'raw_exec',
        script: `echo '{"level":"error","msg":"no route","code":7}'; echo 'at /build/places/named.ts:3:2'; sleep 1000`,
      }),
    );
    await session.running('talks');
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder, 'places/named.ts');
    await vscode.workspace.fs.writeFile(file, Buffer.from('one\ntwo\nthree\n'));
    await session.run('showLogs', { job: jobKey('default', 'talks') });
    await shows(/│ ERROR no route\n.*│ at \/build\/places\/named\.ts:3:2$/m);
    const { uri } = editor().document;
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', uri);
    assert.deepEqual(
      links.map(({ target }) => target?.toString()),
      [file.with({ fragment: 'L3,2' }).toString()],
    );
    const at = new vscode.Position(0, 20);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, at);
    const said = hovers.flatMap(({ contents }) => contents.map((one) => (one as vscode.MarkdownString).value)).join();
    assert.match(said, /stdout.*allocation[\s\S]*level: error\ncode: 7/);
    await vscode.workspace.fs.delete(file);
  });
});
