import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allocationRecord } from '../../../src/state/tables/allocationRecords.ts';
import { jobRecord } from '../../../src/state/tables/jobRecords.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { maxRowsPerParent } from '../../../src/tree/arrange.ts';
import { jobLayout } from '../../../src/tree/jobLayout.ts';
import { repaint } from '../../../src/tree/repaint.ts';
import { ShownJobs } from '../../../src/tree/shownJobs.ts';
import { allocation, crashed, Fixture, job } from './clusterFixture.ts';

/** Jobs that all are well, and how often one of them was looked at. */
function manyJobs(count: number) {
  const fixture = new Fixture();
  for (let at = 0; at < count; at += 1) fixture.job(job(`web-${String(at).padStart(4, '0')}`));
  let looks = 0;
  const now = () => {
    looks += 1;
    return fixture.nowMs;
  };
  const shown = new ShownJobs({ store: fixture.store, filter: fixture.filter, now });
  return {
    fixture,
    shown,
    /** How many jobs were looked at since the last question. */
    looks: () => {
      const since = looks;
      looks = 0;
      return since;
    },
    change: (id: string) => {
      const changes = fixture.store.apply('jobs', jobRecord(job(id, { ModifyIndex: 1_000_000, Priority: 70 })));
      shown.apply(changes);
    },
    crash: (id: string) => {
      const wire = { ...allocation(1, id, 'app[0]', { TaskStates: { server: crashed(3) } }), ModifyIndex: 1_000_001 };
      shown.apply(fixture.store.apply('allocations', allocationRecord(wire, 0)));
    },
  };
}

describe('whether a filter hides all jobs', () => {
  it('is found out by looking at those that changed', () => {
    const { fixture, shown, looks, change, crash } = manyJobs(500);
    fixture.filter.setProblemsOnly(true);
    assert.equal(shown.any(), false);
    assert.equal(looks(), 500);
    change('web-0007');
    assert.equal(shown.any(), false);
    assert.equal(looks(), 1);
    crash('web-0400');
    assert.equal(shown.any(), true);
    assert.ok(looks() < 5);
    change('web-0008');
    assert.equal(shown.any(), true);
    assert.ok(looks() < 5);
  });

  it('is looked for among all once the one that was shown is gone, and with another filter', () => {
    const { fixture, shown, crash } = manyJobs(5);
    fixture.filter.setProblemsOnly(true);
    assert.equal(shown.any(), false);
    crash('web-0002');
    assert.equal(shown.any(), true);
    fixture.store.remove('jobs', jobKey('default', 'web-0002'), 2_000_000);
    assert.equal(shown.any(), false);
    fixture.filter.setProblemsOnly(false);
    fixture.filter.setText('web-0003');
    shown.forget();
    assert.equal(shown.any(), true);
  });
});

describe('jobs behind the limit of a view', () => {
  it('do not have all of them arranged anew for each change', () => {
    const { fixture } = manyJobs(maxRowsPerParent + 5);
    fixture.filter.setText('web');
    const tree = fixture.tree(jobLayout);
    tree.children();
    let arranged = 0;
    tree.childrenChanged = (parent) => {
      if (parent === undefined) arranged += 1;
      return false;
    };
    const last = job(`web-${String(maxRowsPerParent + 2)}`, { ModifyIndex: 1_000_000, Priority: 70 });
    assert.deepEqual(repaint(tree, fixture.store.apply('jobs', jobRecord(last))), []);
    assert.equal(arranged, 0);
  });
});
