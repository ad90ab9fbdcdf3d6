import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { jobRecord } from '../../../src/state/tables/jobRecords.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { makeJob } from './build.ts';
import { node, said, TableBench, volume } from './tableBench.ts';

describe('a table', () => {
  let bench: TableBench;

  beforeEach(() => {
    bench = new TableBench();
  });

  it('takes the same state twice as one, and ignores an older one', () => {
    assert.equal(said(bench.apply(node('a', 5))), 'a and the list');
    assert.ok(bench.apply(node('a', 5)).empty);
    assert.ok(bench.apply(node('a', 4, 'down')).empty);
    assert.equal(said(bench.apply(node('a', 6))), 'a', 'a change is none of the list');
    assert.equal(said(bench.apply(node('a', 7, 'down'))), 'a and the list', 'unless its kind says so');
    bench.has('a@7');
  });

  it('becomes what a list says, and tells of nothing that stayed', () => {
    bench.apply(node('a', 1), node('b', 2), node('c', 3));
    assert.equal(said(bench.ask()([node('a', 1), node('b', 4), node('d', 5)])), 'b c d and the list');
    bench.has('a@1', 'b@4', 'd@5');
    assert.ok(bench.ask()([node('a', 1), node('b', 4), node('d', 5)]).empty);
  });

  it('is not taken back by a list that was asked for before', () => {
    bench.apply(node('a', 1), node('b', 2));
    const answer = bench.ask();
    bench.apply(node('a', 5), node('new', 6));
    bench.remove('b', 7);
    assert.ok(answer([node('a', 1), node('b', 2)]).empty);
    bench.has('a@5', 'new@6');
  });

  it('takes what a list that was asked for before knows even better', () => {
    const answer = bench.ask();
    bench.apply(node('a', 5), node('b', 6));
    bench.remove('b', 7);
    assert.equal(said(answer([node('a', 8), node('b', 9)])), 'a b and the list', 'it came again');
    bench.has('a@8', 'b@9');
  });

  it('has its marks for each list that is on its way', () => {
    bench.apply(node('a', 1));
    const first = bench.ask();
    bench.apply(node('a', 2));
    const second = bench.ask();
    bench.apply(node('b', 3));
    first([node('a', 1)]);
    bench.has('a@2', 'b@3');
    second([]);
    bench.has('b@3');
  });

  it('is not taken back by one list to what another knew to be gone', () => {
    const first = bench.ask();
    bench.apply(node('a', 2));
    bench.ask()([]);
    bench.has();
    first([node('a', 2)]);
    bench.has();
  });

  it('lets a list remove what another list brought, whatever events repeat meanwhile', () => {
    bench.apply(node('a', 1));
    bench.ask()([], 15);
    const [first, second] = [bench.ask(), bench.ask()];
    bench.remove('a', 11);
    first([node('a', 18)], 18);
    bench.has('a@18');
    second([], 25);
    bench.has();
  });

  it('does not bring back what is gone, until it comes anew', () => {
    bench.apply(node('a', 5));
    assert.equal(said(bench.remove('a', 4)), '', 'it is newer than what was seen to be gone');
    bench.has('a@5');
    assert.equal(said(bench.remove('a', 9)), 'a and the list');
    assert.equal(bench.tables.hosts.wasRemoved('a'), true);
    assert.ok(bench.apply(node('a', 8)).empty);
    bench.apply(node('a', 10));
    assert.equal(bench.tables.hosts.wasRemoved('a'), false);
    assert.equal(said(bench.ask()([], 20)), 'a and the list');
    assert.ok(bench.apply(node('a', 20)).empty, 'by then it was gone');
    bench.apply(node('a', 21));
    bench.has('a@21');
  });

  it('believes a list at lower indexes, as of a cluster that was set up anew', () => {
    bench.apply(node('a', 5000), node('gone', 4000), node('same', 60));
    bench.remove('gone', 5001);
    const answer = bench.ask();
    assert.ok(bench.apply(node('a', 20)).empty, 'that is no news of it');
    bench.apply(node('new', 61));
    answer([node('a', 20), node('same', 60)], 62);
    bench.has('a@20', 'same@60', 'new@61');
    bench.apply(node('gone', 63));
    bench.has('a@20', 'same@60', 'new@61', 'gone@63');
  });

  it('has groups in their order, which tell what they are of that it changed', () => {
    const { volumes: table } = bench.tables;
    const added = bench.step((changes) => {
      for (const id of ['z', 'x', 'y']) table.apply(volume(id, 'a', 1), changes);
    });
    assert.deepEqual([said(added, 'volumes'), said(added)], ['x y z and the list', 'a']);
    const ids = (group: string) => table.of(group).map(({ id }) => id);
    assert.deepEqual([ids('a'), ids('b')], [['x', 'y', 'z'], []]);
    assert.equal(table.of('a'), table.of('a'), 'the order is worked out once');
    const moved = bench.step((changes) => {
      table.apply(volume('y', 'b', 2), changes);
    });
    assert.deepEqual([ids('a'), ids('b'), said(moved)], [['x', 'z'], ['y'], 'a b']);
    const gone = bench.step((changes) => {
      table.apply(volume('z', '', 3), changes);
    });
    assert.deepEqual([ids('a'), said(gone, 'volumes'), said(gone)], [['x'], 'z and the list', 'a']);
    const late = bench.step((changes) => {
      table.apply(volume('z', 'a', 2), changes);
    });
    assert.ok(late.empty, 'that is from before it was let go');
  });

  it('knows whether a group is whole', () => {
    const { volumes: table } = bench.tables;
    bench.step((changes) => {
      table.apply(volume('x', 'a', 1), changes);
    });
    assert.equal(table.isWhole('a'), false);
    bench.askVolumes('a')([volume('y', 'a', 2)]);
    bench.askVolumes('b')([]);
    assert.deepEqual([table.isWhole('a'), table.isWhole('b'), table.of('a').length], [true, true, 1]);
    bench.remove('a', 3);
    assert.deepEqual([table.isWhole('a'), table.of('a').length], [false, 0]);
  });

  it('loses what belongs to what was removed, and no list or event brings it back', () => {
    const { volumes: table } = bench.tables;
    bench.apply(node('a', 1));
    const take = (id: string, index: number) =>
      bench.step((changes) => {
        table.apply(volume(id, 'a', index), changes);
      });
    take('x', 2);
    const answer = bench.askVolumes('a');
    assert.deepEqual([said(bench.remove('a', 3)), table.records.size], ['a and the list', 0]);
    assert.ok(answer([volume('x', 'a', 2)]).empty);
    assert.ok(take('x', 4).empty);
    bench.apply(node('a', 5));
    assert.equal(said(take('x', 6), 'volumes'), 'x and the list');
  });

  it('has keys of its own, also where another table has the same', () => {
    const web = jobKey('default', 'web');
    const jobs = bench.step((changes) => {
      bench.tables.jobs.apply(jobRecord(makeJob()), changes);
    });
    assert.deepEqual([said(jobs, 'jobs'), said(jobs)], [`${web} and the list`, '']);
    bench.apply(node(web, 1));
    const answer = bench.ask();
    bench.step((changes) => {
      bench.tables.jobs.remove(web, changes);
    });
    assert.equal(said(answer([node(web, 2)])), web, 'a job of that name is no news of the node');
  });
});
