import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { printable } from '../../../src/base/plain.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { allocationLayout } from '../../../src/tree/allocationLayout.ts';
import { maxRowsPerParent } from '../../../src/tree/arrange.ts';
import { deploymentLayout } from '../../../src/tree/deploymentLayout.ts';
import { kindOf } from '../../../src/tree/kinds/kinds.ts';
import { factsOf } from '../../../src/tree/facts.ts';
import { jobLayout } from '../../../src/tree/jobLayout.ts';
import type { Row } from '../../../src/tree/rows.ts';
import type { RowTree } from '../../../src/tree/rowTree.ts';
import { factTable } from '../../../src/tree/text.ts';
import { golden } from '../../support/golden.ts';
import {
  allocation,
  crashed,
  deployment,
  deploymentState,
  Fixture,
  group,
  job,
  taskState,
  uuid,
  variedCluster,
} from './clusterFixture.ts';

/** The one time of day in a row is told in the machine's own zone. */
function assertGolden(name: string, text: string): void {
  golden(`tree/${name}`, text.replace(/by \d\d:\d\d/g, 'by HH:MM'));
}

/** Rows as they look, where asked for with their facts; how these become Markdown is tested with the table of facts. */
function dump(tree: RowTree, withFacts = false): string {
  const lines: string[] = [];
  const visit = (row: Row, depth: number) => {
    const { icon, color, label, description, contextValue, accessibleLabel, collapsible } = kindOf(row).face(tree, row);
    const indent = '  '.repeat(depth);
    const look = `${icon ?? '-'}${color === undefined ? '' : `(${color})`}`;
    lines.push(`${indent}${collapsible === 'none' ? '•' : '▸'} ${look} ${label} | ${description} | ${contextValue}`);
    if (withFacts) {
      lines.push(`${indent}    "${accessibleLabel}"`);
      const { title, facts } = factsOf(tree, row);
      lines.push(`${indent}    ${printable(title)}`);
      for (const [name, value] of facts) lines.push(`${indent}      ${name}: ${printable(value)}`.trimEnd());
    }
    for (const child of tree.children(row)) visit(child, depth + 1);
  };
  for (const row of tree.children()) visit(row, 0);
  return `${lines.join('\n')}\n`;
}

function allRows(tree: RowTree): readonly (readonly [row: Row, parent: Row | undefined])[] {
  const found: (readonly [Row, Row | undefined])[] = [];
  const visit = (parent: Row | undefined) => {
    for (const row of tree.children(parent)) {
      found.push([row, parent]);
      visit(row);
    }
  };
  visit(undefined);
  return found;
}

/** Any but the line ends of the dump itself. */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

const layouts = [jobLayout, deploymentLayout, allocationLayout];

