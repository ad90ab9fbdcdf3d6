import assert from 'node:assert/strict';
import { afterEach, it } from 'mocha';
import { once } from '../../src/base/events.ts';
import { Cluster } from '../../src/state/clusters/cluster.ts';
import { jobKey } from '../../src/state/tables/keys.ts';
import { allocationStatus, jobStatus } from '../../src/wording/status.ts';
import { isProblem } from '../../src/wording/statusWords.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import type { AllocationStub } from '../../src/nomad/types/allocation.ts';
import type { Job, TaskGroup } from '../../src/nomad/types/job.ts';
import type { Contract } from './support/contract.ts';
import { second, service } from './support/jobs.ts';
import { contractWithNodes } from './support/nodes.ts';

const limitMs = 60_000;

interface Spec {
  readonly lostAfter?: number;
  /** Of newer agents. */
  readonly disconnect?: Readonly<Record<string, unknown>>;
  readonly replacedAfter?: number;
}

/** Two allocations on nodes of their own, which may be away. */
function edge(c: Contract, id: string, { lostAfter = 600, disconnect = {}, replacedAfter = 5 }: Spec): Job {
  const away = c.atLeast(1, 8)
    ? { Disconnect: { LostAfter: lostAfter * second, ...disconnect } }
    : { MaxClientDisconnect: lostAfter * second };
  const policy = { Attempts: 0, Interval: 0, MaxDelay: 0, Unlimited: true, DelayFunction: 'constant' };
  const more = {
    Constraints: [{ Operand: 'distinct_hosts', LTarget: '', RTarget: 'true' }],
    ReschedulePolicy: { ...policy, Delay: replacedAfter * second },
    ...away,
  } as Partial<TaskGroup>;
  return service(id, { count: 2, more });
}

/** What a window shows of one job, from its first moment on. */
class Window {
  readonly cluster: Cluster;
  readonly #id: string;
  #rows: string[] = [];

