import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { clusterId } from '../../../src/state/clusters/clusterId.ts';
import { allocationLayout } from '../../../src/tree/allocationLayout.ts';
import { deploymentLayout } from '../../../src/tree/deploymentLayout.ts';
import { jobLayout } from '../../../src/tree/jobLayout.ts';
import type { Layout, Row } from '../../../src/tree/rows.ts';
import type { RowTree } from '../../../src/tree/rowTree.ts';
import { allocation, deployment, deploymentState, Fixture, group, job } from './clusterFixture.ts';

/** What was restored from one backup has the same names and ids on both. */
function restored(address: string): Fixture {
  const id = clusterId(address, undefined);
  const tasks = { a: { State: 'running', Failed: false, Restarts: 0, Events: [] } };
  return new Fixture(id)
    .job(job('web', { TaskGroups: [group('app', 1, ['a', 'b']), group('db', 1)] }))
    .allocations(
      allocation(1, 'web', 'app[0]', { TaskStates: { ...tasks, b: tasks.a } }),
      allocation(2, 'web', 'db[0]', { ClientStatus: 'complete', DesiredStatus: 'stop' }),
    )
    .deployment(deployment(3, 'web', { TaskGroups: { app: deploymentState() } }));
}

function all(tree: RowTree, parent?: Row): Row[] {
  return tree.children(parent).flatMap((row) => [row, ...all(tree, row)]);
}

describe('rows of two clusters with the same objects', () => {
  const layouts: readonly Layout[] = [jobLayout, deploymentLayout, allocationLayout];

  for (const layout of layouts) {
    it(`carry their cluster and share no id: ${layout.view}`, () => {
      const [east, west] = [restored('https://east:4646'), restored('https://west:4646')];
      const [ours, theirs] = [all(east.tree(layout)), all(west.tree(layout))];
      assert.ok(ours.length > 1);
      assert.equal(ours.length, theirs.length);
      assert.deepEqual(new Set(ours.map((row) => row.cluster)), new Set([east.cluster]));
      assert.deepEqual(new Set(theirs.map((row) => row.cluster)), new Set([west.cluster]));
      assert.equal(new Set([...ours, ...theirs].map((row) => row.id)).size, 2 * ours.length);
    });
  }
});
