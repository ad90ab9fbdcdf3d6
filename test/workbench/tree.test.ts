import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { once } from '../../src/base/events.ts';
import { jobKey } from '../../src/state/tables/keys.ts';
import { views } from '../../src/platform/contributions.ts';
import { jobspec } from './support/jobspec.ts';
import { rowsOf } from './support/rows.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';

/** Nomad takes every character in an id but a space and NUL. */
const hostile = {
  slashes: 'a/b/../c%2Fd?x=1#y',
  unicode: 'größe–作业-🚀',
  icon: '$(trash)$(sync~spin)',
  markdown: '[click](command:workbench.action.quit)**bold**`code`<img/src=x>',
};
const spaced = 'a name  with "spaces"';

describe('trees', () => {
  let session: Session;
  let cluster: TestCluster;

  before(async () => {
    session = await Session.open();
    cluster = await startCluster();
    for (const id of Object.values(hostile)) await cluster.register(jobspec(id));
    await cluster.register(jobspec('spaced', { name: spaced }));
    await cluster.register(jobspec('web', { groups: ['api', 'front'] }));
    await session.connect(cluster.address);
  });

  afterEach(() => {
    session.clear();
  });

  after(async () => {
    await session.close();
    await cluster.close();
  });

  it('shows every job under the name that it has', async () => {
    const labels = (await rowsOf(session.workbench)).map((row) => row.label);
    assert.deepEqual(labels.sort(), [...Object.values(hostile), spaced, 'web'].sort());
  });

  it('selects in the real view the rows that the provider made', async () => {
    await vscode.commands.executeCommand(`${views.jobs}.focus`);
    const rows = (await rowsOf(session.workbench)).map((drawn) => drawn.row);
    const web = rows.find((row) => row.job === jobKey('default', 'web'));
    assert.ok(web?.job);
    await session.workbench.views.revealJob(web.job);
    const { selection } = session.workbench.views;
    assert.equal(selection.length, 1);
    assert.equal(selection[0], web);
  });

  it('keeps a row the same while all about it changes', async () => {
    const before = await rowsOf(session.workbench);
    const web = before.find((row) => row.label === 'web');
    assert.ok(web);
    await session.until('web is stopped', stopWeb(cluster));
    await session.run('refresh');
    const after = await rowsOf(session.workbench);
    const same = after.find((row) => row.label === 'web');
    assert.equal(same?.row, web.row);
    assert.equal(same.item.id, web.item.id);
    assert.match(same.description, /stopped/);
    assert.deepEqual(
      after.map((row) => row.row),
      before.map((row) => row.row),
    );
  });

  for (const [kind, id] of Object.entries(hostile)) {
    it(`opens and names a job whose id has ${kind}`, async () => {
      const [job] = (await rowsOf(session.workbench)).filter((row) => row.label === id);
      assert.ok(job, `no row ${id}`);
      assert.ok(job.item.tooltip instanceof vscode.MarkdownString);
      assert.notEqual(job.item.tooltip.isTrusted, true);
      assert.doesNotMatch(job.tooltip, /\]\(command:|<img|\*\*bold/);
      await session.running(id);
      const below = await rowsOf(session.workbench, job.row);
      assert.ok(
        below.some((row) => row.label === 'app[0]'),
        below.map((row) => `${row.label} ${row.description}`).join('; '),
      );
      await session.run('openJobSource', job.row);
      assert.deepEqual(session.messages.all, []);
      assert.equal(vscode.window.activeTextEditor?.document.getText(), jobspec(id));
      await vscode.env.clipboard.writeText('');
      await session.run('copyId', job.row);
      assert.equal(await vscode.env.clipboard.readText(), id);
    });
  }

  it('copies the ids of all selected rows', async () => {
    const rows = (await rowsOf(session.workbench)).map((drawn) => drawn.row);
    await session.run('copyId', rows[1], rows);
    const copied = (await vscode.env.clipboard.readText()).split('\n');
    assert.deepEqual(copied.sort(), [...Object.values(hostile), 'spaced', 'web'].sort());
    await session.run('copyId', rows[1], rows.slice(2));
    assert.equal((await vscode.env.clipboard.readText()).split('\n').length, 1);
  });

  it('stops a job whose id has all of it', async () => {
    const id = Object.values(hostile).join('');
    await cluster.register(jobspec(id));
    await session.running(id);
    session.ask.will({ confirm: 'button' });
    await session.run('stopJob', { job: jobKey('default', id) });
    assert.equal(cluster.cluster.store.job('default', id)?.Stop, true);
    assert.equal(session.ask.last.title, `Stop ${id} on ${session.cluster.label}?`);
    await session.messages.next(/is stopped on/);
  });

  it('says for a row that is gone what it was, and fails its commands in words', async () => {
    await cluster.register(jobspec('brief'));
    await session.running('brief');
    const row = (await rowsOf(session.workbench)).find((one) => one.label === 'brief')?.row;
    assert.ok(row);
    cluster.cluster.purge('default', 'brief');
    await session.until('brief is gone', (store) => !store.jobs.has(jobKey('default', 'brief')));
    assert.equal(session.workbench.views.tree(views.jobs).getTreeItem(row).description, 'gone');
    for (const command of ['openJobSource', 'revertJob'] as const) {
      await session.run(command, row);
      const { level } = await session.messages.next(
        /^Could not .* on .*: (?:job not found|the job is no longer there\.)$/,
      );
      assert.equal(level, 'error');
    }
    session.ask.will({ confirm: 'button' });
    await session.run('stopJob', row);
    await session.messages.next(/^Could not stop the job on .*: the job is no longer there\.$/);
  });

  it('draws all rows anew when VS Code has lost sight of one', async () => {
    const drawn = once(
      session.workbench.views.tree(views.jobs).onDidChangeTreeData,
      undefined,
      (rows) => rows === undefined,
    );
    await session.run('exec', undefined, undefined);
    await session.messages.next(
      /: its row is no longer there, or was just drawn anew\. Nothing was done; choose it again\.$/,
    );
    await drawn;
  });

  it('asks nothing while no view is shown, and is caught up when one is', async function () {
    this.timeout(180_000);
    await vscode.commands.executeCommand(`${views.jobs}.focus`);
    await session.state('live');
    await vscode.commands.executeCommand('workbench.view.explorer');
    await session.state('paused');
    const before = cluster.requests.length;
    await cluster.register(jobspec('while-hidden'));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.deepEqual(cluster.requests.slice(before), []);
    await vscode.commands.executeCommand(`${views.jobs}.focus`);
    await session.state('live');
    await session.until('what was missed', (store) => store.jobs.has(jobKey('default', 'while-hidden')));
    const labels = (await rowsOf(session.workbench)).map((row) => row.label);
    assert.ok(labels.includes('while-hidden'), labels.join());
  });
});

/** Stops `web` as somebody else would, and looks whether that was heard of. */
function stopWeb({ cluster }: TestCluster) {
  cluster.jobs.deregister('default', 'web', { purge: false });
  return (store: { jobs: ReadonlyMap<ReturnType<typeof jobKey>, { readonly stop: boolean }> }) =>
    store.jobs.get(jobKey('default', 'web'))?.stop === true;
}