  private constructor(c: Contract, id: string) {
    this.#id = id;
    this.cluster = new Cluster({ client: new NomadClient(c.target.connection), label: 'away', namespace: 'default' });
    this.cluster.onDidChange(() => {
      const { row } = this;
      if (row !== undefined && row !== this.#rows.at(-1)) this.#rows.push(row);
    });
  }

  static async open(c: Contract, id: string): Promise<Window> {
    const window = new Window(c, id);
    const { cluster } = window;
    cluster.start();
    const limit = AbortSignal.timeout(limitMs);
    if (cluster.state.kind !== 'live') await once(cluster.onDidChangeState, limit, ({ kind }) => kind === 'live');
    return window;
  }

  /** What its row says, and whether that counts as a problem. */
  get row(): string | undefined {
    const job = this.cluster.store.jobs.get(jobKey('default', this.#id));
    if (job === undefined) return undefined;
    const status = jobStatus(this.cluster.store, job, Date.now());
    return `${status.detail}${isProblem(status) ? ' (problem)' : ''}`;
  }

  /** Forgets what was shown until now. */
  settle(): void {
    this.#rows = this.row === undefined ? [] : [this.row];
  }

  get shown(): readonly string[] {
    return this.#rows;
  }

  async until(row: string): Promise<void> {
    const limit = AbortSignal.timeout(limitMs);
    try {
      while (this.row !== row) await once(this.cluster.onDidChange, limit);
    } catch {
      throw new Error(`did not come: ${row}; the row says ${String(this.row)}`);
    }
  }

  /** The state of an allocation's row, without its age. */
  allocation(id: string): string {
    const record = this.cluster.store.allocations.get(id);
    return record === undefined ? 'none' : allocationStatus(record, 0).detail.replace(/ · [^·]*$/, '');
  }
}

contractWithNodes('what is shown of clients that are away', ['one', 'two', 'three'].map(named), (c, nodes) => {
  const open: Window[] = [];

  afterEach(() => {
    for (const { cluster } of open.splice(0)) cluster.dispose();
  });

  const look = async (id: string): Promise<Window> => {
    const window = await Window.open(c, id);
    open.push(window);
    return window;
  };

  /** Runs the job until its rollout is over, and loads it as a look at it does. */
  const start = async (id: string, spec: Spec): Promise<{ window: Window; first: AllocationStub }> => {
    const window = await look(id);
    await c.register(edge(c, id, spec));
    await c.deploymentIn(id, 'successful');
    const [first] = await c.running(id, 2);
    assert.ok(first);
    await window.cluster.loadJob(jobKey('default', id));
    await window.until('2/2 running · v0');
    window.settle();
    return { window, first };
  };

  const find = async (id: string, what: string, accept: (list: readonly AllocationStub[]) => boolean) => {
    const list = await c.allocations(id, what, accept);
    return (wanted: string) => list.find(({ ID }) => ID === wanted);
  };

  /** Whether another one has taken the place of the first. */
  const isReplaced = (list: readonly AllocationStub[]) =>
    list.length === 3 && list.filter(({ ClientStatus }) => ClientStatus === 'running').length === 2;

  const isWhole = (list: readonly AllocationStub[]) =>
    list.length === 3 &&
    list.filter((one) => one.ClientStatus === 'running' && one.DesiredStatus === 'run').length === 2 &&
    list.filter((one) => one.ClientStatus === 'complete' && one.DesiredStatus === 'stop').length === 1;

  it('is what runs: a replacement while they are, and then what has run all the time', async () => {
    const id = c.id('kept');
    const { window, first } = await start(id, {});
    nodes.pause(first.NodeName ?? '');
    await window.until('unknown · 1/2 running (problem)');
    const away = await find(id, 'replaced', isReplaced);
    const name = first.NodeName ?? '';
    await window.until('2/2 running · v0');
    assert.equal(window.allocation(first.ID), `unknown · its node is disconnected · ${name}`);
    assert.equal(away(first.ID)?.DesiredStatus, 'run');
    const summary = (await c.client.jobs.summary(id)).value.Summary?.['app'];
    assert.deepEqual([summary?.Running, summary?.Unknown], [2, 1]);

    nodes.resume(name);
    const back = await find(id, 'as before', isWhole);
    const original = back(first.ID);
    assert.deepEqual([original?.ClientStatus, original?.DesiredStatus], ['running', 'run']);
    assert.ok(original?.NextAllocation, 'it still names what replaced it');
    const stopped = back(original.NextAllocation);
    assert.equal(stopped?.DesiredDescription, 'alloc not needed due to disconnected client reconnect');
    await window.until('2/2 running · v0');
    assert.equal(window.allocation(first.ID), `${name} · v0`);
    assert.deepEqual(
      window.shown.filter((row) => /not placed|lost|failed|degraded/.test(row)),
      [],
    );
    await window.cluster.refresh();
    assert.equal(window.row, '2/2 running · v0');
    const other = await look(id);
    await other.until('2/2 running · v0');
    await other.cluster.loadJob(jobKey('default', id));
    assert.equal(other.row, '2/2 running · v0');
  });

  it('is their replacement to the end, where the job prefers that', async function () {
    c.needs(this, 1, 8, 'choice of what is kept');
    const id = c.id('replaced');
    const { window, first } = await start(id, { disconnect: { Reconcile: 'keep_replacement' } });
    nodes.pause(first.NodeName ?? '');
    await find(id, 'replaced', isReplaced);
    nodes.resume(first.NodeName ?? '');
    const back = await find(id, 'settled', isWhole);
    assert.equal(back(first.ID)?.ClientStatus, 'complete');
    assert.equal(back(first.ID)?.DesiredDescription, 'alloc not needed due to job update');
    await window.until('2/2 running · v0');
    assert.match(window.allocation(first.ID), /^complete /);
  });

  it('is that they are unknown, where nothing may replace them', async function () {
    c.needs(this, 1, 8, 'choice of no replacement');
    const id = c.id('alone');
    const { window, first } = await start(id, { disconnect: { Replace: false } });
    nodes.pause(first.NodeName ?? '');
    await window.until('unknown · 1/2 running (problem)');
    nodes.resume(first.NodeName ?? '');
    await window.until('2/2 running · v0');
    assert.deepEqual(window.shown, ['2/2 running · v0', 'unknown · 1/2 running (problem)', '2/2 running · v0']);
    assert.equal((await c.running(id, 2)).length, 2);
  });

  it('is that they are lost and replaced, once they are away too long', async () => {
    const id = c.id('lost');
    const { window, first } = await start(id, { lostAfter: 4, replacedAfter: 600 });
    const name = first.NodeName ?? '';
    nodes.pause(name);
    await window.until('unknown · 1/2 running (problem)');
    const list = await find(id, 'lost', (all) => isReplaced(all) && all.some((one) => one.ClientStatus === 'lost'));
    assert.deepEqual(
      [list(first.ID)?.DesiredStatus, list(first.ID)?.DesiredDescription],
      ['stop', 'alloc is lost since its node is down'],
    );
    await window.until('2/2 running · v0');
    assert.match(window.allocation(first.ID), /^lost · /);
    nodes.resume(name);
    await find(id, 'told to end', (all) => all.find(({ ID }) => ID === first.ID)?.ClientStatus === 'complete');
    assert.equal(window.row, '2/2 running · v0');
  });
});

function named(name: string): { readonly name: string } {
  return { name };
}
