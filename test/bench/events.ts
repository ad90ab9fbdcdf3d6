import { lines } from '../../src/base/lines.ts';
import type { Allocation, TaskState } from '../../src/nomad/types/allocation.ts';
import type { EventBatch } from '../../src/nomad/types/event.ts';
import { Changes } from '../../src/state/tables/changes.ts';
import { applyBatch } from '../../src/state/sync/eventChanges.ts';
import type { EventContext } from '../../src/state/sync/eventChanges.ts';
import { jobLayout } from '../../src/tree/jobLayout.ts';
import { paint, repaint } from '../../src/tree/repaint.ts';
import type { Row } from '../../src/tree/rows.ts';
import type { RowTree } from '../../src/tree/rowTree.ts';
import { allocation, Fixture, group, job, taskState } from '../unit/tree/clusterFixture.ts';
import { compare, median } from './figures.ts';
import type { Bench } from './figures.ts';

const jobs = 1000;
const allocationsPerJob = 5;
/** Events of fifty jobs, and for each of their allocations twenty, in which its task restarts over and over. */
const touchedJobs = 50;
const events = 5000;
/** What arrives while changes are collected, before they are told. */
const eventsPerChange = 500;
const rounds = 15;
const maxLineBytes = 1024 * 1024;

/** A burst of events: from the bytes of their lines to the rows that are drawn anew. */
export const eventBurst: Bench = {
  name: 'events',
  async run() {
    // Each round has news of its own; one more for the round that doesn't count.
    const bursts = Array.from({ length: rounds + 1 }, (_, round) => burst(round));
    const last = burst(bursts.length);
    const bare = openCluster(false);
    const { ms, ratio } = await compare(
      rounds,
      () => readInto(bursts.shift() ?? last, bare),
      () => parseOnly(last),
    );
    const applied = await readInto(last, openCluster(true));
    return [
      { name: 'events.toChanges', unit: 'ms', value: ms },
      { name: 'events.toChangesOverParsing', unit: '×', value: ratio },
      { name: 'events.repaint', unit: 'ms', value: median(applied.repaintTimes) },
      { name: 'events.rowsRepainted', unit: 'rows', value: applied.rows / applied.repaintTimes.length },
    ];
  },
};

interface View {
  readonly context: EventContext;
  readonly tree: RowTree | undefined;
}

interface Applied {
  rows: number;
  /** Milliseconds of each repaint. */
  readonly repaintTimes: number[];
}

/** A thousand jobs; with rows, every one of them is expanded down to its allocations. */
function openCluster(withRows: boolean): View {
  const fixture = new Fixture();
  for (let at = 0; at < jobs; at += 1) {
    const id = `job-${String(at)}`;
    fixture.job(job(id, { TaskGroups: [group('app', allocationsPerJob)] }));
    for (let index = 0; index < allocationsPerJob; index += 1) fixture.allocations(wire(at, index));
  }
  const questions = {
    ...{ jobMayBeGone: ignore, runsChanged: ignore, runsLeft: ignore },
    ...{ allocationsUnknown: ignore, unreadable: ignore },
  };
  const context = { store: fixture.store, questions, allAllocations: false, listIndex: 0, isPartial: false };
  if (!withRows) return { context, tree: undefined };
  const tree = fixture.tree(jobLayout);
  drawAll(tree);
  return { context, tree };
}

function ignore(): void {
  // Questions go to the network, which is not measured here.
}

function drawAll(tree: RowTree, parent?: Row): void {
  for (const row of tree.children(parent)) {
    paint(tree, row);
    drawAll(tree, row);
  }
}

function wire(job: number, index: number, fields: Partial<Allocation> = {}): Allocation {
  return allocation(job * allocationsPerJob + index, `job-${String(job)}`, `app[${String(index)}]`, fields);
}

/** The lines of a burst, as they come over the wire. */
function burst(round: number): Buffer {
  const perJob = events / touchedJobs;
  const text = Array.from({ length: events }, (_, at) => {
    const index = 1_000_000 + round * events + at;
    const Allocation = wire(Math.floor(at / perJob), at % allocationsPerJob, {
      ModifyIndex: index,
      TaskStates: { server: restarting(Math.floor((at % perJob) / allocationsPerJob)) },
    });
    const event = { Topic: 'Allocation', Type: 'AllocationUpdated', Key: Allocation.ID, Index: index };
    return `${JSON.stringify({ Index: index, Events: [{ ...event, Payload: { Allocation } }] })}\n`;
  });
  return Buffer.from(text.join(''));
}

function restarting(times: number): TaskState {
  const Events = [{ Type: 'Restarting', Time: 1e18, DisplayMessage: 'Task restarting in 15s', Details: {} }];
  return taskState({ State: 'pending', Restarts: times, Events });
}

async function* inChunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 65_536)
    yield await Promise.resolve(bytes.subarray(from, from + 65_536));
}

async function parseOnly(bytes: Buffer): Promise<number> {
  let count = 0;
  for await (const line of lines(inChunks(bytes), maxLineBytes)) {
    count += (JSON.parse(line) as EventBatch).Events.length;
  }
  return count;
}

async function readInto(bytes: Buffer, { context, tree }: View): Promise<Applied> {
  const applied: Applied = { rows: 0, repaintTimes: [] };
  let changes = new Changes();
  let count = 0;
  for await (const line of lines(inChunks(bytes), maxLineBytes)) {
    changes.add(applyBatch(JSON.parse(line) as EventBatch, context));
    count += 1;
    if (count % eventsPerChange !== 0) continue;
    if (changes.empty) throw new Error('Events changed nothing.');
    if (tree !== undefined) draw(tree, changes, applied);
    changes = new Changes();
  }
  if (count !== events) throw new Error(`${String(count)} events were read instead of ${String(events)}.`);
  return applied;
}

/** Draws what has to be drawn, as VS Code does when it is told. */
function draw(tree: RowTree, changes: Changes, applied: Applied): void {
  const startMs = performance.now();
  const rows = repaint(tree, changes);
  applied.repaintTimes.push(performance.now() - startMs);
  applied.rows += rows === 'all' ? tree.rows.size : rows.length;
  for (const row of rows === 'all' ? tree.rows.values() : rows) paint(tree, row);
}
