import assert from 'node:assert/strict';
import { silentLog } from '../../../src/base/log.ts';
import type { Log } from '../../../src/base/log.ts';
import { Cluster } from '../../../src/state/clusters/cluster.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { NomadClient } from '../../../src/nomad/client.ts';
import type { Allocation } from '../../../src/nomad/types/allocation.ts';
import type { NomadEvent } from '../../../src/nomad/types/event.ts';
import type { Job, JobStatusItem } from '../../../src/nomad/types/job.ts';

import { FakeClock, turn } from '../../support/fakeClock.ts';
import { Agent } from './agent.ts';
import { makeJob } from './build.ts';

/** An item of the list of jobs: a running service without allocations, unless told otherwise. */
export function item(id: string, more: Partial<JobStatusItem> = {}): JobStatusItem {
  return {
    ...{ ID: id, Namespace: 'default', Name: id, Type: 'service', Priority: 50, Version: 12, ModifyIndex: 50 },
    ...{ Stop: false, Status: 'running', GroupCountSum: 1, Allocs: [], LatestDeployment: null },
    ...more,
  };
}

export function jobEvent(job: Job, Type = 'JobRegistered', more: object = {}): NomadEvent {
  return { Topic: 'Job', Type, Key: job.ID, Namespace: 'default', Index: 0, Payload: { Job: job, ...more } };
}

export function allocationEvent(Allocation: Allocation, Type = 'AllocationUpdated'): NomadEvent {
  return { Topic: 'Allocation', Type, Key: Allocation.ID, Namespace: 'default', Index: 0, Payload: { Allocation } };
}

/** Holds up whoever waits for it until it is opened. */
export function gate(): { passed: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

/** Turns of the event loop, as many as a request and its answer take within one process, however busy the machine is. */
async function turns(count = 20): Promise<void> {
  for (let at = 0; at < count; at += 1) await turn();
}

/** A cluster over a scripted agent, in a time of its own. */
export class Bench {
  agent = new Agent();
  readonly clock = new FakeClock();
  namespace = 'default';
  /** How long after the last who holds the cluster nothing is asked; for ever where undefined. */
  restAfterMs: number | undefined;
  /** What the cluster logged as an error. */
  readonly errors: string[] = [];
  readonly log: Log = { ...silentLog, error: (message) => this.errors.push(message) };
  /** What the agent's list of jobs has. */
  jobs = [item('web')];
  #cluster: Cluster | undefined;
  #heard = 0;

  constructor() {
    this.#listJobs();
  }

  get cluster(): Cluster {
    assert.ok(this.#cluster);
    return this.#cluster;
  }

  /** For what should come at once. Nothing is decided by it but that the test fails. */
  limit(): AbortSignal {
    return AbortSignal.timeout(30_000);
  }

  open(address: string): Cluster {
    const client = new NomadClient({ address });
    const { namespace, clock, log, restAfterMs } = this;
    const rests = restAfterMs === undefined ? {} : { restAfterMs };
    this.#cluster = new Cluster({ client, label: 'test', namespace, clock, log, ...rests });
    this.#cluster.start();
    return this.#cluster;
  }

  /** Lets time pass until something holds, since sockets know nothing of a clock that a test moves. */
  async until(holds: () => boolean, what: string, stepMs = 50): Promise<void> {
    for (let tries = 0; !holds(); tries += 1) {
      assert.ok(tries < 400, `did not happen: ${what}`);
      await this.clock.advance(stepMs);
      await turns();
    }
  }

  /** Waits until something that is on its way has arrived, while time stands still. */
  async arrived(holds: () => boolean, what: string): Promise<void> {
    for (let tries = 0; !holds(); tries += 1) {
      assert.ok(tries < 1000, `did not arrive: ${what}`);
      await turns();
    }
  }

  /** Lets an event arrive; returns when that was. */
  async hear(): Promise<number> {
    const id = `heard-${String((this.#heard += 1))}`;
    this.agent.send(jobEvent(makeJob({ ID: id, Version: 0, CreateIndex: 900, ModifyIndex: 900 })));
    await this.arrived(() => this.cluster.store.jobs.has(jobKey('default', id)), 'an event');
    return this.clock.now();
  }

  /** Lets time pass beside a stream that sends its heartbeats. */
  async pass(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0; leftMs -= 30_000) {
      await this.clock.advance(Math.min(leftMs, 30_000));
      if (this.agent.openStreams > 0) await this.hear();
    }
  }

  /** The states that the cluster has from now on, by their names. */
  states(): string[] {
    const kinds: string[] = [this.cluster.state.kind];
    this.cluster.onDidChangeState(({ kind }) => kinds.push(kind));
    return kinds;
  }

  async live(): Promise<Cluster> {
    const cluster = this.open(await this.agent.listen());
    await this.until(() => cluster.state.kind === 'live', 'live');
    return cluster;
  }

  /** Starts another agent where the one before was. */
  async revive(port: number): Promise<void> {
    this.agent = new Agent();
    this.#listJobs();
    await this.agent.listen(port);
  }

  async close(): Promise<void> {
    this.#cluster?.dispose();
    await this.agent.close();
    assert.equal(this.clock.pending, 0, 'no timer outlives the cluster');
  }

  #listJobs(): void {
    this.agent.listJobs(() => this.jobs);
  }
}
