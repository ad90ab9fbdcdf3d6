import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { schemes } from '../../src/platform/contributions.ts';
import { openFile } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import type { Session, TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';

describe('compare, where the id of the job is not written as a text', () => {
  let session: Session;
  let cluster: TestCluster;

  useCluster(async (opened, started) => {
    [session, cluster] = [opened, started];
    for (const id of ['label', 'web-prod', 'web-test']) await cluster.register(jobspec(id, { version: id }));
    await session.connect(cluster.address);
  });

  const variable = (name: string, value?: string) =>
    `variable "${name}" {${value === undefined ? '' : ` default = "${value}" `}}\n`;
  /** A jobspec whose label is that of another job. */
  const withId = (id: string, head: string) =>
    jobspec('label', { head, version: 'mine' }).replace('{\n  update', `{\n  id = ${id}\n  update`);

  const asked = (path: string) => cluster.requests.filter((request) => request.path === path).length;

  /** What the comparison has on its left: the id and the source. */
  async function compared(): Promise<{ label: string; source: string }> {
    const { input, label } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
    assert.ok(input instanceof vscode.TabInputTextDiff, 'no comparison is shown');
    assert.equal(input.original.scheme, schemes.source);
    return { label: label ?? '', source: (await vscode.workspace.openTextDocument(input.original)).getText() };
  }

  const known: readonly (readonly [what: string, id: string, head: string])[] = [
    ['a variable', 'var.name', variable('name', 'web-prod')],
    ['a template', '"web-${var.stage}"', variable('stage', 'prod')],
    ['a local', 'local.name', `${variable('stage', 'prod')}locals {\n  name = "web-\${var.stage}"\n}\n`],
    ['a function', 'format("web-%s", lower(var.stage))', variable('stage', 'PROD')],
    ['a condition', 'var.stage == "p" ? "web-prod" : "web-test"', variable('stage', 'p')],
  ];
  for (const [what, id, head] of known) {
    it(`is with the job that ${what} names`, async () => {
      await openFile(`${what.replace(' ', '-')}.nomad.hcl`, withId(id, head));
      await session.run('compareSources');
      assert.deepEqual(session.messages.all, []);
      const { label, source } = await compared();
      assert.match(label, /^default\/web-prod: v0 on /);
      assert.equal(source, jobspec('web-prod', { version: 'web-prod' }));
    });
  }

  it('is with the job that a value which was typed names', async () => {
    const editor = await openFile('typed.nomad.hcl', withId('var.name', variable('name')));
    await session.workbench.variables.set(editor.document.uri, session.cluster.id, new Map([['name', 'web-test']]));
    await session.run('compareSources');
    assert.match((await compared()).label, /^default\/web-test: v0 on /);
  });

  it('asks Nomad where the text does not tell', async () => {
    await openFile('asked.nomad.hcl', withId('substr(var.long, 0, 8)', variable('long', 'web-test-more')));
    const before = asked('/v1/jobs/parse');
    await session.run('compareSources');
    assert.deepEqual(session.messages.all, []);
    assert.equal(asked('/v1/jobs/parse'), before + 1);
    const { label, source } = await compared();
    assert.match(label, /^default\/web-test: v0 on /);
    assert.equal(source, jobspec('web-test', { version: 'web-test' }));
  });

  it('says what is missing where nobody can tell, and shows no other job', async () => {
    await openFile('missing.nomad.hcl', withId('var.name', variable('name')));
    await session.run('compareSources');
    await session.messages.next(
      /^Could not compare the sources on \S+: the id of the job is not known before a plan: .*name.*\. Plan it first\.$/,
    );
    assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff, false);
  });

  it('tells Nomad’s words where it refuses the text', async () => {
    await openFile('refused.nomad.hcl', withId('nowhere("x")', ''));
    await session.run('compareSources');
    await session.messages.next(/^Could not compare the sources on \S+: .*nowhere/);
  });

  it('is with the job of the plan where there is one', async () => {
    const editor = await openFile('planned.nomad.hcl', withId('substr("web-prod-more", 0, 8)', ''));
    await session.run('planJob');
    const before = asked('/v1/jobs/parse');
    await session.run('compareSources', editor.document.uri);
    assert.match((await compared()).label, /^default\/web-prod: v0 on /);
    assert.equal(asked('/v1/jobs/parse'), before);
  });
});
