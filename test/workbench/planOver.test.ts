import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { languages, schemes } from '../../src/platform/contributions.ts';
import { documentUri } from '../../src/platform/documentUri.ts';
import { lensesOf, onDidEdit, openFile, planUriOf, shownText, typeAll } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { startCluster, type Session, type TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';
import { eventually, when } from './support/when.ts';

/** Plans whose time is over in some other way than that somebody changed the job. */
describe('a plan that no longer holds', () => {
  let session: Session;
  let cluster: TestCluster;

  useCluster((opened, started) => {
    [session, cluster] = [opened, started];
    return session.connect(cluster.address);
  });

  const planOf = (editor: vscode.TextEditor) => shownText(schemes.plan, editor.document.uri.toString());

  it('is over as soon as the connection is left, and says where the window is once it is elsewhere', async () => {
    const other = await startCluster();
    const editor = await openFile('away.nomad.hcl', jobspec('away'));
    await session.run('planJob');
    const plan = planUriOf(editor);
    const label = new URL(cluster.address).host;
    try {
      session.workbench.current.disconnect();
      const left = `Outdated: the connection to ${label} was left after this plan; plan again\n`;
      await when('the plan says so', [onDidEdit], () => planOf(editor)?.startsWith(left));
      assert.deepEqual(await lensesOf(plan), ['Plan again', 'Compare sources']);
      await session.connect(other.address);
      const there = `Outdated: this is a plan for ${label}, and the window is connected to ${session.cluster.label} now\n`;
      await when('the plan says where', [onDidEdit], () => planOf(editor)?.startsWith(there));
    } finally {
      await session.connect(cluster.address);
      await other.close();
    }
  });

  it('has its cluster followed while it is to be seen, whether or not a view is shown', async () => {
    const editor = await openFile('followed.nomad.hcl', jobspec('followed'));
    await vscode.commands.executeCommand('workbench.view.explorer');
    const held = (is: boolean) => eventually(`held: ${String(is)}`, () => session.cluster.isHeld === is);
    await session.run('planJob');
    await held(true);
    await typeAll(editor, jobspec('followed', { head: '# Changed\n' }));
    await held(false);
    await session.run('planJob');
    await held(true);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await held(false);
  });

  it('runs what it was called on, or nothing: a lens that was drawn before the window went elsewhere', async () => {
    const other = await startCluster();
    const editor = await openFile('late-lens.nomad.hcl', jobspec('late-lens'));
    await session.run('planJob');
    const [lens] = await commandsOf(planUriOf(editor));
    assert.equal(lens?.title, 'Run this plan');
    try {
      await session.connect(other.address);
      await call(lens);
      await session.messages.next(/^Could not run the job on .*: it is not open any more; the window is connected to /);
      assert.deepEqual(session.ask.asked, []);
      assert.ok(!other.requests.some(({ path }) => path.endsWith('/job/late-lens/plan')));
    } finally {
      await session.connect(cluster.address);
      await other.close();
    }
  });

  it('never holds when the window went elsewhere while it was made', async () => {
    const other = await startCluster();
    const editor = await openFile('midway.nomad.hcl', jobspec('midway'));
    const restore = afterPlanning(session, 'midway', () => session.connect(other.address));
    try {
      await session.run('planJob');
      const over = /^Outdated: this is a plan for .*\nPlan for job "midway"/;
      await when('the plan says where', [onDidEdit], () => over.test(planOf(editor) ?? ''));
      assert.deepEqual(await lensesOf(planUriOf(editor)), ['Plan again', 'Compare sources']);
      assert.match((await lensesOf(editor.document.uri)).join(), /^Plan,Run(?:,|$)/);
    } finally {
      restore();
      await session.connect(cluster.address);
      await other.close();
    }
  });

  it('is over at once when the text was edited while it was made', async () => {
    const editor = await openFile('typed.nomad.hcl', jobspec('typed'));
    const restore = afterPlanning(session, 'typed', () => typeAll(editor, jobspec('typed', { count: 2 })));
    try {
      await session.run('planJob');
      await when('the plan says so', [onDidEdit], () =>
        planOf(editor)?.startsWith('Outdated: the jobspec was changed'),
      );
      assert.deepEqual(await lensesOf(planUriOf(editor)), ['Plan again', 'Compare sources']);
    } finally {
      restore();
    }
  });

  it('the preview of a revert leads nowhere once the window is connected to another cluster, whose versions are others', async () => {
    const other = await startCluster();
    for (const version of ['x', 'y']) await other.register(jobspec('twin', { version }));
    for (const version of ['a', 'b']) await cluster.register(jobspec('twin', { version }));
    session.ask.will({ pick: 'v0' });
    await session.run('revertJob', { job: 'default/twin' });
    const [uri, text] = previewOf('twin');
    const label = new URL(cluster.address).host;
    try {
      session.workbench.current.disconnect();
      const left = `Outdated: the connection to ${label} was left after this plan; plan again\n`;
      await when('the preview says so', [onDidEdit], () => text().startsWith(left));
      const again = await commandsOf(uri);
      assert.deepEqual(
        again.map(({ title }) => title),
        ['Preview v0 again', 'Choose another version'],
      );
      await session.connect(other.address);
      const there = `Outdated: this is a plan for ${label}, and the window is connected to ${session.cluster.label} now\n`;
      await when('the preview says where', [onDidEdit], () => text().startsWith(there));
      assert.deepEqual(await lensesOf(uri), []);
      // As they were drawn before.
      for (const lens of again) {
        await call(lens);
        await session.messages.next(new RegExp(`^Could not revert the job on ${label}: it is not open any more; `));
      }
      assert.ok(!other.requests.some(({ path }) => /\/job\/twin\/(?:versions|plan)$/.test(path)));
      await session.connect(cluster.address);
      await call(again[0]);
      await when('it is new', [onDidEdit], () => text().startsWith('Revert job "twin" to v0'));
      assert.deepEqual(await lensesOf(uri), ['Revert to v0', 'Choose another version']);
    } finally {
      await session.connect(cluster.address);
      await other.close();
    }
  });

  it('a revert is previewed again that was open before the window was loaded anew, on its own cluster only', async () => {
    const { workspaceState } = session.workbench.extension;
    const keep = (name: string, where: string) => {
      const uri = documentUri(schemes.plan, `${name} — revert.nomad-plan`, { cluster: where, namespace: 'default' });
      const plan = {
        uri: uri.toString(),
        jobId: name,
        namespace: 'default',
        cluster: where,
        atMs: 0,
        summary: 'Less.',
      };
      return { uri, plan: { ...plan, revertTo: 0 } };
    };
    const kept = [keep('here', session.cluster.id), keep('there', 'https://prod.example')];
    await workspaceState.update(
      'nomad.plans',
      kept.map(({ plan }) => plan),
    );
    const lenses = [];
    for (const { uri } of kept) {
      await vscode.workspace.openTextDocument(uri);
      lenses.push(await lensesOf(uri));
    }
    assert.deepEqual(lenses, [['Preview v0 again', 'Choose another version'], []]);
  });

  it('closed is a plan all the same: somebody else’s job ends it, and until then it can be shown', async () => {
    const editor = await openFile('closed.nomad.hcl', jobspec('closed'));
    const { uri } = editor.document;
    await session.run('planJob');
    await closePlan(planUriOf(editor));
    assert.match((await lensesOf(uri)).join(), /^Plan,Run the plan/);
    const planned = cluster.requests.filter(({ path }) => path.endsWith('/job/closed/plan')).length;
    session.ask.will({ confirm: 'other' });
    await session.run('runJob', uri);
    assert.match(planOf(editor) ?? '', /^Plan for job "closed"/);
    assert.equal(cluster.requests.filter(({ path }) => path.endsWith('/job/closed/plan')).length, planned);
    await closePlan(planUriOf(editor));
    await cluster.register(jobspec('closed', { version: 'theirs' }));
    const { onDidChange } = session.workbench.plans;
    await when('its ticket is gone', [onDidChange], () => session.workbench.plans.ticketOf(uri) === undefined);
    assert.match((await lensesOf(uri)).join(), /^Plan,Run(?:,|$)/);
  });

  it('another plan of the jobspec, of a job of another name, ends the first one', async () => {
    const head = 'variable "name" {}\n';
    const text = jobspec('named', { head }).replace('{\n  update', '{\n  id = var.name\n  update');
    const editor = await openFile('named.nomad.hcl', text);
    const textOf = (name: string) => shownText(schemes.plan, `/${name} — plan`) ?? '';
    const set = (name: string) =>
      session.workbench.variables.set(editor.document.uri, session.cluster.id, new Map([['name', name]]));
    await set('one');
    await session.run('planJob');
    const first = planUriOf(editor);
    await vscode.window.showTextDocument(first, { viewColumn: vscode.ViewColumn.Two, preview: false });
    await set('two');
    await session.run('planJob', editor.document.uri);
    assert.match(textOf('two'), /^Plan for job "two"/);
    const over = 'Outdated: the jobspec was planned again after this plan\nPlan for job "one"';
    await when('the first one says so', [onDidEdit], () => textOf('one').startsWith(over));
    assert.deepEqual(await lensesOf(first), ['Plan again', 'Compare sources']);
    assert.equal(session.workbench.plans.ticketOf(editor.document.uri)?.job.ID, 'two');
  });
});

/** Does `meanwhile` when everything about the plan of a job was answered, before the plan is shown. */
function afterPlanning({ cluster }: Session, id: string, meanwhile: () => Promise<unknown>): () => void {
  const { jobs } = cluster.client;
  const list = jobs.list.bind(jobs);
  const listed = async (options: Parameters<typeof list>[0]) => {
    const answer = await list(options);
    if (options.prefix === id) await meanwhile();
    return answer;
  };
  Object.assign(jobs, { list: listed });
  return () => {
    Reflect.deleteProperty(jobs, 'list');
  };
}

/** What the lenses over a document call. */
async function commandsOf(uri: vscode.Uri): Promise<vscode.Command[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 10);
  return lenses.flatMap(({ command }) => command ?? []);
}

async function call(lens: vscode.Command | undefined): Promise<void> {
  assert.ok(lens);
  await vscode.commands.executeCommand(lens.command, ...((lens.arguments ?? []) as readonly unknown[]));
}

/** The preview of a revert: where it is, and what it says at the time. */
function previewOf(id: string): [uri: vscode.Uri, text: () => string] {
  const found = vscode.workspace.textDocuments.find(
    ({ uri }) => uri.scheme === schemes.plan && uri.path === `/${id} — revert.nomad-plan`,
  );
  assert.ok(found, `there is no preview of ${id}`);
  return [found.uri, () => found.getText()];
}

/**
 * Has VS Code tell that the document of a plan is closed: of one that people close it does so minutes later, of one in
 * another language at once.
 */
async function closePlan(uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const told = new Promise<void>((resolve) => {
    const subscription = vscode.workspace.onDidCloseTextDocument((closed) => {
      if (closed !== document) return;
      subscription.dispose();
      resolve();
    });
  });
  const other = document.languageId === 'plaintext' ? languages.plan : 'plaintext';
  await vscode.languages.setTextDocumentLanguage(document, other);
  await told;
}
