import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { schemes } from '../../src/platform/contributions.ts';
import { lensesOf, onDidEdit, openFile, planUriOf, shownText, typeAll } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { startCluster, type Session, type TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';
import { when } from './support/when.ts';

/** Defaults whose spelling in HCL is not what they say. */
const spelled = [
  'variable "fill" {\n  type = string\n  default = "80%"\n}',
  'variable "folder" {\n  type = string\n  default = "C:\\\\data"\n}',
  'variable "banner" {\n  type = string\n  default = <<EOT\none\ntwo\nEOT\n}',
  'variable "owner" {\n  type = string\n  default = null\n}',
  'variable "zones" {\n  type = list(string)\n  default = [\n    "a",\n    "b",\n  ]\n}',
];

const version =
  '${var.fill}|${var.folder}|${var.banner}|${var.owner == null ? "nobody" : var.owner}|${join("+", var.zones)}';

describe('variables', () => {
  let session: Session;
  let cluster: TestCluster;

  useCluster((opened, started) => {
    [session, cluster] = [opened, started];
    return session.connect(cluster.address);
  });

  const planOf = ({ document }: vscode.TextEditor) => shownText(schemes.plan, document.uri.toString());
  const plannedVersion = ({ document }: vscode.TextEditor) =>
    session.workbench.plans.ticketOf(document.uri)?.job.TaskGroups?.[0]?.Tasks?.[0]?.Env?.['VERSION'];
  const problems = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri).map(({ message }) => message);
  const told = (uri: vscode.Uri, count: number) =>
    when(`${String(count)} problems`, [vscode.languages.onDidChangeDiagnostics], () => problems(uri).length === count);

  async function writeBeside(editor: vscode.TextEditor, name: string, text: string): Promise<vscode.Uri> {
    const uri = vscode.Uri.joinPath(editor.document.uri, '..', name);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    return uri;
  }

  it('are as they were after Enter on each, and nothing is remembered', async () => {
    const editor = await openFile(
      'spelled.nomad.hcl',
      jobspec('spelled', { head: `${spelled.join('\n')}\n`, version }),
    );
    await session.run('planJob');
    const before = plannedVersion(editor);
    assert.equal(before, '80%|C:\\data|one\ntwo\n|nobody|a+b');
    session.ask.will(...spelled.map(() => ({ enter: true as const })));
    await session.run('setVariables');
    assert.deepEqual(
      session.ask.asked.map(({ value }) => value),
      ['80%', 'C:\\data', '"one\\ntwo\\n"', '', '["a", "b"]'],
    );
    const next = await session.messages.next(/^The variables of spelled\.nomad\.hcl are set\. Plan it/);
    assert.deepEqual(next.buttons, ['Plan']);
    const { here } = await session.workbench.variables.get(editor.document.uri, session.cluster.id);
    assert.equal(here?.size, 0);
    await session.run('planJob');
    assert.equal(plannedVersion(editor), before);
  });

  it('that were given for one cluster are no more than a start on another, where they are asked for', async () => {
    const other = await startCluster();
    const head = 'variable "image" {}\nvariable "size" {\n  type = number\n  default = 1\n}\nvariable "zone" {}\n';
    const version = '${var.image}/${var.size}/${var.zone}';
    const editor = await openFile('both/both.nomad.hcl', jobspec('both', { head, version }));
    await writeBeside(editor, 'test.vars.hcl', 'zone = "test"\n');
    session.ask.will({ pickMany: ['test.vars.hcl'] }, { text: 'rc' }, { text: '2' }, { enter: true });
    try {
      await session.run('setVariables');
      await session.run('planJob');
      assert.equal(plannedVersion(editor), 'rc/2/test');
      session.ask.clear();
      await session.connect(other.address);
      const { label } = session.cluster;
      // Nothing is ticked: what is for tests is for tests.
      session.ask.will({ pickMany: [] }, { text: 'stable' }, { enter: true }, { text: 'prod' });
      await session.run('planJob');
      assert.deepEqual(
        session.ask.asked.map(({ title, value }) => [title, value]),
        [
          [`Variable files of both.nomad.hcl on ${label}`, undefined],
          [`Variables of both on ${label} (1 of 3): image`, 'rc'],
          [`Variables of both on ${label} (2 of 3): size, number`, '2'],
          [`Variables of both on ${label} (3 of 3): zone`, ''],
        ],
      );
      assert.deepEqual(session.ask.asked[0]?.choices, ['test.vars.hcl · chosen for another cluster']);
      assert.equal(plannedVersion(editor), 'stable/2/prod');
      // Once they are known, nothing is asked on either.
      session.ask.clear();
      await session.run('planJob');
      assert.equal(plannedVersion(editor), 'stable/2/prod');
      await session.connect(cluster.address);
      await session.run('planJob');
      assert.equal(plannedVersion(editor), 'rc/2/test');
      assert.deepEqual(session.ask.asked, []);
    } finally {
      await session.connect(cluster.address);
      await other.close();
    }
  });

  it('are asked for with a way back', async () => {
    const head = 'variable "first" {}\nvariable "second" {\n  type = number\n  description = "How many"\n}\n';
    const editor = await openFile('back.nomad.hcl', jobspec('back', { head, version: '${var.first}-${var.second}' }));
    session.ask.will({ text: 'wrong' }, { back: true }, { text: 'right' }, { text: '2' });
    await session.run('planJob');
    assert.deepEqual(
      session.ask.asked.map(({ title, value }) => `${title} = ${String(value)}`),
      [
        'Variables of back (1 of 2): first = ',
        'Variables of back (2 of 2): second, number = ',
        'Variables of back (1 of 2): first = wrong',
        'Variables of back (2 of 2): second, number = ',
      ],
    );
    assert.match(session.ask.last.detail, /^second: How many\. Remembered for this file and cluster\.$/);
    assert.equal(plannedVersion(editor), 'right-2');
  });

  it('may be called as properties of objects are', async () => {
    const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];
    const head = names.map((name) => `variable "${name}" {}\n`).join('');
    const values = names.map((name) => `\${var.${name}}`).join('-');
    const editor = await openFile('names.nomad.hcl', jobspec('names', { head, version: values }));
    session.ask.will({ text: 'a' }, { text: 'b' }, { text: 'c' }, { text: 'd' });
    await session.run('planJob');
    assert.equal(plannedVersion(editor), 'a-b-c-d');
    await session.run('planJob');
    assert.equal(session.ask.asked.length, 4, 'the second plan asks nothing');
  });

  it('are offered again where Nomad refuses a value', async () => {
    const head =
      'variable "count" {\n  type = number\n  validation {\n    condition = var.count > 0\n    error_message = "More than none."\n  }\n}\n';
    const editor = await openFile('refused.nomad.hcl', jobspec('refused', { head, version: '${var.count}' }));
    session.ask.will({ text: '0' });
    await session.run('planJob');
    const { buttons } = await session.messages.next(/^Could not plan refused\.nomad\.hcl: .*More than none/);
    assert.deepEqual(buttons, ['Set variables', 'Show problems']);
    session.ask.will({ text: '1' });
    await session.run('setVariables');
    await session.run('planJob');
    assert.equal(plannedVersion(editor), '1');
  });

  it('come from the variable files that were chosen, before those of the environment and after those typed', async () => {
    const head = 'variable "a" {}\nvariable "b" {}\nvariable "c" {}\n';
    const editor = await openFile('filed.nomad.hcl', jobspec('filed', { head, version: '${var.a}-${var.b}-${var.c}' }));
    const files = [
      await writeBeside(editor, 'filed.vars.hcl', 'a = "file"\nb = <<EOT\nx\nEOT\n'),
      await writeBeside(editor, 'everywhere.nomadvars.json', '{"b": "late"}'),
    ];
    process.env['NOMAD_VAR_a'] = 'environment';
    process.env['NOMAD_VAR_c'] = 'environment';
    try {
      // Nothing is asked for what the environment has; b has no value without a file.
      session.ask.will({ pickMany: ['filed.vars.hcl', 'everywhere.nomadvars.json'] });
      await session.run('planJob');
      // The folder has one that is called as another jobspec in it.
      assert.deepEqual(session.ask.asked[0]?.choices, ['filed.vars.hcl', 'everywhere.nomadvars.json']);
      assert.equal(plannedVersion(editor), 'file-late-environment');
      const [first] = files;
      assert.ok(first);
      await vscode.workspace.fs.writeFile(first, new TextEncoder().encode('a = "edited"\n'));
      await session.run('planJob');
      assert.equal(plannedVersion(editor), 'edited-late-environment');
      session.ask.will({ pickMany: ['filed.vars.hcl'] }, { enter: true }, { text: 'typed' }, { enter: true });
      await session.run('setVariables');
      await session.run('planJob');
      assert.equal(plannedVersion(editor), 'edited-typed-environment');
    } finally {
      delete process.env['NOMAD_VAR_a'];
      delete process.env['NOMAD_VAR_c'];
      for (const uri of files) await vscode.workspace.fs.delete(uri);
    }
  });

  it('of a file that the jobspec does not declare are told in the file, before anything is sent', async () => {
    const head = 'variable "tag" {}\n';
    const editor = await openFile('strict.nomad.hcl', jobspec('strict', { head, version: '${var.tag}' }));
    const file = await writeBeside(editor, 'strict.vars.hcl', 'tag = "1"\ntga = "2"\n');
    try {
      session.ask.will({ pickMany: ['strict.vars.hcl'] });
      await session.run('planJob');
      await session.messages.next(/strict\.vars\.hcl sets tga, but the jobspec declares no such variable$/);
      assert.deepEqual(problems(file), ['strict.vars.hcl sets tga, but the jobspec declares no such variable']);
      assert.equal(planOf(editor), undefined);
    } finally {
      await vscode.workspace.fs.delete(file);
    }
  });

  it('that decide the id are followed by the comparison of sources', async () => {
    await cluster.register(jobspec('site', { version: '1' }));
    const head = 'variable "site" {\n  default = "blog"\n}\n';
    const text = jobspec('site', { head, version: '1' }).replace(
      'job "site" {',
      'job "site" {\n  id = "site-${var.site}"',
    );
    const editor = await openFile('site.nomad.hcl', text);
    await session.run('compareSources', editor.document.uri);
    const input = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.match(input?.label ?? '', /^default\/site-blog: not on /);
    await typeAll(editor, text.replace('  default = "blog"\n', ''));
    await session.run('compareSources', editor.document.uri);
    await session.messages.next(/the id of the job is not known before a plan: var\.site has no value yet\. Plan it/);
  });

  it('and functions that read files are told while typing, and before anything is sent', async () => {
    const text = jobspec('front', { version: '1' });
    const editor = await openFile('front.nomad.hcl', text);
    const { uri } = editor.document;
    await typeAll(editor, text.replace('"1"', 'file("conf/version")'));
    await told(uri, 1);
    assert.match(problems(uri)[0] ?? '', /^file\(\) can't be used here\. Only Nomad's CLI reads files/);
    await session.run('planJob');
    await session.messages.next(/^Could not plan front\.nomad\.hcl: file\(\) can't be used here\. Only Nomad's CLI/);
    assert.equal(problems(uri).length, 1, 'the same is not said twice');
    assert.equal(planOf(editor), undefined);
    await typeAll(editor, 'job "front" {\n  type = "batch\n}\n');
    await told(uri, 1);
    assert.deepEqual(problems(uri), ['This string is not closed on its line.']);
    await typeAll(editor, text);
    await told(uri, 0);
    await session.run('planJob');
    assert.match(planOf(editor) ?? '', /Plan for job "front"/);
  });

  it('of a file end a plan when the file says something else, on disk or in its editor', async () => {
    const head = 'variable "size" {}\n';
    const editor = await openFile('watched.nomad.hcl', jobspec('watched', { head, version: '${var.size}' }));
    const { uri } = editor.document;
    const file = await writeBeside(editor, 'watched.vars.hcl', 'size = "1"\n');
    const plan = async () => {
      await session.run('planJob', uri);
      await when('there is a plan', [onDidEdit], () => planOf(editor)?.startsWith('Plan for job "watched"'));
      assert.notEqual(session.workbench.plans.ticketOf(uri), undefined);
    };
    const ends = async (how: string) => {
      const line = 'Outdated: watched.vars.hcl was changed after this plan\n';
      await when(`the plan says so: ${how}`, [onDidEdit], () => planOf(editor)?.startsWith(line));
      assert.equal(session.workbench.plans.ticketOf(uri), undefined);
      assert.deepEqual(await lensesOf(planUriOf(editor)), ['Plan again', 'Compare sources']);
    };
    session.ask.will({ pickMany: ['watched.vars.hcl'] });
    await plan();
    assert.equal(plannedVersion(editor), '1');
    await writeBeside(editor, 'watched.vars.hcl', 'size = "2"\n');
    await ends('written');

    await plan();
    assert.equal(plannedVersion(editor), '2');
    const opened = await vscode.window.showTextDocument(file);
    await typeAll(opened, 'size = "3"\n');
    await ends('typed');

    await plan();
    assert.equal(plannedVersion(editor), '3');
    session.ask.will({ leave: true });
    await session.run('runJob', uri);
    assert.match(session.ask.last.detail, / watched\.vars\.hcl is not saved; the text in its editor is used\.$/);
    // What is saved is what was planned: the plan holds.
    await opened.document.save();
    const plans = () => cluster.requests.filter(({ path }) => path.endsWith('/job/watched/plan')).length;
    const before = plans();
    session.ask.will({ leave: true });
    await session.run('runJob', uri);
    assert.equal(plans(), before);
    assert.doesNotMatch(session.ask.last.detail, /not saved/);

    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await vscode.workspace.fs.delete(file);
    await ends('deleted');
  });
});
