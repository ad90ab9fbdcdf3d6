import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { views } from '../../src/platform/contributions.ts';
import { putCursor } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { rowsOf } from './support/rows.ts';
import type { Session, TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';
import { eventually } from './support/when.ts';

describe('nodes', () => {
  let session: Session;
  let cluster: TestCluster;

  useCluster(async (opened, started) => {
    [session, cluster] = [opened, started];
    await session.connect(cluster.address);
    await cluster.register(jobspec('web'));
    await session.running('web');
  });

  const node = () => {
    const [first] = cluster.cluster.store.nodes.values();
    assert.ok(first);
    return first;
  };
  const top = () => rowsOf(session.workbench, undefined, views.nodes);

  it('asks nothing about them before their view is shown', () => {
    assert.equal(cluster.requests.filter(({ path }) => /^\/v1\/(nodes|node\/|agent\/members)/.test(path)).length, 0);
  });

  it('shows servers and nodes, and what runs on one that is opened', async () => {
    const [servers, first] = await top();
    assert.ok(servers && first);
    assert.deepEqual([servers.label, first.label], ['Servers', node().Name]);
    assert.match(servers.description, /leader/);
    assert.match(first.description, /^ready · default · dc1$/);
    assert.match(first.contextValue, /^node\b/);
    assert.match(first.tooltip, /of 8000 MHz allocated/);
    const below = await rowsOf(session.workbench, first.row, views.nodes);
    assert.match(below[0]?.label ?? '', /^web\.app/);
    assert.ok(below.some(({ label, description }) => label === 'docker' && description === 'healthy'));
    const [server] = await rowsOf(session.workbench, servers.row, views.nodes);
    assert.match(server?.description ?? '', /^healthy · leader · /);
  });

  it('hears what others decide about one', async () => {
    await vscode.commands.executeCommand(`${views.nodes}.focus`);
    await top();
    cluster.cluster.nodes.setEligibility(node().ID, 'ineligible');
    await eventually('the row says so', async () =>
      (await top()).some(({ description }) => description.startsWith('ineligible')),
    );
    cluster.cluster.nodes.setEligibility(node().ID, 'eligible');
  });

  it('opens as a document whose attributes are copied as constraints', async () => {
    await session.run('showNode', { node: node().ID });
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    assert.equal(editor.document.uri.scheme, 'nomad-node');
    putCursor(editor, 'attr.kernel.name');
    await session.run('copyConstraint');
    assert.equal(
      await vscode.env.clipboard.readText(),
      'constraint {\n  attribute = "${attr.kernel.name}"\n  value     = "linux"\n}\n',
    );
  });

  it('says in Nomad’s words that a node is unknown', async () => {
    await session.run('showNode', { node: '11111111-0000-4000-8000-000000000000' });
    await session.messages.next(/node not found/);
  });
});
