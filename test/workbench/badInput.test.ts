import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { schemes } from '../../src/platform/contributions.ts';
import { closeEditors, openFile, shownText, typeAll } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import type { Session, TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';

describe('bad jobspecs', () => {
  let session: Session;
  let cluster: TestCluster;

  useCluster((opened, started) => {
    [session, cluster] = [opened, started];
    return session.connect(cluster.address);
  });

  const problems = ({ document }: vscode.TextEditor) => vscode.languages.getDiagnostics(document.uri);
  const planOf = ({ document }: vscode.TextEditor) => shownText(schemes.plan, document.uri.toString());

  /** After any of them a jobspec that is right plans, and what was said of the wrong one is gone. */
  async function recovers(editor: vscode.TextEditor): Promise<void> {
    await typeAll(editor, jobspec('right'));
    await vscode.window.showTextDocument(editor.document);
    await session.run('planJob');
    assert.match(shownText(schemes.plan, editor.document.uri.toString(), '/right') ?? '', /Plan for job "right"/);
    assert.deepEqual(problems(editor), []);
    assert.deepEqual(session.messages.all, []);
  }

  it('marks a syntax error where it is, in Nomad’s words', async () => {
    const editor = await openFile('bad.nomad.hcl', 'job "web" {\n  group "app" {\n    count = = 3\n  }\n}\n');
    await session.run('planJob');
    const { level, buttons } = await session.messages.next(/^Could not plan bad\.nomad\.hcl: /);
    assert.equal(level, 'warning');
    assert.deepEqual(buttons, ['Show problems']);
    const [problem] = problems(editor);
    assert.equal(problem?.source, 'nomad');
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(problem.range.start.line, 2);
    assert.match(problem.message, /Invalid expression/);
    assert.equal(planOf(editor), undefined);
    await recovers(editor);
  });

  it('marks a block that Nomad does not know, behind characters of several bytes', async () => {
    const text = 'job "grüße-🚀" {\n  meta { a = "ä🚀" }\n  /* 🚀 */ grupp "app" {}\n}\n';
    const editor = await openFile('block.nomad.hcl', text);
    await session.run('planJob');
    await session.messages.next(/^Could not plan block\.nomad\.hcl/);
    const [problem] = problems(editor);
    assert.ok(problem);
    assert.equal(problem.range.start.line, 2);
    assert.match(editor.document.getText(problem.range), /^grupp/);
    assert.match(problem.message, /Unsupported block type/);
    await recovers(editor);
  });

  it('marks what Nomad finds missing when it checks the job', async () => {
    const text = jobspec('check').replace(/driver = "docker"\n/, 'driver = ""\n');
    const editor = await openFile('check.nomad.hcl', text);
    await session.run('planJob');
    await session.messages.next(/^Could not plan check\.nomad\.hcl: /);
    const [problem] = problems(editor);
    assert.match(problem?.message ?? '', /driver/i);
    assert.match(editor.document.lineAt(problem?.range.start.line ?? 0).text, /driver|task "main"/);
    await recovers(editor);
  });

  it('marks a variable that is used but not declared', async () => {
    const editor = await openFile('undefined.nomad.hcl', jobspec('undefined', { version: '${var.nowhere}' }));
    await session.run('planJob');
    await session.messages.next(/^Could not plan undefined\.nomad\.hcl/);
    const [problem] = problems(editor);
    assert.match(problem?.message ?? '', /nowhere|variable/i);
    assert.match(editor.document.lineAt(problem?.range.start.line ?? 0).text, /var\.nowhere/);
    assert.deepEqual(session.ask.asked, []);
    await recovers(editor);
  });

  it('marks the declaration where a value does not fit', async () => {
    const head = 'variable "replicas" {\n  type    = number\n  default = "many"\n}\n\n';
    const editor = await openFile('value.nomad.hcl', jobspec('value', { head }));
    await session.run('planJob');
    await session.messages.next(/^Could not plan value\.nomad\.hcl/);
    assert.ok((problems(editor)[0]?.range.start.line ?? 99) <= 2);
    await recovers(editor);
  });

  it('forgets a problem when its place is edited', async () => {
    const editor = await openFile('forget.nomad.hcl', 'job "web" {\n  count = = 3\n}\n');
    await session.run('planJob');
    await session.messages.next(/^Could not plan/);
    assert.equal(problems(editor).length > 0, true);
    await typeAll(editor, 'job "web" {}\n');
    assert.deepEqual(problems(editor), []);
  });

  it('says that an empty file is one', async () => {
    for (const text of ['', '   \n\n', '# only a comment\n']) {
      const editor = await openFile('empty.nomad.hcl', '');
      await typeAll(editor, text);
      await session.run('planJob');
      const { sentence } = await session.messages.next(/^Could not plan/);
      assert.match(sentence, /Job spec is empty|'?job'?|empty/i);
      await recovers(editor);
      await closeEditors();
    }
  });

  it('says that a file with two jobs has one too many', async () => {
    const editor = await openFile('two.nomad.hcl', jobspec('one') + jobspec('two'));
    await session.run('planJob');
    const { sentence } = await session.messages.next(/^Could not plan/);
    assert.match(sentence, /only one .*job|job.*once|more than one|Duplicate/i);
    assert.equal(problems(editor).length > 0, true);
    assert.equal(planOf(editor), undefined);
    await recovers(editor);
  });

  it('survives 5 MB of text', async () => {
    const line = `# ${'x'.repeat(1000)}\n`;
    const editor = await openFile('huge.nomad.hcl', jobspec('huge') + line.repeat(5000));
    assert.ok(editor.document.getText().length > 5_000_000);
    session.ask.will({ confirm: 'button' });
    await session.run('runJob');
    const planned = planOf(editor);
    assert.match(planned ?? '', /Plan for job "huge"/);
    await session.messages.next(/^huge v0 is deployed/);
    assert.equal(cluster.cluster.store.job('default', 'huge')?.Version, 0);
    await recovers(editor);
  });

  it('says that nothing is open', async () => {
    for (const command of ['planJob', 'runJob', 'setVariables'] as const) {
      await session.run(command);
      await session.messages.next(/^Could not .*no jobspec is open\. Open a file that ends in \.nomad\.hcl or \.nomad/);
    }
  });

  it('says that a file is gone', async () => {
    await session.run('planJob', vscode.Uri.file('/nowhere/at/all.nomad.hcl'));
    const { sentence } = await session.messages.next(/^Could not plan the job/);
    assert.match(sentence, /all\.nomad\.hcl/);
  });

  it('says so when the namespace is not there', async () => {
    await openFile('nowhere.nomad.hcl', jobspec('nowhere', { namespace: 'no-such' }));
    await session.run('planJob');
    const { sentence } = await session.messages.next(/^Could not plan/);
    assert.match(sentence, /nonexistent namespace/);
  });
});
