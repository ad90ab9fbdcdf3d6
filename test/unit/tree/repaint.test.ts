import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allocationRecord } from '../../../src/state/tables/allocationRecords.ts';
import type { ChangeSet } from '../../../src/state/tables/changes.ts';
import { Changes } from '../../../src/state/tables/changes.ts';
import { deploymentRecord } from '../../../src/state/tables/deploymentRecords.ts';
import { jobRecord } from '../../../src/state/tables/jobRecords.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import type { Allocation } from '../../../src/nomad/types/allocation.ts';
import { allocationLayout } from '../../../src/tree/allocationLayout.ts';
import { deploymentLayout } from '../../../src/tree/deploymentLayout.ts';
import { jobLayout } from '../../../src/tree/jobLayout.ts';
import { paint, repaint, repaintForTime } from '../../../src/tree/repaint.ts';
import type { Repaint } from '../../../src/tree/repaint.ts';
import type { Layout, Row } from '../../../src/tree/rows.ts';
import type { RowTree } from '../../../src/tree/rowTree.ts';
import {
  allocation,
  crashed,
  day,
  deployment,
  deploymentState,
  Fixture,
  group,
  job,
  minute,
  taskState,
  uuid,
} from './clusterFixture.ts';

/** Draws the whole view, every row expanded. */
function drawAll(tree: RowTree, parent?: Row): void {
  for (const row of tree.children(parent)) {
    paint(tree, row);
    drawAll(tree, row);
  }
}

function drawn(fixture: Fixture, layout: Layout): RowTree {
  const tree = fixture.tree(layout);
  drawAll(tree);
  return tree;
}

function update(fixture: Fixture, wire: Allocation): ChangeSet {
  return fixture.store.apply(
    'allocations',
    allocationRecord({ ...wire, ModifyIndex: 1_000_000 }, wire.JobVersion ?? 0),
  );
}

function ids(rows: Repaint): readonly string[] | 'all' {
  return rows === 'all' ? rows : rows.map((row) => row.id).sort();
}

const twoGroups = () =>
  new Fixture()
    .job(job('web', { TaskGroups: [group('app', 2), group('cache', 1)] }))
    .job(job('api'))
    .allocations(
      allocation(1, 'web', 'app[0]'),
      allocation(2, 'web', 'app[1]'),
      allocation(3, 'web', 'cache[0]'),
      allocation(4, 'api', 'app[0]'),
    );

