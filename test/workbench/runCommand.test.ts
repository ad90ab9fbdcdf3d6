import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { jobKey } from '../../src/state/tables/keys.ts';
import { closeEditors } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import type { Answer } from './support/scriptedAsk.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';
import { eventually } from './support/when.ts';

const nothing: Answer = { pick: 'Nothing' };
const confirmed: Answer = { confirm: 'button' };

describe('a command in tasks', () => {
  let session: Session;
  let cluster: TestCluster;
  let folder = '';
  let ids: string[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'run-'));
    session = await Session.open();
    cluster = await startCluster({ rawExec: true });
    await cluster.register(jobspec('web', { driver: 'raw_exec', count: 3 }));
    await session.connect(cluster.address);
    ids = (await session.running('web', 3)).map(({ id }) => id);
  });

  afterEach(async () => {
    session.clear();
    await closeEditors();
  });

  after(async () => {
    await session.close();
    await cluster.close();
    rmSync(folder, { recursive: true });
  });

  const one = () => ({ allocation: ids[0], task: 'main' });
  const text = () => vscode.window.activeTextEditor?.document.getText() ?? '';

  /** Runs the command with these answers, all of which have to be asked for. */
  async function run(argument: unknown, ...answers: Answer[]): Promise<void> {
    session.ask.will(...answers);
    await session.run('runCommand', argument);
    assert.deepEqual([session.messages.all, session.ask.left], [[], 0]);
  }

  it('shows what it said, its outputs apart, with its exit code', async () => {
    await run(one(), { text: `/bin/sh -c 'echo "a $1"; echo b >&2; exit 3' sh "x y"` }, nothing, confirmed);
    assert.match(session.ask.last.title, /^Run \/bin\/sh in web app\[\d\] main on 127\.0\.0\.1:\d+\?$/);
    assert.match(session.ask.last.detail, /Namespace default\.[^]*\nstdin: nothing$/);
    assert.match(
      text(),
      /^web app\[\d\] main on .* · namespace default · .*\n\/bin\/sh -c .*\nstdin: nothing\n\n── exit code 3 · \d+\.\d s\n {3}app\[\d\] [0-9a-f]{8} on node-1\nstdout, 6 bytes:\na x y\nstderr, 2 bytes:\nb\n$/,
    );
    assert.match(vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? '', /^web ∕bin∕sh output\.txt$/);
  });

  it('reads the selection, or a file', async () => {
    const document = await vscode.workspace.openTextDocument({ content: 'one\nzwö\nthree\n' });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(1, 0, 2, 0);
    await run(one(), { text: '/bin/cat' }, { pick: 'The selection' }, confirmed);
    assert.match(text(), /\nstdin: the selection, 5 bytes\n[^]*\nstdout, 5 bytes:\nzwö\n$/);
    const file = join(folder, 'bytes');
    writeFileSync(file, Buffer.from([0, 1, 2, 255, 65]));
    await run(one(), { text: '/bin/cat' }, { pick: 'A file…' }, { file: vscode.Uri.file(file) }, confirmed);
    assert.match(
      text(),
      /\nstdin: bytes, 5 bytes\n[^]*\nNo text, SHA-256 [0-9a-f]{64}\n00000000 {2}00 01 02 ff 41 .* \.\.\.\.A\n$/,
    );
  });

  it('runs in all allocations of a job, and puts equal outputs together', async () => {
    const script = `echo same; [ "$NOMAD_ALLOC_INDEX" = 1 ] && echo odd; exit 0`;
    const job = { job: jobKey('default', 'web') };
    const all = { pickMany: ['app[0]', 'app[1]', 'app[2]'] };
    await run(job, all, { text: `/bin/sh -c '${script}'` }, nothing, confirmed);
    assert.match(session.ask.last.title, /^Run \/bin\/sh in 3 allocations of web on /);
    assert.match(session.ask.last.detail, /app\[0\] [0-9a-f]{8} on node-1\napp\[1\] [^]*app\[2\]/);
    assert.match(
      text(),
      /\n2 different results\n\n── 2 of 3 · exit code 0\n {3}app\[0\].*\n {3}app\[2\].*\nstdout, 5 bytes:\nsame\n\n── 1 of 3 · exit code 0 · .*\n {3}app\[1\].*\nstdout, 9 bytes:\nsame\nodd\n$/,
    );
    const { document } = vscode.window.activeTextEditor ?? {};
    assert.ok(document);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    assert.deepEqual(
      lenses.map(({ range, command }) => [document.lineAt(range.start.line).text.slice(0, 9), command?.title]),
      [['── 1 of 3', 'Compare with 2 others, exit code 0']],
    );
    await session.run('compareOutputs', document.uri, 1);
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputTextDiff);
    const side = async (uri: vscode.Uri) => (await vscode.workspace.openTextDocument(uri)).getText();
    assert.equal(await side(input.original), 'exit code 0\nstdout, 5 bytes:\nsame\n');
    assert.equal(await side(input.modified), 'exit code 0\nstdout, 9 bytes:\nsame\nodd\n');
  });

  it('keeps the results of the others where one is dead by then', async () => {
    await cluster.register(jobspec('pair', { driver: 'raw_exec', count: 2 }));
    const pair = await session.running('pair', 2);
    const stop = () => {
      cluster.faults.set({
        path: `/v1/client/allocation/${pair[0]?.id ?? ''}/exec`,
        status: 403,
        text: 'Permission denied',
      });
    };
    const both = { pickMany: ['app[0]', 'app[1]'] };
    await run({ job: jobKey('default', 'pair') }, both, { text: '/bin/echo hi' }, nothing, {
      ...confirmed,
      meanwhile: stop,
    });
    cluster.faults.clear();
    assert.match(
      text(),
      /── 1 of 2 · exit code 0 · [^]*\nhi\n\n── 1 of 2 · The token may not do this: it needs alloc-exec/,
    );
  });

  it('runs once in a task that is selected twice, and in one place', async () => {
    const ran = () => cluster.requests.filter(({ path }) => path.endsWith('/exec')).length;
    const before = ran();
    const { id, jobKey: job } = (await session.running('web', 3))[0] ?? {};
    const [task, whole] = [
      { allocation: id, task: 'main', job },
      { allocation: id, job },
    ];
    session.ask.will({ text: '/bin/true' }, nothing, confirmed);
    await session.run('runCommand', task, [task, whole]);
    assert.deepEqual([session.messages.all, session.ask.left, ran() - before], [[], 0, 1]);
    const elsewhere = { ...task, allocation: ids[1], region: 'west' };
    await session.run('runCommand', task, [task, { ...elsewhere, region: undefined }, { job }]);
    await session.messages.next(/other rows are selected too\. Select allocations and tasks alone\./);
  });

  it('does nothing where a question is left', async () => {
    const ran = () => cluster.requests.filter(({ path }) => path.endsWith('/exec')).length;
    const before = ran();
    await run(one(), { leave: true });
    await run(one(), { text: '/bin/true' }, { leave: true });
    await run(one(), { text: '/bin/true' }, nothing, { leave: true });
    assert.equal(ran(), before);
  });

  it('says where there is nothing to compare', async () => {
    await session.run('compareOutputs');
    await session.messages.next(/^Open the output of a command/);
    await eventually('no terminal was opened', () => vscode.window.terminals.length === 0);
  });
});