describe('rows of the views', () => {
  for (const layout of layouts) {
    it(`look as they should in ${layout.view}`, () => {
      assertGolden(layout.view, dump(variedCluster().tree(layout)));
    });

    it(`have tooltips and words for a screen reader in ${layout.view}`, () => {
      assertGolden(`${layout.view}-facts`, dump(variedCluster().tree(layout), true));
    });

    it(`know their parent and are in one place only in ${layout.view}`, () => {
      const tree = variedCluster().tree(layout);
      const rows = allRows(tree);
      assert.ok(rows.length > 5);
      for (const [row, parent] of rows) assert.equal(tree.parent(row), parent, row.id);
      assert.equal(new Set(rows.map(([row]) => row.id)).size, rows.length);
    });

    it(`stay the same objects when asked for again in ${layout.view}`, () => {
      const tree = variedCluster().tree(layout);
      const first = allRows(tree).map(([row]) => row);
      const second = allRows(tree).map(([row]) => row);
      assert.ok(first.every((row, at) => row === second[at]));
    });

    it(`show no control character in ${layout.view}`, () => {
      const tree = variedCluster().tree(layout);
      const tooltips = allRows(tree).map(([row]) => {
        const { title, facts } = factsOf(tree, row);
        return factTable(title, facts);
      });
      assert.equal(controls.exec([dump(tree), ...tooltips].join('\n')), null);
    });
  }

  it('tell of a crash loop between two failures, and of a rollout that has one', () => {
    const both = { TaskStates: { proxy: taskState(), server: crashed(3) } };
    const fixture = new Fixture()
      .job(job('loop', { TaskGroups: [group('app', 1, ['proxy', 'server']), group('cache', 1)] }))
      .allocations(allocation(1, 'loop', 'app[0]', both), allocation(2, 'loop', 'cache[0]'))
      .job(job('web'))
      .allocations(allocation(3, 'web', 'app[0]', { TaskStates: { server: crashed(2) } }))
      .deployment(deployment(1, 'web', { JobVersion: 0, TaskGroups: { app: deploymentState({ DesiredTotal: 1 }) } }));
    const parts = layouts.map((layout) => `${layout.view}\n${dump(fixture.tree(layout), true)}`);
    assertGolden('crash-loops', parts.join('\n'));
  });

  it('say of a job without runs that it has none yet', () => {
    const fixture = new Fixture().job(job('each', { Type: 'batch', ParameterizedJob: {} }));
    const tree = fixture.tree(jobLayout);
    const [parent] = tree.children();
    assert.deepEqual(
      tree.children(parent).map((row) => kindOf(row).face(tree, row).label),
      ['No runs yet'],
    );
  });

  it('offer a choice of groups only where there is one', () => {
    const waiting = deploymentState({ DesiredCanaries: 1 });
    const offers = (TaskGroups: Record<string, ReturnType<typeof deploymentState>>) => {
      const fixture = new Fixture().job(job('web')).deployment(deployment(1, 'web', { JobVersion: 0, TaskGroups }));
      const tree = fixture.tree(deploymentLayout);
      return tree.children().map((row) => kindOf(row).face(tree, row).contextValue);
    };
    assert.deepEqual(offers({ a: waiting }), ['deployment linked copyable active promotable failable']);
    assert.deepEqual(offers({ a: waiting, b: waiting }), [
      'deployment linked copyable active promotable multigroup failable',
    ]);
    assert.doesNotMatch(offers({ a: waiting, b: { ...waiting, Promoted: true } })[0] ?? '', /multigroup/);
  });

  it('never throw on answers that are none', () => {
    const fixture = new Fixture();
    const odd = { Time: 1e300, Type: 'Terminated', Details: null };
    fixture.job(job('odd', { Priority: -5, SubmitTime: 1e300, Datacenters: 'dc1' as never, Version: 2 ** 64 }));
    fixture.allocations(
      allocation(1, 'odd', 'app[0]', { TaskStates: null, CreateTime: 1e300, DeploymentStatus: null }),
      allocation(2, 'odd', 'app[1]', { TaskStates: { a: taskState({ Events: null }), b: null as never } }),
      allocation(3, 'odd', 'app[2]', {
        TaskStates: { a: taskState({ Events: [odd], Restarts: 2 ** 64, StartedAt: 'x' }) },
        ...{ ClientStatus: 'toString', DesiredStatus: 'constructor', NodeName: 5 as never },
      }),
    );
    fixture.deployment(
      deployment(4, 'odd', {
        ...{ JobVersion: -1, Status: '__proto__', StatusDescription: null as never, ModifyTime: 1e300 },
        TaskGroups: { app: null as never, b: { PlacedCanaries: 7, DesiredTotal: -1, HealthyAllocs: 2 ** 64 } as never },
      }),
    );
    for (const layout of layouts) {
      assert.doesNotMatch(dump(fixture.tree(layout), true), /undefined|NaN|\[object|null|18446744073709552000/);
    }
  });

  it('keep their id while everything about the job changes', () => {
    const fixture = new Fixture().job(job('web'));
    const tree = fixture.tree(jobLayout);
    const [before] = tree.children();
    fixture.job(job('web', { Version: 1, Stop: true, Status: 'dead', ModifyIndex: 30 }));
    assert.equal(tree.children()[0], before);
  });

  it('are made anew for a job that came back', () => {
    const fixture = new Fixture().job(job('web'));
    const tree = fixture.tree(jobLayout);
    const [before] = tree.children();
    fixture.store.remove('jobs', jobKey('default', 'web'), 25);
    assert.deepEqual(tree.children(), []);
    assert.equal(tree.rows.size, 0);
    fixture.job(job('web', { ModifyIndex: 30 }));
    assert.notEqual(tree.children()[0], before);
    assert.equal(tree.children()[0]?.id, before?.id);
  });

  it('have ids that names cannot make collide', () => {
    const fixture = new Fixture().job(job('a', { TaskGroups: [group('b","c', 1), group('b', 1)] }));
    const tree = fixture.tree(jobLayout);
    assert.equal(new Set(allRows(tree).map(([row]) => row.id)).size, allRows(tree).length);
  });

  it('answer a stale row with nothing', () => {
    const fixture = new Fixture().job(job('web'));
    const tree = fixture.tree(jobLayout);
    const [row] = tree.children();
    fixture.store.remove('jobs', jobKey('default', 'web'));
    assert.ok(row !== undefined);
    assert.deepEqual(tree.children(row), []);
    assert.equal(kindOf(row).face(tree, row).description, 'gone');
    assert.deepEqual(factsOf(tree, row).facts, []);
  });

  it('say why a job could not be loaded', () => {
    const fixture = new Fixture().job(job('web'));
    fixture.failures.set(jobKey('default', 'web'), 'Permission\ndenied');
    const tree = fixture.tree(jobLayout);
    const [row] = tree.children(tree.rows.job(jobKey('default', 'web')));
    assert.ok(row !== undefined);
    assert.equal(kindOf(row).face(tree, row).accessibleLabel, 'Could not load, Permission denied');
  });

  it('stop at a limit and count the rest', () => {
    const fixture = new Fixture().job(job('web', { TaskGroups: [group('app', 1500)] }));
    fixture.allocations(...Array.from({ length: 1500 }, (_, at) => allocation(at, 'web', `app[${String(at)}]`)));
    for (const [tree, parent] of [
      [fixture.tree(allocationLayout), undefined],
      [fixture.tree(jobLayout), 'web'],
    ] as const) {
      const rows = tree.children(parent === undefined ? undefined : tree.rows.job(jobKey('default', parent)));
      assert.equal(rows.length, maxRowsPerParent + 1);
      const last = rows.at(-1);
      assert.ok(last !== undefined);
      assert.equal(kindOf(last).face(tree, last).label, '500 more');
    }
  });

  it('stop at a limit among jobs too, which a filter takes away', () => {
    const fixture = new Fixture();
    for (let at = 0; at < maxRowsPerParent + 5; at += 1) fixture.job(job(`web-${String(at).padStart(4, '0')}`));
    const tree = fixture.tree(jobLayout);
    const rows = tree.children();
    const last = rows.at(-1);
    assert.ok(last !== undefined);
    assert.equal(rows.length, maxRowsPerParent + 1);
    assert.equal(kindOf(last).face(tree, last).accessibleLabel, '5 more, a filter shows fewer');
    fixture.filter.setText('web-1004');
    assert.deepEqual(
      tree.children().map((row) => kindOf(row).face(tree, row).label),
      ['web-1004'],
    );
  });

  it('say that the server holds back allocations', () => {
    const fixture = variedCluster();
    fixture.truncated = true;
    const tree = fixture.tree(allocationLayout);
    const last = tree.children().at(-1);
    assert.ok(last !== undefined);
    assert.equal(kindOf(last).face(tree, last).label, 'More on the server');
  });
});

describe('filtered rows', () => {
  const labels = (tree: RowTree) => tree.children().map((row) => kindOf(row).face(tree, row).label);

  it('match name, namespace, type, group and node without case', () => {
    const fixture = variedCluster();
    const tree = fixture.tree(jobLayout);
    const found = (text: string) => {
      fixture.filter.setText(text);
      return labels(tree);
    };
    assert.deepEqual(found('WEB'), ['web']);
    assert.deepEqual(found('ops'), ['report']);
    assert.deepEqual(found('batch'), ['importer', 'report']);
    assert.deepEqual(found('cache'), ['web']);
    assert.deepEqual(found('node-9'), ['api']);
    assert.deepEqual(found('periodic-1763700001'), ['report']);
    assert.deepEqual(found('no such thing'), []);
  });

  it('are the problems only', () => {
    const fixture = variedCluster();
    fixture.filter.setProblemsOnly(true);
    // The last one has an allocation in a state that no version of Nomad had so far.
    assert.deepEqual(labels(fixture.tree(jobLayout)), ['api', 'big', 'importer', 'web', 'tab here']);
    // The job of the failed one is gone, so that nobody needs to look at it.
    assert.deepEqual(labels(fixture.tree(deploymentLayout)), ['web']);
    assert.deepEqual(labels(fixture.tree(allocationLayout)), ['importer.load[0]', 'api.http[2]']);
  });

  it('say how many are hidden where all are', () => {
    const fixture = variedCluster();
    fixture.filter.setText('no such thing');
    assert.deepEqual(labels(fixture.tree(deploymentLayout)), ['4 deployments hidden']);
    assert.match(labels(fixture.tree(allocationLayout))[0] ?? '', /^\d+ allocations hidden$/);
    assert.deepEqual(labels(new Fixture().tree(allocationLayout)), []);
  });

  it('show problems first, then what lives, then what has ended, the newest first among allocations', () => {
    const fixture = new Fixture().job(job('web', { TaskGroups: [group('app', 3)] }));
    fixture.allocations(
      allocation(1, 'web', 'app[0]', { ClientStatus: 'failed' }),
      allocation(2, 'web', 'app[1]'),
      allocation(3, 'web', 'app[2]'),
      allocation(4, 'web', 'app[0]', { ClientStatus: 'failed', NextAllocation: uuid(1) }),
    );
    assert.deepEqual(labels(fixture.tree(allocationLayout)), ['web.app[0]', 'web.app[2]', 'web.app[1]', 'web.app[0]']);
  });
});