describe('repainting', () => {
  it('fires the allocation alone when nothing else looks different', () => {
    const fixture = twoGroups();
    const tree = drawn(fixture, jobLayout);
    const changes = update(fixture, allocation(1, 'web', 'app[0]', { NodeName: 'node-8' }));
    assert.deepEqual(ids(repaint(tree, changes)), [tree.rows.allocation(jobKey('default', 'web'), uuid(1)).id]);
  });

  it('fires the task alone when only that looks different', () => {
    const fixture = new Fixture().job(job('web'));
    const tasks = { a: taskState(), b: taskState() };
    fixture.allocations(allocation(1, 'web', 'app[0]', { TaskStates: tasks }));
    const tree = drawn(fixture, jobLayout);
    const changes = update(
      fixture,
      allocation(1, 'web', 'app[0]', { TaskStates: { ...tasks, b: taskState({ Restarts: 1 }) } }),
    );
    assert.deepEqual(ids(repaint(tree, changes)), [tree.rows.task(jobKey('default', 'web'), uuid(1), 'b').id]);
  });

  it('fires the job, and nothing under it, when its counts change', () => {
    const fixture = twoGroups();
    const tree = drawn(fixture, jobLayout);
    const changes = update(fixture, allocation(1, 'web', 'app[0]', { ClientStatus: 'failed' }));
    assert.deepEqual(repaint(tree, changes), [tree.rows.job(jobKey('default', 'web'))]);
  });

  it('fires nothing when nothing looks different', () => {
    const fixture = twoGroups();
    const tree = drawn(fixture, jobLayout);
    const changes = update(fixture, allocation(1, 'web', 'app[0]', { DesiredDescription: 'as before' }));
    assert.ok(changes.of('allocations').size > 0);
    assert.deepEqual(repaint(tree, changes), []);
  });

  it('fires nothing before anybody looked', () => {
    const fixture = twoGroups();
    const tree = fixture.tree(jobLayout);
    assert.deepEqual(repaint(tree, update(fixture, allocation(1, 'web', 'app[0]', { ClientStatus: 'failed' }))), []);
  });

  it('leaves rows alone that were never expanded', () => {
    const fixture = twoGroups();
    const tree = fixture.tree(jobLayout);
    for (const row of tree.children()) paint(tree, row);
    const changes = update(fixture, allocation(1, 'web', 'app[0]', { NodeName: 'node-8' }));
    assert.deepEqual(repaint(tree, changes), []);
  });

  it('fires the group when only what is under it changes', () => {
    const fixture = twoGroups();
    const tree = drawn(fixture, jobLayout);
    const changes = update(
      fixture,
      allocation(9, 'web', 'app[1]', { ClientStatus: 'complete', DesiredStatus: 'stop' }),
    );
    assert.deepEqual(ids(repaint(tree, changes)), [tree.rows.group(jobKey('default', 'web'), 'app').id]);
  });

  it('moves an allocation to the finished ones through a row above both', () => {
    const fixture = new Fixture().job(job('web', { Version: 1, TaskGroups: [group('app', 1)] }));
    fixture.allocations(
      allocation(1, 'web', 'app[0]', { JobVersion: 1 }),
      allocation(2, 'web', 'app[0]', { JobVersion: 0 }),
    );
    const tree = drawn(fixture, jobLayout);
    const stopped = { JobVersion: 0, ClientStatus: 'complete', DesiredStatus: 'stop' };
    const changes = update(fixture, allocation(2, 'web', 'app[0]', stopped));
    assert.deepEqual(repaint(tree, changes), [tree.rows.job(jobKey('default', 'web'))]);
  });

  it('fires everything when a job comes or goes', () => {
    const fixture = twoGroups();
    const tree = drawn(fixture, jobLayout);
    assert.equal(repaint(tree, fixture.store.apply('jobs', jobRecord(job('new')))), 'all');
    drawAll(tree);
    assert.equal(repaint(tree, fixture.store.remove('jobs', jobKey('default', 'new'))), 'all');
  });

  it('fires everything when the filter lets another job through', () => {
    const fixture = twoGroups();
    fixture.filter.setProblemsOnly(true);
    const tree = drawn(fixture, jobLayout);
    assert.equal(repaint(tree, update(fixture, allocation(1, 'web', 'app[0]', { ClientStatus: 'failed' }))), 'all');
    drawAll(tree);
    assert.equal(repaint(tree, update(fixture, allocation(1, 'web', 'app[0]'))), 'all');
  });

  it('fires the parent when only a run under it is new', () => {
    const periodic = { Enabled: true, Spec: '@daily' };
    const fixture = new Fixture().job(job('report', { Periodic: periodic }));
    const tree = drawn(fixture, jobLayout);
    const changes = fixture.store.apply('jobs', jobRecord(job('report/periodic-1', { ParentID: 'report' })));
    assert.deepEqual(repaint(tree, changes), [tree.rows.job(jobKey('default', 'report'))]);
  });

  it('fires a deployment that moves on, and everything when the order changes', () => {
    const wire = deployment(1, 'web', { TaskGroups: { app: deploymentState() } });
    const fixture = new Fixture().job(job('web')).deployment(wire).deployment(deployment(2, 'api'));
    const tree = drawn(fixture, deploymentLayout);
    const healthier = { ...wire, TaskGroups: { app: deploymentState({ HealthyAllocs: 1 }) }, ModifyIndex: 9000 };
    const moved = fixture.store.apply('deployments', deploymentRecord(healthier));
    assert.deepEqual(repaint(tree, moved), [tree.rows.deployment(jobKey('default', 'web'), uuid(1))]);
    const ended = deploymentRecord({ ...deployment(2, 'api'), Status: 'successful', ModifyIndex: 9001 });
    assert.equal(repaint(tree, fixture.store.apply('deployments', ended)), 'all');
  });

  it('moves an allocation to the front when it fails', () => {
    const fixture = twoGroups();
    const tree = drawn(fixture, allocationLayout);
    const quiet = update(fixture, allocation(1, 'web', 'app[0]', { NodeName: 'node-8' }));
    assert.deepEqual(ids(repaint(tree, quiet)), [tree.rows.allocation(jobKey('default', 'web'), uuid(1)).id]);
    assert.equal(repaint(tree, update(fixture, allocation(1, 'web', 'app[0]', { ClientStatus: 'failed' }))), 'all');
  });

  it('fires rows whose age changed, as time passes', () => {
    const fixture = twoGroups();
    const tree = drawn(fixture, allocationLayout);
    assert.deepEqual(repaintForTime(tree), []);
    fixture.nowMs += day;
    const rows = repaintForTime(tree);
    assert.equal(rows.length, 4);
  });

  it('fires what has stayed up for long enough, as time passes', () => {
    const fixture = new Fixture().job(job('web')).job(job('api'));
    fixture.allocations(
      allocation(1, 'web', 'app[0]', { TaskStates: { server: crashed(2) } }),
      allocation(2, 'api', 'app[0]'),
    );
    const jobs = drawn(fixture, jobLayout);
    const allocations = drawn(fixture, allocationLayout);
    fixture.nowMs += 5 * minute;
    assert.deepEqual(ids(repaintForTime(jobs)), [jobs.rows.job(jobKey('default', 'web')).id]);
    assert.equal(repaintForTime(allocations), 'all', 'it is no longer the first');
    fixture.nowMs -= 5 * minute;
    fixture.filter.setProblemsOnly(true);
    const problems = drawn(fixture, jobLayout);
    fixture.nowMs += 5 * minute;
    assert.equal(repaintForTime(problems), 'all');
  });

  it('fires everything rather than hundreds of rows', () => {
    const fixture = new Fixture();
    for (let at = 0; at < 300; at += 1)
      fixture.job(job(`job-${String(at)}`)).allocations(allocation(at, `job-${String(at)}`, 'app[0]'));
    const tree = drawn(fixture, jobLayout);
    const all = Array.from({ length: 300 }, (_, at) =>
      update(fixture, allocation(at, `job-${String(at)}`, 'app[0]', { ClientStatus: 'failed' })),
    );
    const together = (sets: readonly ChangeSet[]) => sets.reduce<Changes>((sum, set) => sum.add(set), new Changes());
    assert.equal(repaint(tree, together(all)), 'all');
    assert.equal(ids(repaint(drawn(fixture, jobLayout), together(all.slice(0, 3)))).length, 0);
  });
});

