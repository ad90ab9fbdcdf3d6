import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, it } from 'mocha';
import { once } from '../../src/base/events.ts';
import { Cluster } from '../../src/state/clusters/cluster.ts';
import { deploymentStatus } from '../../src/wording/deploymentStatus.ts';
import { jobKey } from '../../src/state/tables/keys.ts';
import { describeRollout } from '../../src/operations/rollout.ts';
import { allocationStatus, groupStatus, jobStatus, taskStatus } from '../../src/wording/status.ts';
import { isProblem } from '../../src/wording/statusWords.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import { contract } from './support/contract.ts';
import type { Contract } from './support/contract.ts';
import { second, service, update } from './support/jobs.ts';

const limitMs = 90_000;
const minuteMs = 60_000;

/** What a window shows of one job, with everything that a row says. */
class Window {
  readonly cluster: Cluster;
  readonly #id: string;

  constructor(c: Contract, id: string) {
    this.#id = id;
    this.cluster = new Cluster({ client: new NomadClient(c.target.connection), label: 'loops', namespace: 'default' });
    this.cluster.start();
  }

  get key() {
    return jobKey('default', this.#id);
  }

  /** The newest allocation that is meant to run. */
  get allocation() {
    return this.cluster.store
      .allocationsOf(this.key)
      .filter(({ clientStatus }) => clientStatus === 'running' || clientStatus === 'pending')
      .at(-1);
  }

  /** @param laterMs how much later it is looked at */
  rows(laterMs = 0): Record<string, string | undefined> {
    const { store } = this.cluster;
    const nowMs = Date.now() + laterMs;
    const job = store.jobs.get(this.key);
    const { allocation } = this;
    if (job === undefined || allocation === undefined) return {};
    const [task] = allocation.tasks ?? [];
    const [deployment] = store.deploymentsOf(this.key);
    const status = jobStatus(store, job, nowMs);
    const withoutEnd = (detail: string) => detail.replace(/ · [^·]* · (?:v0 · )?[^·]*$/, '');
    return {
      job: `${status.detail}${isProblem(status) ? ' (problem)' : ''}`,
      group: groupStatus(store, job, 'app', nowMs).detail,
      allocation: withoutEnd(allocationStatus(allocation, nowMs, store).detail),
      task: task === undefined ? undefined : taskStatus(task, nowMs, allocation).detail,
      ...(deployment === undefined
        ? {}
        : {
            deployment: deploymentStatus(store, deployment, nowMs).detail,
            rollout: describeRollout(store, { jobKey: this.key, deploymentId: deployment.id }, nowMs).sentence,
          }),
    };
  }

  /** Resolves once it shows these rows. */
  async until(rows: Readonly<Record<string, string | undefined>>): Promise<void> {
    const limit = AbortSignal.timeout(limitMs);
    const isThere = () => Object.entries(rows).every(([name, row]) => this.rows()[name] === row);
    try {
      while (!isThere()) await once(this.cluster.onDidChange, limit);
    } catch {
      assert.deepEqual(this.rows(), rows);
    }
  }
}

contract('a crash loop', (c) => {
  const open: Window[] = [];
  const folders: string[] = [];

  afterEach(() => {
    for (const { cluster } of open.splice(0)) cluster.dispose();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  const look = (id: string): Window => {
    const window = new Window(c, id);
    open.push(window);
    return window;
  };

  /** Fails so many times, wherever it is started again, and runs on from then. */
  const failing = (times: number): string => {
    const folder = mkdtempSync(join(tmpdir(), 'loops-'));
    folders.push(folder);
    const file = join(folder, 'runs');
    return `echo run >> ${file}; [ $(grep -c run ${file}) -gt ${String(times)} ] && exec sleep 3600; exit 1`;
  };

  const never = { Attempts: 0, Interval: 0, Delay: 0, DelayFunction: '', MaxDelay: 0, Unlimited: false };
  const restart = (Mode: string, Attempts: number) => ({ Attempts, Interval: 20 * second, Delay: second, Mode });

  it('is one in its short runs, too, to whoever looks, until it has stayed up', async () => {
    const id = c.id('delay');
    const window = look(id);
    const more = { RestartPolicy: restart('delay', 5), ReschedulePolicy: never, Update: null };
    await c.register(service(id, { script: failing(3), more }));
    const rows = {
      job: 'crash-looping · exit 1 · 3 restarts · 0/1 running (problem)',
      group: 'crash-looping · exit 1 · 3 restarts · 0/1 running',
      allocation: 'crash-looping · exit 1 · 3 restarts',
      task: 'crash-looping · exit 1 · 3 restarts',
    };
    await c.running(id);
    await window.until(rows);
    await look(id).until(rows);
    const { job, group, task } = window.rows(6 * minuteMs);
    assert.deepEqual([job, group, task], ['1/1 running · v0', '1/1 running', 'running · 3 restarts · exit 1']);
  });

  it('is none after one failure, nor after a restart that a person asked for', async () => {
    const id = c.id('once');
    const window = look(id);
    const more = { RestartPolicy: restart('delay', 5), ReschedulePolicy: never, Update: null };
    await c.register(service(id, { script: failing(1), more }));
    await window.until({ job: '1/1 running · v0', task: 'running · 1 restart · exit 1' });
    await c.client.allocations.restart(await c.runningId(id));
    await window.until({
      job: '1/1 running · v0',
      task: 'running · 2 restarts · user requested running tasks to restart',
    });
  });

  it('goes on in the allocations that replace each other', async () => {
    const id = c.id('fail');
    const window = look(id);
    const ReschedulePolicy = { ...never, Delay: 5 * second, DelayFunction: 'constant', Unlimited: true };
    const more = { RestartPolicy: restart('fail', 0), ReschedulePolicy, Update: null };
    await c.register(service(id, { script: failing(2), more }));
    await window.until({
      job: 'crash-looping · exit 1 · rescheduled 2× · 0/1 running (problem)',
      group: 'crash-looping · exit 1 · rescheduled 2× · 0/1 running',
      allocation: 'crash-looping · exit 1 · rescheduled 2×',
      task: 'running',
    });
    assert.equal(window.rows(6 * minuteMs)['job'], '1/1 running · v0');
  });

  it('is told as the trouble of a rollout', async () => {
    const id = c.id('rollout');
    const window = look(id);
    const slow = { MinHealthyTime: 1800 * second, HealthyDeadline: 3600 * second, ProgressDeadline: 7200 * second };
    const more = { RestartPolicy: restart('delay', 5), ReschedulePolicy: never, Update: null };
    await c.register(service(id, { script: failing(3), more: { ...more, Update: update(slow) } }));
    await window.until({
      job: 'crash-looping · exit 1 · 3 restarts · deploying v0 · 0/1 healthy (problem)',
      group: 'crash-looping · exit 1 · 3 restarts · deploying · 0/1 healthy',
      deployment: 'crash-looping · exit 1 · 3 restarts · deploying v0 · 0/1 healthy',
      rollout: `${id} v0: crash-looping, exit 1, 3 restarts, 0/1 healthy`,
    });
  });
});
