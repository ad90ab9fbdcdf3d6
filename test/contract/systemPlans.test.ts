import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import type { Job } from '../../src/nomad/types/job.ts';
import type { Contract } from './support/contract.ts';
import { second, system } from './support/jobs.ts';
import { contractWithNodes } from './support/nodes.ts';
import { post } from './support/raw.ts';

const nodes = [
  { name: 'worker-1', nodeClass: 'worker' },
  { name: 'worker-2', nodeClass: 'worker' },
  { name: 'entry', nodeClass: 'entry' },
];

/** The counts of a plan that are not 0, each as it is written, since some fit no number of JavaScript. */
interface Planned {
  readonly counts: Record<string, string>;
  /** The same as the diff has them. */
  readonly noted: Record<string, string>;
  /** Nodes that were filtered out, by class; undefined where nothing failed. */
  readonly filtered: Record<string, number> | undefined;
  readonly exhausted: number;
}

async function plan(c: Contract, job: Job): Promise<Planned> {
  const text = await post(c, `/v1/job/${job.ID}/plan`, { Job: job, Diff: true });
  const written = (pattern: RegExp): Record<string, string> => {
    const found = [...(pattern.exec(text)?.[1] ?? '').matchAll(/"([^"]+)":(\d+)/g)];
    const pairs = found.map(({ 1: name = '', 2: count = '' }): [string, string] => [name, count]);
    return Object.fromEntries(pairs.filter(([, count]) => count !== '0'));
  };
  const { FailedTGAllocs } = JSON.parse(text) as {
    FailedTGAllocs: Record<string, { ClassFiltered: Record<string, number> | null; NodesExhausted: number }> | null;
  };
  const failed = FailedTGAllocs?.['app'];
  return {
    counts: written(/"DesiredTGUpdates":\{"app":(\{[^}]*\})/),
    noted: written(/"Updates":(\{[^}]*\})/),
    filtered: failed === undefined ? undefined : (failed.ClassFiltered ?? {}),
    exhausted: failed?.NodesExhausted ?? 0,
  };
}

interface Change {
  readonly nodeClass?: string;
  readonly level?: string;
  readonly cpu?: number;
  readonly job?: Partial<Job>;
}

function shipper(id: string, { nodeClass, level = 'info', cpu = 20, job }: Change = {}): Job {
  const made = system(id, { env: { LEVEL: level } });
  const constraint = { LTarget: '${node.class}', RTarget: nodeClass ?? '', Operand: '=' };
  const groups = (made.TaskGroups ?? []).map((group) => ({
    ...group,
    Tasks: (group.Tasks ?? []).map((item) => ({ ...item, Resources: { ...item.Resources, CPU: cpu } })),
  }));
  return { ...made, Constraints: nodeClass === undefined ? [] : [constraint], TaskGroups: groups, ...job };
}

/** All at once: how many are replaced at a time decides which node is looked at first. */
const atOnce = { Update: { MaxParallel: 9, Stagger: 30 * second } };

