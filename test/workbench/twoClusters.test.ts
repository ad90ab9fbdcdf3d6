import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import { Cluster } from '../../src/state/clusters/cluster.ts';
import { jobKey } from '../../src/state/tables/keys.ts';
import { schemes } from '../../src/platform/contributions.ts';
import { documentOf } from '../../src/platform/documentUri.ts';
import { ClusterTree } from '../../src/tree/clusterTree.ts';
import { jobLayout } from '../../src/tree/jobLayout.ts';
import type { Row } from '../../src/tree/rows.ts';
import { closeEditors, lensesOf, openDocument } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { rowsOf } from './support/rows.ts';
import { startCluster, type Session, type TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';
import { when } from './support/when.ts';

/** Two clusters that are open at once, with jobs of the same names: the window looks at one of them. */
describe('two clusters', () => {
  let session: Session;
  let looked: TestCluster;
  let beside: TestCluster;
  let other: Cluster;
  let tree: ClusterTree;

  useCluster(async (opened, started) => {
    [session, looked] = [opened, started];
    for (const version of ['a', 'b']) await looked.register(jobspec('web', { version }));
    await session.connect(looked.address);
  });

  before('opens the other one', async () => {
    beside = await startCluster();
    for (const version of ['x', 'y']) await beside.register(jobspec('web', { version }));
    const client = new NomadClient({ address: beside.address });
    other = new Cluster({ client, label: new URL(beside.address).host, namespace: 'default' });
    other.start();
    await other.ready(AbortSignal.timeout(30_000));
    session.workbench.clusters.add(other);
    const { filter } = session.workbench;
    tree = new ClusterTree({ layout: jobLayout, filter, clock: systemClock, log: silentLog, onLook: () => undefined });
    tree.setCluster(other);
  });

  after('closes the other one', async () => {
    tree.dispose();
    other.dispose();
    await beside.close();
  });

  const writes = ({ requests }: TestCluster) => requests.filter(({ method }) => method !== 'GET').length;

  async function webOf(rows: Promise<readonly Row[]> | readonly Row[]): Promise<Row> {
    const web = (await rows).find((row) => row.kind === 'job' && row.job === jobKey('default', 'web'));
    assert.ok(web);
    return web;
  }

  it('show each its own rows, with the same names', async () => {
    const ours = (await rowsOf(session.workbench)).map(({ row }) => row);
    const theirs = await tree.getChildren();
    assert.deepEqual([ours.map((row) => row.job), theirs.map((row) => row.job)], [['default/web'], ['default/web']]);
    assert.notEqual(ours[0]?.id, theirs[0]?.id);
  });

  it('open the source of the cluster that a row is of, each in a document of its own', async () => {
    const [ours, theirs] = [
      await webOf((await rowsOf(session.workbench)).map(({ row }) => row)),
      await webOf(tree.getChildren()),
    ];
    for (const [row, version] of [
      [theirs, 'y'],
      [ours, 'b'],
      [theirs, 'y'],
    ] as const) {
      await session.run('openJobSource', row);
      const { document } = vscode.window.activeTextEditor ?? {};
      assert.equal(document?.uri.scheme, schemes.source);
      assert.equal(documentOf(document.uri)['cluster'], row.cluster);
      assert.match(document.getText(), new RegExp(`example/app:${version}"`));
    }
    await closeEditors();
  });

  it('revert on the cluster of the preview, whichever the window looks at', async () => {
    session.ask.will({ pick: 'v0' });
    await session.run('revertJob', await webOf(tree.getChildren()));
    const preview = openDocument(({ uri }) => uri.scheme === schemes.plan && documentOf(uri)['cluster'] === other.id);
    assert.ok(preview);
    assert.deepEqual(await lensesOf(preview.uri), ['Revert to v0', 'Choose another version']);
    const before = writes(looked);
    session.ask.will({ confirm: 'button' });
    await session.run('revertJob', preview.uri);
    assert.equal(session.ask.last.title, `Revert web to v0 on ${other.label}?`);
    const version = () => other.store.jobs.get(jobKey('default', 'web'))?.version;
    await when('it is reverted', [other.onDidChange], () => version() === 2);
    assert.equal(writes(looked), before);
    assert.equal(session.cluster.store.jobs.get(jobKey('default', 'web'))?.version, 1);
  });

  it('stop the job of the cluster that the row is of, and name that cluster in the question', async () => {
    const before = writes(looked);
    session.ask.will({ confirm: 'button' });
    await session.run('stopJob', await webOf(tree.getChildren()));
    assert.equal(session.ask.last.title, `Stop web on ${other.label}?`);
    await session.messages.next(new RegExp(`^web is stopped on ${other.label}$`));
    assert.equal(writes(looked), before);
    await when('it is stopped', [other.onDidChange], () => other.store.jobs.get(jobKey('default', 'web'))?.stop);
    assert.equal(session.cluster.store.jobs.get(jobKey('default', 'web'))?.stop, false);
  });

  it('do nothing for a row, or a message’s button, of a cluster that is not open any more', async () => {
    const row = await webOf(tree.getChildren());
    const button = { cluster: row.cluster, job: row.job };
    other.dispose();
    const before = writes(looked);
    for (const argument of [row, button]) {
      for (const command of ['stopJob', 'revertJob', 'openJobSource', 'showEvents', 'exec'] as const) {
        await session.run(command, argument);
        const { sentence } = await session.messages.next(/^Could not /);
        const [here, there] = [session.cluster.label, other.label];
        const why = ` on ${there}: it is not open any more; the window is connected to ${here} now. Connect there first`;
        assert.ok(sentence.includes(why), sentence);
      }
    }
    assert.equal(writes(looked), before);
    assert.deepEqual(session.ask.left, 0);
  });
});
