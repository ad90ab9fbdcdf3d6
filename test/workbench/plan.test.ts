import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { schemes, settingNames } from '../../src/platform/contributions.ts';
import { closeEditors, logText, onDidEdit, openFile, setLogLevel, shownText, typeAll } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import type { Session, TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';
import { eventually, when } from './support/when.ts';

describe('plan', () => {
  let session: Session;
  let cluster: TestCluster;

  useCluster((opened, started) => {
    [session, cluster] = [opened, started];
    return session.connect(cluster.address);
  });

  const planOf = (editor: vscode.TextEditor) => shownText(schemes.plan, editor.document.uri.toString());

  it('shows what Nomad says beside the editor, and leaves the focus in it', async () => {
    await cluster.register(jobspec('web', { version: '1' }));
    const editor = await openFile('plan.nomad.hcl', jobspec('web', { version: '2' }));
    await session.run('planJob');
    const text = planOf(editor);
    assert.match(text ?? '', /Plan for job "web" · 127\.0\.0\.1:\d+ \/ default · \d\d:\d\d:\d\d\n/);
    assert.match(text ?? '', /Env\[VERSION\]: "1" => "2"/);
    assert.match(text ?? '', /All tasks can be placed/);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), editor.document.uri.toString());
    assert.equal(cluster.cluster.store.job('default', 'web')?.Version, 0, 'a plan changes nothing');
    assert.deepEqual(session.messages.all, []);
  });

  it('plans the text that is not saved yet', async () => {
    const editor = await openFile('unsaved.nomad.hcl', jobspec('unsaved', { count: 1 }));
    await typeAll(editor, jobspec('unsaved', { count: 5 }));
    assert.equal(editor.document.isDirty, true);
    await session.run('planJob');
    assert.match(planOf(editor) ?? '', /Task Group: "app" \(5 create\)/);
    assert.equal(editor.document.isDirty, true);
  });

  it('plans a new file that has no name yet', async () => {
    await session.run('newJobspec');
    await session.run('planJob');
    assert.match(shownText(schemes.plan, 'hello') ?? '', /Plan for job "hello".*new job/);
  });

  it('plans the file that it was called on, from the explorer', async () => {
    const editor = await openFile('explorer.nomad.hcl', jobspec('explorer'));
    const { uri } = editor.document;
    await closeEditors();
    await session.run('planJob', uri);
    assert.match(planOf(editor) ?? '', /Plan for job "explorer"/);
  });

  it('says that a plan is outdated once the text is edited, and offers another', async () => {
    const editor = await openFile('outdated.nomad.hcl', jobspec('outdated'));
    await session.run('planJob');
    const { uri } = editor.document;
    assert.notEqual(session.workbench.tickets.get(uri), undefined);
    await typeAll(editor, jobspec('outdated', { count: 2 }));
    assert.equal(session.workbench.tickets.get(uri), undefined);
    await when('the plan says so', [onDidEdit], () => planOf(editor)?.startsWith('Outdated: '));
    assert.deepEqual(await lensesOf(planDocument(editor)), ['Plan again', 'Compare sources']);
    await session.run('planJob', uri);
    await when('the plan is new', [onDidEdit], () => planOf(editor)?.startsWith('Plan for job "outdated"'));
    assert.deepEqual(await lensesOf(planDocument(editor)), ['Run this plan', 'Compare sources', 'Plan again']);
    assert.match((await lensesOf(uri)).join(), /^Plan,Run the plan/);
  });

  it('asks for variables once, remembers them for the file, and keeps their values to itself', async () => {
    const head = 'variable "image_tag" {}\nvariable "api_token" {\n  type = string\n}\n\n';
    const text = jobspec('vars', { head, version: '${var.image_tag}-${var.api_token}' });
    const editor = await openFile('vars.nomad.hcl', text);
    session.ask.will({ text: 'tag-1f3a' }, { text: 'hush-9c8d' });
    await setLogLevel('trace');
    await session.run('planJob');
    assert.deepEqual(
      session.ask.asked.map(({ title, secret }) => [title, secret]),
      [
        ['Variables of vars (1 of 2)', false],
        ['Variables of vars (2 of 2)', true],
      ],
    );
    assert.match(planOf(editor) ?? '', /variables: api_token, image_tag/);
    await session.run('planJob');
    assert.equal(session.ask.asked.length, 2, 'the second plan asks nothing');
    assert.deepEqual(session.messages.all, []);
    session.workbench.log.info('all is planned');
    await eventually('the log is written', () => logText(session.workbench).includes('all is planned'));
    await setLogLevel('info');
    assert.doesNotMatch(logText(session.workbench), /tag-1f3a|hush-9c8d/);
    const configuration = vscode.workspace.getConfiguration();
    assert.doesNotMatch(JSON.stringify(settingNames.map((name) => configuration.inspect(name))), /tag-1f3a|hush-9c8d/);
  });

  it('takes the values of NOMAD_VAR_ variables without a question', async () => {
    const text = jobspec('env', { head: 'variable "tag" {}\n', version: '${var.tag}' });
    const editor = await openFile('env.nomad.hcl', text);
    process.env['NOMAD_VAR_tag'] = 'from-env';
    try {
      await session.run('planJob');
    } finally {
      delete process.env['NOMAD_VAR_tag'];
    }
    assert.deepEqual(session.ask.asked, []);
    assert.match(planOf(editor) ?? '', /variables: tag/);
    const image = session.workbench.tickets.get(editor.document.uri)?.job.TaskGroups?.[0]?.Tasks?.[0]?.Config?.[
      'image'
    ];
    assert.equal(image, 'example/app:from-env');
  });

  it('leaves all as it is when the question for a variable is left', async () => {
    const editor = await openFile('left.nomad.hcl', jobspec('left', { head: 'variable "tag" {}\n' }));
    session.ask.will({ leave: true });
    await session.run('planJob');
    assert.equal(planOf(editor), undefined);
    assert.deepEqual(session.messages.all, []);
  });

  it('plans anew with other values after "Set variables"', async () => {
    const head = 'variable "tag" {\n  default = "old"\n}\n';
    await cluster.register(jobspec('set', { version: 'first' }));
    const editor = await openFile('set.nomad.hcl', jobspec('set', { head, version: '${var.tag}' }));
    await session.run('planJob');
    assert.match(planOf(editor) ?? '', /VERSION\]: "first" => "old"/);
    session.ask.will({ text: 'new' });
    await session.run('setVariables');
    assert.equal(session.workbench.tickets.get(editor.document.uri), undefined);
    await session.run('planJob');
    await when('the plan has the value', [onDidEdit], () => planOf(editor)?.includes('"first" => "new"'));
  });

  it('compares the running source with the editor', async () => {
    await cluster.register(jobspec('compare', { version: '1' }));
    const editor = await openFile('compare.nomad.hcl', jobspec('compare', { version: '2' }));
    await session.run('compareSources');
    assert.deepEqual(session.messages.all, []);
    assert.equal(shownText(schemes.source, 'compare v0'), jobspec('compare', { version: '1' }));
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.ok(tab?.input instanceof vscode.TabInputTextDiff);
    assert.equal(tab.input.modified.toString(), editor.document.uri.toString());
  });

  it('explains what can not be placed', async () => {
    const text = jobspec('big').replace(
      'driver = "docker"',
      'driver = "docker"\n      resources {\n memory = 99999999\n }',
    );
    const editor = await openFile('big.nomad.hcl', text);
    await session.run('planJob');
    assert.match(planOf(editor) ?? '', /Placement\n[^]*memory/i);
  });
});

function planDocument({ document }: vscode.TextEditor): vscode.Uri {
  const about = document.uri.toString();
  const plan = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === schemes.plan && uri.query === about);
  assert.ok(plan, 'there is no plan');
  return plan.uri;
}

async function lensesOf(uri: vscode.Uri): Promise<(string | undefined)[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 10);
  return lenses.map((lens) => lens.command?.title);
}