describe('repainting 10,000 jobs', () => {
  const count = 10_000;

  function large(): Fixture {
    const fixture = new Fixture();
    for (let at = 0; at < count; at += 1) {
      const id = `job-${String(at)}`;
      fixture.job(job(id, { TaskGroups: [group('app', 3)] }));
      for (const index of [0, 1, 2]) fixture.allocations(allocation(at * 3 + index, id, `app[${String(index)}]`));
    }
    return fixture;
  }

  it('stays with the one row that changed, and soon', () => {
    const fixture = large();
    const tree = fixture.tree(jobLayout);
    for (const row of tree.children()) paint(tree, row);
    const expanded = tree.rows.job(jobKey('default', 'job-7777'));
    drawAll(tree, expanded);
    // Of the processor, since others may have it too.
    const before = process.cpuUsage();
    const rounds = 100;
    for (let round = 0; round < rounds; round += 1) {
      const node = `node-${String(round)}`;
      const changes = update(fixture, allocation(7777 * 3, 'job-7777', 'app[0]', { NodeName: node }));
      const rows = repaint(tree, changes);
      assert.deepEqual(rows, [tree.rows.allocation(expanded.job, uuid(7777 * 3))]);
      for (const row of rows as readonly Row[]) paint(tree, row);
    }
    const { user, system } = process.cpuUsage(before);
    const eachMs = (user + system) / 1000 / rounds;
    assert.ok(eachMs < 5, `a change takes ${eachMs.toFixed(2)} ms`);
  });

  it('keeps a change of one job to that job', () => {
    const fixture = large();
    const tree = fixture.tree(jobLayout);
    for (const row of tree.children()) paint(tree, row);
    const stopped = job('job-1042', { Stop: true, Status: 'dead', Version: 1, ModifyIndex: 9000 });
    const changes = fixture.store.apply('jobs', jobRecord(stopped));
    assert.deepEqual(repaint(tree, changes), [tree.rows.job(jobKey('default', 'job-1042'))]);
  });
});
