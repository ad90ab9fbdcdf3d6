import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { schemes, settingNames } from '../../src/platform/contributions.ts';
import {
  closeEditors,
  lensesOf,
  logText,
  onDidEdit,
  openFile,
  planUriOf,
  setLogLevel,
  shownText,
  typeAll,
} from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import type { Session, TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';
import { eventually, when, type AnyEvent } from './support/when.ts';

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
    assert.notEqual(session.workbench.plans.ticketOf(uri), undefined);
    await typeAll(editor, jobspec('outdated', { count: 2 }));
    assert.equal(session.workbench.plans.ticketOf(uri), undefined);
    await when('the plan says so', [onDidEdit], () => planOf(editor)?.startsWith('Outdated: '));
    assert.deepEqual(await lensesOf(planUriOf(editor)), ['Plan again', 'Compare sources']);
    await session.run('planJob', uri);
    await when('the plan is new', [onDidEdit], () => planOf(editor)?.startsWith('Plan for job "outdated"'));
    assert.deepEqual(await lensesOf(planUriOf(editor)), ['Run this plan', 'Compare sources', 'Plan again']);
    assert.match((await lensesOf(uri)).join(), /^Plan,Run the plan/);
  });

  it('has lenses that can be clicked for as long as they are seen, whatever newer ones came meanwhile', async () => {
    const editor = await openFile('clicked.nomad.hcl', jobspec('clicked'));
    const { uri } = editor.document;
    const commands = async (of: vscode.Uri) => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', of, 10);
      return lenses.map(({ command }) => command);
    };
    const [plan] = await commands(uri);
    assert.ok(plan);
    // VS Code drops arguments as soon as it asks for newer lenses.
    assert.equal(plan.arguments, undefined);
    assert.deepEqual(await commands(uri), await commands(uri));
    await vscode.commands.executeCommand(plan.command);
    await when('it is planned', [onDidEdit], () => planOf(editor)?.startsWith('Plan for job "clicked"'));
    for (const command of await commands(planUriOf(editor))) assert.equal(command?.arguments, undefined);
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
        ['Variables of vars (1 of 2): image_tag', false],
        ['Variables of vars (2 of 2): api_token, string', true],
      ],
    );
    assert.match(planOf(editor) ?? '', /variables: api_token=•+, image_tag="tag-1f3a"\n/);
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
    assert.match(planOf(editor) ?? '', /variables: tag="from-env"\n/);
    const image = session.workbench.plans.ticketOf(editor.document.uri)?.job.TaskGroups?.[0]?.Tasks?.[0]?.Config?.[
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
    assert.equal(session.workbench.plans.ticketOf(editor.document.uri), undefined);
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

  it('is over when somebody else registers the job, and says which version it is now', async () => {
    await cluster.register(jobspec('theirs', { version: '1' }));
    const editor = await openFile('theirs.nomad.hcl', jobspec('theirs', { version: '2' }));
    await session.run('planJob');
    const { uri } = editor.document;
    const plan = planUriOf(editor);
    assert.notEqual(session.workbench.plans.ticketOf(uri), undefined);
    await cluster.register(jobspec('theirs', { version: '3' }));
    const over = /^Outdated: v1 was registered at \d\d:\d\d, after this plan; plan again\nPlan for job "theirs"/;
    await when('the plan says so', [onDidEdit], () => over.test(planOf(editor) ?? ''));
    assert.equal(session.workbench.plans.ticketOf(uri), undefined);
    assert.deepEqual(await lensesOf(plan), ['Plan again', 'Compare sources']);
    assert.match((await lensesOf(uri)).join(), /^Plan,Run(?:,|$)/);
    await session.run('planJob', plan);
    await when('the plan is new', [onDidEdit], () => planOf(editor)?.includes('"3" => "2"'));
    assert.deepEqual(await lensesOf(plan), ['Run this plan', 'Compare sources', 'Plan again']);
  });

  it('is over when the job is stopped', async () => {
    await cluster.register(jobspec('halted', { version: '1' }));
    await session.running('halted');
    const editor = await openFile('halted.nomad.hcl', jobspec('halted', { version: '2' }));
    await session.run('planJob');
    session.ask.will({ confirm: 'button' });
    await session.run('stopJob', { job: 'default/halted' });
    await when('the plan says so', [onDidEdit], () => planOf(editor)?.startsWith('Outdated: the job was stopped at'));
  });

  it('keeps the index for the hover on its head', async () => {
    await cluster.register(jobspec('hover', { version: '1' }));
    const editor = await openFile('hover.nomad.hcl', jobspec('hover', { version: '2' }));
    await session.run('planJob');
    const index = cluster.cluster.store.job('default', 'hover')?.JobModifyIndex;
    const plan = planUriOf(editor);
    const hovers = (line: number) =>
      vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', plan, new vscode.Position(line, 2));
    const texts = (await hovers(0))
      .flatMap(({ contents }) => contents)
      .map((part) => (part instanceof vscode.MarkdownString ? part.value.replaceAll('&nbsp;', ' ') : ''));
    assert.match(texts.join('\n'), new RegExp(`Checked against job index ${String(index)}: hover is registered only`));
    assert.deepEqual(await hovers(3), []);
    assert.doesNotMatch(planOf(editor) ?? '', /job index/);
  });

  it('takes the place of the plan of another job, unless that one is kept', async () => {
    const plans = () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) =>
        tabs.filter(({ input }) => input instanceof vscode.TabInputText && input.uri.scheme === schemes.plan),
      );
    await openFile('first.nomad.hcl', jobspec('first'));
    await session.run('planJob');
    await openFile('second.nomad.hcl', jobspec('second'));
    await session.run('planJob');
    await when('one plan is left', [onDidChangeTabs], () => plans().length === 1);
    assert.equal(plans()[0]?.label, 'second — plan.nomad-plan');
    const [kept] = vscode.window.visibleTextEditors.filter(({ document }) => document.uri.scheme === schemes.plan);
    assert.ok(kept);
    await vscode.window.showTextDocument(kept.document, {
      viewColumn: kept.viewColumn ?? vscode.ViewColumn.Two,
      preview: false,
    });
    await openFile('third.nomad.hcl', jobspec('third'));
    await session.run('planJob');
    await when('both are there', [onDidChangeTabs], () => plans().length === 2);
    assert.equal(new Set(plans().map(({ group }) => group.viewColumn)).size, 1);
  });

  it('tells what a new job brings, without what Nomad fills in', async () => {
    const editor = await openFile('brings.nomad.hcl', jobspec('brings'));
    await session.run('planJob');
    const text = planOf(editor) ?? '';
    assert.match(text, /\+ Task: "main" \(forces create\)\n {4}\+ Driver: +"docker"\n[^]*\+ image: +"example\/app:1"/);
    assert.doesNotMatch(text, /RestartPolicy|ReschedulePolicy|LogConfig/);
  });

  it('starts nothing of a periodic job whose schedule is disabled', async () => {
    const text = jobspec('nightly').replace(
      / {2}update \{[^}]*\}\n/,
      '  type = "batch"\n  periodic {\n    crons   = ["0 3 * * *"]\n    enabled = false\n  }\n',
    );
    const editor = await openFile('nightly.nomad.hcl', text);
    session.ask.will({ confirm: 'button' });
    await session.run('runJob');
    assert.match(session.ask.last.detail, /its schedule is disabled: nothing is started, now or later\./);
    await when('the job is there', [onDidEdit], () => planOf(editor)?.startsWith('Run as v0 at'));
    await session.run('planJob', editor.document.uri);
    await when('nothing changes', [onDidEdit], () => planOf(editor)?.includes('No changes: the job is the same'));
    assert.match(planOf(editor) ?? '', /Nothing is started, now or later: the schedule is disabled/);
  });
});

const onDidChangeTabs: AnyEvent = (listener) => vscode.window.tabGroups.onDidChangeTabs(listener);
