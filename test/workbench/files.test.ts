import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { fileUri } from '../../src/editor/files/fileUri.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import { schemes } from '../../src/platform/contributions.ts';
import { clusterId } from '../../src/state/clusters/clusterId.ts';
import type { AllocationRecord } from '../../src/state/tables/records.ts';
import { takeFolders } from './support/folders.ts';
import { closeEditors, onDidEdit } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';
import { eventually, when } from './support/when.ts';

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const large = 17_000_000;

describe('the files of an allocation', () => {
  let session: Session;
  let cluster: TestCluster;
  let one: AllocationRecord;
  let other: AllocationRecord;
  let folder = '';

  useCluster(
    async (opened, started) => {
      [session, cluster] = [opened, started];
      await cluster.register(jobspec('web', { driver: 'raw_exec', count: 2 }));
      await session.connect(cluster.address);
      const [first, second] = (await session.running('web', 2))
        .map((record) => ({ ...record, name: cluster.cluster.store.allocations.get(record.id)?.Name ?? '' }))
        .sort((a, b) => a.name.localeCompare(b.name));
      assert.ok(first !== undefined && second !== undefined);
      [one, other] = [first, second];
    },
    { rawExec: true },
  );
  before('writes files', () => {
    folder = mkdtempSync(join(tmpdir(), 'nomad-alloc-'));
    for (const { id } of [one, other]) writeFileSync(join(local(id), 'note.txt'), `of ${id}\n`);
    writeFileSync(join(local(one.id), 'all.bin'), everyByte);
    writeFileSync(join(local(one.id), '#odd %41.txt'), 'odd');
    writeFileSync(join(local(one.id), 'large.log'), '0123456789abcde\n'.repeat(large / 16));
    mkdirSync(join(local(one.id), 'many'));
    for (let at = 0; at < 2000; at += 1) writeFileSync(join(local(one.id), 'many', String(at)), '');
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Where the simulator keeps what its task writes. */
  const local = (id: string) => join(cluster.cluster.runtime.directories.task(id, 'main'), 'local');
  const row = () => ({ job: one.jobKey, allocation: one.id });
  const uriOf = (path: string, { id, jobKey: job, name = '' } = one) =>
    fileUri({ cluster: session.cluster.id, job, region: undefined, allocation: id, name, path });
  const active = () => vscode.window.activeTextEditor?.document;
  const shows = (pattern: RegExp) =>
    when(`the editor shows ${String(pattern)}`, [onDidEdit, (l) => vscode.window.onDidChangeActiveTextEditor(l)], () =>
      pattern.test(active()?.getText() ?? ''),
    ).catch((error: unknown) => {
      throw new Error(`It shows\n${(active()?.getText() ?? '').slice(-600)}`, { cause: error });
    });
  const title = () => vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? '';

  it('are browsed and opened, read-only, as of their cluster and allocation', async () => {
    session.ask.will({ pick: 'main/' }, { pick: '..' }, { pick: 'main/' }, { pick: 'local/' }, { pick: 'note.txt' });
    await session.run('browseFiles', row());
    await shows(new RegExp(`^of ${one.id}\n$`));
    const document = active();
    assert.ok(document);
    assert.equal(document.uri.toString(), uriOf('main/local/note.txt').toString());
    const host = new URL(cluster.address).host;
    assert.equal(document.uri.path, `/nomad/${host}/web.app[0] ${one.id.slice(0, 8)}/main/local/note.txt`);
    assert.equal(vscode.workspace.fs.isWritableFileSystem(schemes.files), false);
    const { title: asked, detail, choices } = session.ask.last;
    assert.equal(asked, `Files of web.app[0] on ${session.cluster.label}`);
    assert.equal(detail, '/main/local');
    assert.deepEqual(choices.slice(0, 2), ['..', 'many/ · now']);
    assert.ok(choices.includes('all.bin · 256 bytes · now'), choices.join('; '));
    assert.ok(choices.includes('large.log · 17 MB · now'));
  });

  it('begin with those of a task where one is named', async () => {
    session.ask.will({ leave: true });
    await session.run('browseFiles', { ...row(), task: 'main' });
    assert.equal(session.ask.last.detail, '/main');
  });

  it('are a file system: names, sizes, links and bytes as they are', async () => {
    const { fs } = vscode.workspace;
    assert.deepEqual(Buffer.from(await fs.readFile(uriOf('main/local/all.bin'))), everyByte);
    assert.equal(Buffer.from(await fs.readFile(uriOf('main/local/#odd %41.txt'))).toString(), 'odd');
    assert.equal((await fs.stat(uriOf('main/local/large.log'))).size, large);
    assert.equal((await fs.stat(uriOf('main/local'))).type, vscode.FileType.Directory);
    assert.equal((await fs.readDirectory(uriOf('main/local/many'))).length, 2000);
    const names = (await fs.readDirectory(uriOf('main/local'))).map(([name]) => name);
    assert.deepEqual(names, ['many', '#odd %41.txt', 'all.bin', 'large.log', 'note.txt']);
    await assert.rejects(Promise.resolve(fs.stat(uriOf('main/nope'))), { code: 'FileNotFound' });
    await assert.rejects(Promise.resolve(fs.writeFile(uriOf('main/local/note.txt'), Buffer.from('x'))));
  });

  it('that are large are opened by their end, and say so', async () => {
    await assert.rejects(Promise.resolve(vscode.workspace.fs.readFile(uriOf('main/local/large.log'))), {
      message:
        'main/local/large.log has 17 MB, and at most 16 MB are opened as a whole. See its end with "Nomad: Follow file", or take all of it with "Nomad: Download files".',
    });
    session.ask.will({ pick: 'local/' }, { pick: 'large.log' });
    await session.run('browseFiles', { ...row(), task: 'main' });
    await shows(/main\/local\/large\.log has 17 MB: what is before the last 66 kB is not shown/);
    assert.equal(title(), 'large.log following');
    const before = active()?.lineCount ?? 0;
    await session.run('loadOlderLogs');
    await when('older lines are there', [onDidEdit], () => (active()?.lineCount ?? 0) > before + 10_000);
  });

  it('that grow are followed', async () => {
    const file = join(local(one.id), 'grows.log');
    writeFileSync(file, 'one\n');
    await session.run('followFile', uriOf('main/local/grows.log'));
    await shows(/^one$/m);
    appendFileSync(file, 'two\n');
    await shows(/^one\ntwo\n$/m);
    writeFileSync(file, '');
    await shows(/made shorter, and begins anew/);
    appendFileSync(file, 'three\n');
    await shows(/begins anew\nthree\n$/m);
    rmSync(file);
    await shows(/─ main\/local\/grows\.log was removed/);
  });

  it('are read again, where they have changed, once somebody comes back to them', async () => {
    const file = join(local(one.id), 'changes.txt');
    writeFileSync(file, 'before\n');
    const shown = await vscode.window.showTextDocument(uriOf('main/local/changes.txt'));
    const beside = { content: 'beside it', language: 'plaintext' };
    const other = await vscode.workspace.openTextDocument(beside);
    await vscode.window.showTextDocument(other, { viewColumn: vscode.ViewColumn.Beside });
    writeFileSync(file, 'after it\n');
    assert.equal(shown.document.getText(), 'before\n');
    // It was visible all the time, so that VS Code itself has no cause to look.
    await vscode.window.showTextDocument(shown.document, { viewColumn: vscode.ViewColumn.One });
    await shows(/^after it\n$/);
    await closeEditors();
  });

  it('are followed and compared from the editor', async () => {
    await vscode.window.showTextDocument(uriOf('main/local/note.txt'));
    await session.run('compareFile');
    const [left, right] = [one, other].map(({ name = '', id }) => `${name} ${id.slice(0, 8)}`);
    assert.equal(title(), `main/local/note.txt: ${String(left)} ↔ ${String(right)}`);
    const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
    assert.ok(input instanceof vscode.TabInputTextDiff);
    assert.equal(input.modified.toString(), uriOf('main/local/note.txt', other).toString());
    await closeEditors();
    await vscode.window.showTextDocument(uriOf('main/local/note.txt'));
    await session.run('followFile');
    await shows(new RegExp(`^of ${one.id}\n$`));
    assert.equal(active()?.uri.scheme, schemes.logs);
    await closeEditors();
    await session.run('followFile');
    await session.messages.next(/^No file of an allocation is open in the editor/);
  });

  it('are compared only where both are there', async () => {
    await session.run('compareFile', uriOf('main/local/all.bin'));
    await session.messages.next(
      /^Could not compare main\/local\/all\.bin of web\.app\[1\] on .*: .*no such file or directory/,
    );
  });

  it('are downloaded: a file, a directory', async () => {
    session.ask.will({ folder: vscode.Uri.file(folder) });
    await session.run('downloadFiles', uriOf('main/local/all.bin'));
    const { level } = await session.messages.next(
      /^Downloaded main\/local\/all\.bin of web\.app\[0\] from .*: 1 file, 256 bytes$/,
    );
    assert.equal(level, 'info');
    assert.deepEqual(readFileSync(join(folder, 'all.bin')), everyByte);
    writeFileSync(join(local(one.id), '../secrets/key'), 'secret');
    session.ask.will({ folder: vscode.Uri.file(folder) });
    await session.run('downloadFiles', { ...row(), task: 'main' });
    const left =
      /: \d+ files, 17 MB\. Left out: main\/secrets\/key \(Reading secret file prohibited: \/main\/secrets\/key\)$/;
    assert.equal((await session.messages.next(left)).level, 'warning');
    assert.equal(readdirSync(join(folder, 'main/local/many')).length, 2000);
    assert.equal(readFileSync(join(folder, 'main/local/note.txt'), 'utf8'), `of ${one.id}\n`);
  });

  it('become a folder of the window', async () => {
    const folders = takeFolders();
    await session.run('openFilesInExplorer', row());
    folders.dispose();
    assert.equal(folders.all[0]?.uri.toString(), uriOf('').toString());
    assert.equal(folders.all[0].name, `web.app[0] ${one.id.slice(0, 8)} on ${session.cluster.label}`);
  });

  it('are looked for on their own cluster alone', async () => {
    const elsewhere = fileUri({
      ...{ cluster: clusterId('http://gone:4646', undefined), job: one.jobKey, region: undefined },
      ...{ allocation: one.id, name: 'web.app[0]', path: 'main/local/note.txt' },
    });
    await assert.rejects(Promise.resolve(vscode.workspace.fs.readFile(elsewhere)), {
      message: `It is of gone:4646, and the window is connected to ${new URL(cluster.address).host}.`,
    });
    await session.run('followFile', elsewhere);
    await session.messages.next(/^Could not follow the file on gone:4646: it is not open any more/);
  });

  it('are gone with their allocation, and say so', async () => {
    await session.run('followFile', uriOf('main/local/note.txt', other));
    await shows(new RegExp(`^of ${other.id}`));
    const client = new NomadClient({ address: cluster.address });
    await client.allocations.stop(other.id);
    await eventually(
      'it has ended',
      () => cluster.cluster.store.allocations.get(other.id)?.ClientStatus === 'complete',
    );
    await client.allocations.collectGarbage(other.id);
    client.dispose();
    const gone = /The directory of web\.app\[1\] was removed with its allocation: Unknown allocation/;
    await assert.rejects(Promise.resolve(vscode.workspace.fs.readFile(uriOf('main/local/note.txt', other))), gone);
    await session.run('browseFiles', { job: other.jobKey, allocation: other.id });
    await session.messages.next(/^Could not list the files of web\.app\[1\] on .*: Unknown allocation/);
    await shows(/─ main\/local\/note\.txt was removed with its allocation/);
  });
});

describe('files that the token may not read', () => {
  const some = '00000000-0000-4000-8000-0000000000b3';
  const management = '00000000-0000-4000-8000-00000000ac15';

  it('name the right that it lacks', async () => {
    const session = await Session.open();
    const tokens = { [some]: { namespaces: { default: ['read'] } } };
    const cluster = await startCluster({ rawExec: true, acl: { token: management, tokens } });
    try {
      await session.workbench.tokens.set(cluster.address, some);
      await cluster.register(jobspec('web', { driver: 'raw_exec' }));
      await session.connect(cluster.address);
      const [allocation] = await session.running('web');
      assert.ok(allocation);
      const { id, jobKey: job } = allocation;
      await session.run('browseFiles', { job, allocation: id });
      const words = 'Permission denied. The token needs read-fs in namespace default';
      await session.messages.next(new RegExp(`^Could not list the files of web\\.app\\[0\\] on .*: ${words}$`));
      const uri = fileUri({
        cluster: session.cluster.id,
        job,
        region: undefined,
        allocation: id,
        name: 'web.app[0]',
        path: 'alloc',
      });
      await assert.rejects(Promise.resolve(vscode.workspace.fs.readDirectory(uri)), {
        code: 'NoPermissions',
        message: words,
      });
      await session.run('followFile', uri);
      await session.messages.next(new RegExp(`^Could not follow alloc of web\\.app\\[0\\] on .*: ${words}$`));
    } finally {
      await closeEditors();
      await session.workbench.tokens.forget(cluster.address);
      await session.close();
      await cluster.close();
    }
  });
});