contractWithNodes('plans of system jobs', nodes, (c) => {
  let everywhere = '';
  let workers = '';

  const settled = async (id: string, count: number) => {
    await c.running(id, count);
    const read = (options = {}) => c.client.jobs.evaluations(id, options);
    await c.until(`the end of evaluations of ${id}`, read, (list) => list.every(({ Status }) => Status !== 'pending'));
  };

  before(async () => {
    [everywhere, workers] = [c.id('everywhere'), c.id('workers')];
    await c.register(shipper(everywhere));
    await c.register(shipper(workers, { nodeClass: 'worker' }));
    await settled(everywhere, 3);
    await settled(workers, 2);
  });

  it('count the nodes that a new job fits', async () => {
    const id = c.id('new');
    const all = await plan(c, shipper(id));
    assert.deepEqual([all.counts, all.noted, all.filtered], [{ Place: '3' }, { create: '3' }, undefined]);
    const some = await plan(c, shipper(id, { nodeClass: 'worker' }));
    assert.deepEqual([some.counts, some.filtered], [{ Place: '2' }, undefined]);
    const none = await plan(c, shipper(id, { nodeClass: 'nowhere' }));
    assert.deepEqual([none.counts, none.filtered], [{}, { worker: 2, entry: 1 }]);
  });

  it('take back nodes without room on newer agents only', async () => {
    const big = await plan(c, shipper(c.id('big'), { nodeClass: 'worker', cpu: 999_999 }));
    assert.deepEqual(big.counts, c.atLeast(2) ? {} : { Place: '2' });
    assert.deepEqual([big.filtered, big.exhausted], [{}, 1]);
  });

  it('of an unchanged job count its nodes as placed on newer agents, and call others failed on older ones', async () => {
    const same = await plan(c, shipper(everywhere));
    assert.deepEqual(same.counts, c.atLeast(2) ? { Ignore: '3', Place: '3' } : { Ignore: '3' });
    assert.equal(same.filtered, undefined);
    const some = await plan(c, shipper(workers, { nodeClass: 'worker' }));
    assert.deepEqual(some.counts, c.atLeast(2) ? { Ignore: '2', Place: '2' } : { Ignore: '2' });
    assert.deepEqual(some.filtered, c.atLeast(2) ? undefined : { entry: 1 });
  });

  it('of a changed job count what is replaced, and on newer agents as placed, too', async () => {
    const changed = await plan(c, shipper(workers, { nodeClass: 'worker', level: 'debug', job: atOnce }));
    assert.deepEqual(
      changed.counts,
      c.atLeast(2) ? { DestructiveUpdate: '2', Place: '2' } : { DestructiveUpdate: '2' },
    );
    assert.equal(changed.filtered, undefined);
    const kept = await plan(c, shipper(workers, { nodeClass: 'worker', job: { Priority: 60 } }));
    assert.deepEqual(kept.counts, c.atLeast(2) ? { InPlaceUpdate: '2', Place: '2' } : { InPlaceUpdate: '2' });
    const wider = await plan(c, shipper(workers));
    assert.deepEqual(wider.counts, { InPlaceUpdate: '2', Place: c.atLeast(2) ? '3' : '1' });
  });

  it('of a job that no longer fits a node count below nothing on older agents', async () => {
    const below = '18446744073709551615';
    const both = await plan(c, shipper(everywhere, { nodeClass: 'worker', level: 'debug', job: atOnce }));
    assert.deepEqual(both.counts, { DestructiveUpdate: '3', Place: c.atLeast(2) ? '2' : below });
    assert.deepEqual(both.noted, { 'create/destroy update': '3', create: c.atLeast(2) ? '2' : below });
    assert.equal(both.filtered, undefined);
    const only = await plan(c, shipper(everywhere, { nodeClass: 'worker' }));
    assert.deepEqual(only.counts, { DestructiveUpdate: '1', InPlaceUpdate: '2', Place: c.atLeast(2) ? '2' : below });
    assert.deepEqual(only.filtered, c.atLeast(2) ? undefined : { entry: 1 });
    if (c.atLeast(2)) return;
    const none = await plan(c, shipper(everywhere, { nodeClass: 'nowhere', job: atOnce }));
    assert.deepEqual(none.counts, { DestructiveUpdate: '3', Place: '18446744073709551613' });
    assert.deepEqual(none.filtered, { worker: 2, entry: 1 });
  });

  it('stop what is in no datacenter any more, and of a stopped job all', async () => {
    const gone = await plan(c, shipper(everywhere, { job: { Datacenters: ['dc9'] } }));
    const stopped = await plan(c, shipper(everywhere, { job: { Stop: true } }));
    for (const { counts, noted } of [gone, stopped]) {
      assert.deepEqual([counts, noted], [{ Stop: '3' }, { destroy: '3' }]);
    }
  });

  it('leave out of a finished sysbatch job the nodes where it has run', async () => {
    const id = c.id('finished');
    const done = (change: Change) => {
      const job = shipper(id, { nodeClass: 'worker', ...change });
      const tasks = (list: Job['TaskGroups']) =>
        (list ?? []).map((group) => ({
          ...group,
          Tasks: (group.Tasks ?? []).map((item) => ({ ...item, Config: { command: '/bin/true' } })),
        }));
      return { ...job, Type: 'sysbatch', TaskGroups: tasks(job.TaskGroups) } as Job;
    };
    await c.register(done({}));
    const isDone = (list: readonly { ClientStatus: string }[]) =>
      list.length === 2 && list.every(({ ClientStatus }) => ClientStatus === 'complete');
    await c.allocations(id, 'complete', isDone);
    const same = await plan(c, done({}));
    assert.deepEqual([same.counts, same.filtered], [{ Ignore: '2' }, c.atLeast(2) ? undefined : { entry: 1 }]);
    assert.deepEqual((await plan(c, done({ level: 'debug' }))).counts, { DestructiveUpdate: '2' });
    assert.deepEqual((await plan(c, done({ nodeClass: 'entry' }))).counts, { InPlaceUpdate: '2', Place: '1' });
  });

  it('and what comes of them: it is replaced where it fits, and stopped elsewhere', async () => {
    await c.register(shipper(everywhere, { nodeClass: 'worker', level: 'debug', job: { Update: { MaxParallel: 9 } } }));
    const runs = (list: readonly { JobVersion: number; DesiredStatus: string; ClientStatus: string }[]) =>
      list.filter(({ JobVersion, ClientStatus }) => JobVersion === 1 && ClientStatus === 'running').length === 2 &&
      list.filter(({ DesiredStatus, ClientStatus }) => DesiredStatus === 'stop' && ClientStatus === 'complete')
        .length === 3;
    const list = await c.allocations(everywhere, 'replaced', runs);
    assert.equal(list.length, 5);
    const same = await plan(
      c,
      shipper(everywhere, { nodeClass: 'worker', level: 'debug', job: { Update: { MaxParallel: 9 } } }),
    );
    assert.deepEqual(same.counts, c.atLeast(2) ? { Ignore: '2', Place: '2' } : { Ignore: '2' });
  });
});
