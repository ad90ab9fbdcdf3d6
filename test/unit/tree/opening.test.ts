import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { commands } from '../../../src/platform/contributions.ts';
import { allocationLayout } from '../../../src/tree/allocationLayout.ts';
import { deploymentLayout } from '../../../src/tree/deploymentLayout.ts';
import { kindOf } from '../../../src/tree/kinds/kinds.ts';
import { jobLayout } from '../../../src/tree/jobLayout.ts';
import { DoubleClick } from '../../../src/tree/opening.ts';
import type { Row } from '../../../src/tree/rows.ts';
import type { RowTree } from '../../../src/tree/rowTree.ts';
import { Fixture, variedCluster } from './clusterFixture.ts';

/** What each kind of row opens, told by everything that rows of the kind open. */
function openings(tree: RowTree): Record<string, string> {
  const found = new Map<string, Set<string>>();
  const visit = (parent?: Row) => {
    for (const row of tree.children(parent)) {
      const kind = row.kind === 'message' ? `message ${row.topic}` : row.kind;
      const active =
        row.kind.startsWith('deployment') && / active( |$)/.test(` ${kindOf(row).face(tree, row).contextValue}`);
      const name = active ? `active ${kind}` : kind;
      const opening = kindOf(row).opens(tree.source.store, row) ?? '-';
      found.set(name, (found.get(name) ?? new Set()).add(opening));
      visit(row);
    }
  };
  visit();
  return Object.fromEntries([...found].map(([kind, all]) => [kind, [...all].join(' ')]));
}

describe('opening a row', () => {
  it('shows the source of jobs and groups, the events of allocations and tasks', () => {
    const jobs = openings(variedCluster().tree(jobLayout));
    assert.deepEqual(
      [jobs['job'], jobs['group'], jobs['allocation'], jobs['task'], jobs['message finished']],
      [commands.openJobSource, commands.openJobSource, commands.showEvents, commands.showEvents, '-'],
    );
    const allocations = openings(variedCluster().tree(allocationLayout));
    assert.equal(allocations['allocation'], commands.showEvents);
  });

  it('shows a rollout only while it is under way', () => {
    const opened = openings(variedCluster().tree(deploymentLayout));
    assert.deepEqual([opened['active deployment'], opened['deployment']], [commands.showRollout, '-']);
  });

  it('does for a message what the message asks for', () => {
    const { store } = variedCluster();
    const { rows } = new Fixture().tree(jobLayout);
    const messages = (['failed', 'hidden', 'more', 'nothing'] as const).map((topic) => rows.message(topic, undefined));
    const opened = messages.map((row) => kindOf(row).opens(store, row));
    assert.deepEqual(opened, [commands.refresh, commands.clearFilter, undefined, undefined]);
  });
});

describe('a double click', () => {
  const tree = variedCluster().tree(jobLayout);
  const [first, other] = tree.children();
  assert.ok(first !== undefined && other !== undefined);

  function clicks(...at: readonly (readonly [ms: number, row: Row])[]): boolean[] {
    let now = 0;
    const doubleClick = new DoubleClick(() => now);
    return at.map(([ms, row]) => {
      now = ms;
      return doubleClick.isSecond(row);
    });
  }

  it('is two clicks on one row, one soon after the other', () => {
    assert.deepEqual(clicks([0, first], [500, first]), [false, true]);
    assert.deepEqual(clicks([0, first], [501, first], [900, first]), [false, false, true]);
  });

  it('is not one click on each of two rows', () => {
    assert.deepEqual(clicks([0, first], [10, other], [20, first]), [false, false, false]);
  });

  it('is not followed by another with the third click', () => {
    assert.deepEqual(clicks([0, first], [10, first], [20, first], [30, first]), [false, true, false, true]);
  });

  it('is none across a jump of the clock', () => {
    assert.deepEqual(clicks([10_000, first], [0, first]), [false, false]);
  });
});
