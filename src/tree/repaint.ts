import type { ChangeSet } from '../state/tables/changes.ts';
import { jobKey } from '../state/tables/keys.ts';
import type { JobKey } from '../state/tables/keys.ts';
import { placeOf } from './allocationLayout.ts';
import { allocationMatches } from './arrange.ts';
import type { RowFace } from './face.ts';
import { isJobShown, parentOf } from './jobLayout.ts';
import { kindOf } from './kinds/kinds.ts';
import type { Row } from './rows.ts';
import type { RowTree } from './rowTree.ts';
import type { Store } from '../state/tables/store.ts';

/** More rows than this are cheaper to draw all anew: VS Code compares every row fired with every other. */
export const maxRowsFired = 200;

/** The rows to draw anew, none of them under another; or the whole view. */
export type Repaint = 'all' | readonly Row[];

/** How a row looks, remembered as what is on the screen. */
export function paint(tree: RowTree, row: Row): RowFace {
  const face = kindOf(row).face(tree, row);
  tree.painted.set(row.id, faceKey(face));
  return face;
}

/** What has to be drawn anew after `changes`; only rows that would look different, or hold different rows. */
export function repaint(tree: RowTree, changes: ChangeSet): Repaint {
  if (tree.shown() === undefined) return [];
  const jobs = affectedJobs(tree.source.store, changes);
  if (rootsMayDiffer(tree, changes, jobs) && tree.childrenChanged()) return 'all';
  const dirty = new Set<Row>();
  const rows = [
    affectedRows(tree, jobs, changes.of('allocations')),
    ...(tree.view === 'nodes' ? [nodeRows(tree, changes)] : []),
  ];
  for (const row of rows.flatMap((some) => [...some])) {
    if (looksDifferent(tree, row) || tree.childrenChanged(row)) dirty.add(row);
  }
  return smallest(tree, dirty);
}

/** What has to be drawn anew because time has passed: ages, deadlines, and what has stayed up for long enough. */
export function repaintForTime(tree: RowTree): Repaint {
  if (tree.childrenChanged()) return 'all';
  const dirty = new Set<Row>();
  for (const id of tree.painted.keys()) {
    const row = tree.rows.get(id);
    if (row !== undefined && looksDifferent(tree, row)) dirty.add(row);
  }
  return smallest(tree, dirty);
}

function looksDifferent(tree: RowTree, row: Row): boolean {
  const painted = tree.painted.get(row.id);
  return painted !== undefined && painted !== faceKey(kindOf(row).face(tree, row));
}

function faceKey(face: RowFace): string {
  const { label, description, icon, color, contextValue, collapsible, accessibleLabel } = face;
  return JSON.stringify([label, description, icon, color, contextValue, collapsible, accessibleLabel]);
}

/** How a job's row looks depends on its allocations, deployments and runs, so a change of those counts for the job. */
export function affectedJobs(store: Store, changes: ChangeSet): ReadonlySet<JobKey> {
  const jobs = new Set<JobKey>(changes.of('jobs'));
  for (const id of changes.of('allocations')) addDefined(jobs, store.allocations.get(id)?.jobKey);
  for (const id of changes.of('deployments')) addDefined(jobs, store.deployments.get(id)?.jobKey);
  for (const key of [...jobs]) {
    const job = store.jobs.get(key);
    if (job?.parentId !== undefined) jobs.add(jobKey(job.namespace, job.parentId));
  }
  return jobs;
}

function addDefined<T>(set: Set<T>, value: T | undefined): void {
  if (value !== undefined) set.add(value);
}

/** A cheap answer to whether the top rows are worth comparing. */
function rootsMayDiffer(tree: RowTree, changes: ChangeSet, jobs: ReadonlySet<JobKey>): boolean {
  switch (tree.view) {
    case 'jobs':
      return changes.listChanged('jobs') || [...jobs].some((key) => jobAppearsOrGoes(tree, key));
    case 'deployments':
      return changes.listChanged('deployments') || changes.of('deployments').size > 0;
    case 'nodes':
      return changes.listChanged('nodes') || changes.listChanged('servers') || changes.of('nodes').size > 0;
    case 'allocations':
      return (
        changes.listChanged('allocations') || [...changes.of('allocations')].some((id) => allocationMoves(tree, id))
      );
  }
}

function jobAppearsOrGoes(tree: RowTree, key: JobKey): boolean {
  const { filter, store } = tree.source;
  if (filter.text === '' && !filter.problemsOnly) return false;
  const job = store.jobs.get(key);
  if (job === undefined) return true;
  return parentOf(store, job) === undefined && isJobShown(tree, job) !== tree.passed.has(key);
}

/** An allocation moves to the front when it gets into trouble, back when it recovers, and to the end when it ends. */
function allocationMoves(tree: RowTree, id: string): boolean {
  const allocation = tree.source.store.allocations.get(id);
  if (allocation === undefined) return true;
  const place = placeOf(tree.source, allocation);
  const known = tree.places.get(id);
  if (known !== undefined) return known !== place;
  const { text, problemsOnly } = tree.source.filter;
  return problemsOnly ? place === 'problems' : text === '' || allocationMatches(text, allocation);
}

function* affectedRows(
  tree: RowTree,
  jobs: ReadonlySet<JobKey>,
  allocations: ReadonlySet<string>,
): Generator<Row, undefined> {
  // Rows that count others are at the end.
  for (const row of tree.shown()?.slice(-3) ?? []) if (row.kind === 'message') yield row;
  for (const job of jobs) yield* tree.rows.ofJob(job);
  for (const id of allocations) {
    const row = tree.rows.knownAllocation(id);
    if (row === undefined) continue;
    yield row;
    yield* tree.shown(row) ?? [];
  }
}

/** The rows of nodes and servers that changed, of nodes whose allocations did, and those of drivers. */
function* nodeRows(tree: RowTree, changes: ChangeSet): Generator<Row, undefined> {
  const { store } = tree.source;
  const nodes = new Set<string>(changes.of('nodes'));
  for (const id of changes.of('allocations')) addDefined(nodes, store.allocations.get(id)?.nodeId);
  for (const id of nodes) {
    const row = tree.rows.knownNode(id);
    if (row === undefined) continue;
    yield row;
    yield* tree.shown(row)?.filter(({ kind }) => kind === 'driver') ?? [];
  }
  if (changes.of('servers').size === 0) return;
  const servers = tree.rows.servers();
  yield servers;
  yield* tree.shown(servers) ?? [];
}

/** Leaves out rows that are drawn with a row above them. */
function smallest(tree: RowTree, dirty: ReadonlySet<Row>): Repaint {
  const rows = [...dirty].filter((row) => {
    for (let above = tree.parent(row); above !== undefined; above = tree.parent(above)) {
      if (dirty.has(above)) return false;
    }
    return true;
  });
  return rows.length > maxRowsFired ? 'all' : rows;
}
