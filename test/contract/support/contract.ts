import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe } from 'mocha';
import type { Context } from 'mocha';
import { sleep } from '../../../src/base/clock.ts';
import type { NomadClient } from '../../../src/nomad/client.ts';
import { FullNomadClient } from '../../../src/nomad/fullClient.ts';
import type { RegisterOptions } from '../../../src/nomad/resources/jobs.ts';
import type { Answer, ReadOptions } from '../../../src/nomad/http/query.ts';
import type { AllocationStub } from '../../../src/nomad/types/allocation.ts';
import type { Deployment } from '../../../src/nomad/types/deployment.ts';
import type { Job, JobWriteResponse } from '../../../src/nomad/types/job.ts';
import { watch } from '../../../src/nomad/reading/watch.ts';
import type { CertificateFiles } from '../../support/certificates.ts';
import { chooseTargets, simulatorSpeed } from '../../support/target.ts';
import type { Target, TargetChoice, TargetVersion } from '../../support/target.ts';

/** All jobs of one run of the suite start with this, so that a cluster can be left as it was found. */
const runPrefix = `ct-${randomBytes(3).toString('hex')}`;
/** Both are for what hangs; how fast a machine is decides nothing. */
const testLimitMs = 300_000;
const waitLimitMs = 120_000;
/** Blocking reads are asked again this often, so that a wake-up that never comes is only slow. */
const blockMs = 5000;
/** An index that no server gets to, so that a wait for it only ends by its time. */
export const neverIndex = 99_999_999;
const pollMs = 50;

const choices = chooseTargets();
let parts = 0;
const running = new Map<string, Promise<Target>>();

after(async function () {
  this.timeout(testLimitMs);
  const targets = await Promise.allSettled(running.values());
  running.clear();
  for (const target of targets) if (target.status === 'fulfilled') await target.value.dispose();
});

/** Describes one part of the API once for each target. */
export function contract(title: string, define: (contract: Contract) => void): void {
  describeEach(title, choices, define, (choice) => {
    let target = running.get(choice.name);
    if (target === undefined) {
      target = announced(choice.start());
      running.set(choice.name, target);
    }
    return { target, end: () => Promise.resolve() };
  });
}

/** As {@link contract}, on targets of its own that have ACL on. A cluster that is only visited is left out. */
export function contractWithAcl(title: string, define: (contract: Contract) => void): void {
  for (const { owned, name } of choices) {
    if (!owned) console.log(`${title}: left out on the ${name}, which has ACL as its owner wants it`);
  }
  const owned = choices.filter((choice) => choice.owned);
  describeEach(title, owned, define, (choice) => {
    const target = announced(choice.start({ acl: true }), ' with ACL');
    return { target, end: async () => (await target).dispose() };
  });
}

/** As {@link contract}, on targets of its own, for what would trouble other parts. A visited cluster is left out. */
export function contractAlone(title: string, define: (contract: Contract) => void): void {
  const owned = choices.filter((choice) => choice.owned);
  describeEach(title, owned, define, (choice) => {
    const target = announced(choice.start(), ' alone');
    return { target, end: async () => (await target).dispose() };
  });
}

/** As {@link contractWithAcl}, with HTTPS and client certificates. `files` makes them. */
export function contractWithTls(
  title: string,
  files: () => Promise<CertificateFiles>,
  define: (contract: Contract) => void,
): void {
  const owned = choices.filter((choice) => choice.owned);
  describeEach(title, owned, define, (choice) => {
    const target = announced(
      files().then((certificates) => choice.start({ certificates })),
      ' with TLS',
    );
    return { target, end: async () => (await target).dispose() };
  });
}

type Start = (choice: TargetChoice) => { target: Promise<Target>; end: () => Promise<void> };

function describeEach(
  title: string,
  targets: readonly TargetChoice[],
  define: (contract: Contract) => void,
  start: Start,
): void {
  for (const choice of targets) {
    describe(`${title} (${choice.name})`, function () {
      this.timeout(testLimitMs);
      const current = new Contract();
      let end: () => Promise<void> = () => Promise.resolve();
      before(async () => {
        const started = start(choice);
        end = started.end;
        current.open(await started.target);
      });
      define(current);
      // After what the part itself ends.
      after(async () => {
        await current.close();
        await end();
      });
    });
  }
}

async function announced(start: Promise<Target>, note = ''): Promise<Target> {
  const target = await start;
  console.log(`Target: ${target.kind} ${target.version.text}${note} at ${target.connection.address}`);
  return target;
}

/** What the tests of one part share: the target, a client, and the jobs they made. */
export class Contract {
  /** Starts the ids of this part's jobs, so that parts don't meet. */
  readonly #prefix = `${runPrefix}-${String((parts += 1))}`;
  #target: Target | undefined;
  #client: FullNomadClient | undefined;

  get target(): Target {
    if (this.#target === undefined) throw new Error('The target is not started yet');
    return this.#target;
  }

  get client(): FullNomadClient {
    if (this.#client === undefined) throw new Error('The target is not started yet');
    return this.#client;
  }

  get version(): TargetVersion {
    return this.target.version;
  }

  /** By how much the times that jobs ask for are shortened. */
  get speed(): number {
    return this.target.kind === 'simulator' ? simulatorSpeed : 1;
  }

  open(target: Target): void {
    this.#target = target;
    this.#client = new FullNomadClient(target.connection);
  }

  /** Stops every job of this run, and purges it where the target outlives the run. */
  async close(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    try {
      const { value: all } = await client.jobs.list({ namespace: '*', prefix: `${this.#prefix}-` });
      // No path leads to a job whose id ends like a part of another.
      const jobs = all.filter(({ ID }) => !/\/(plan|evaluations|tag)$/.test(ID));
      for (const { ID, Namespace } of jobs) await client.jobs.stop(ID, { namespace: Namespace });
      await this.#ended(client);
      if (this.target.kind !== 'cluster') return;
      for (const { ID, Namespace } of jobs) await client.jobs.stop(ID, { purge: true, namespace: Namespace });
    } finally {
      client.dispose();
    }
  }

  /** An agent that ends while it is removing allocations leaves their tasks running, so those have to end first. */
  async #ended(client: NomadClient): Promise<void> {
    const active = ['pending', 'running'];
    await this.until(
      'the end of all tasks',
      (options) => client.allocations.list({ ...options, namespace: '*', taskStates: false }),
      (list) => !list.some((stub) => stub.JobID.startsWith(`${this.#prefix}-`) && active.includes(stub.ClientStatus)),
    );
  }

  /** A job id that no other part and no other run has. */
  id(name: string): string {
    return `${this.#prefix}-${name}`;
  }

  atLeast(major: number, minor = 0): boolean {
    const { version } = this;
    return version.major > major || (version.major === major && version.minor >= minor);
  }

  /** Ends the test here unless the target is at least this version, and says why. */
  needs(context: Context, major: number, minor: number, what: string): void {
    if (this.atLeast(major, minor)) return;
    this.skip(context, `Nomad ${this.version.text} has no ${what}; ${String(major)}.${String(minor)} and newer have`);
  }

  skip(context: Context, reason: string): never {
    console.log(`      skipped: ${reason}`);
    return context.skip();
  }

  async register(job: Job, options: RegisterOptions = {}): Promise<JobWriteResponse> {
    return (await this.client.jobs.register(job, options)).value;
  }

  /** Reads again whenever something changes, by blocking queries, until `accept` does. */
  async until<T>(
    what: string,
    read: (options: ReadOptions) => Promise<Answer<T>>,
    accept: (value: T) => boolean,
  ): Promise<T> {
    const signal = AbortSignal.timeout(waitLimitMs);
    let last: T | undefined;
    for await (const { value } of watch(read, { signal, waitMs: blockMs })) {
      if (accept(value)) return value;
      last = value;
    }
    throw new Error(`Waited ${String(waitLimitMs)} ms for ${what}. Last seen: ${JSON.stringify(last).slice(0, 3000)}`);
  }

  /** Reads again and again until `accept` takes it, for reads that can't block. */
  async poll<T>(what: string, read: () => Promise<T>, accept: (value: T) => boolean): Promise<T> {
    const signal = AbortSignal.timeout(waitLimitMs);
    for (;;) {
      const value = await read();
      if (accept(value)) return value;
      if (signal.aborted) throw new Error(`Waited ${String(waitLimitMs)} ms for ${what}: ${JSON.stringify(value)}`);
      await sleep(pollMs);
    }
  }

  /** Gives what should not happen the time to happen: this long by the clock of the server, which answers after it. */
  async quiet(durationMs: number): Promise<void> {
    await this.client.jobs.list({ prefix: this.id(''), index: neverIndex, waitMs: durationMs });
  }

  /** The allocations of a job, once `accept` takes them. */
  allocations(id: string, what: string, accept: (list: AllocationStub[]) => boolean): Promise<AllocationStub[]> {
    return this.until(`allocations of ${id} that are ${what}`, (o) => this.client.jobs.allocations(id, o), accept);
  }

  /** The running allocations of a job, once there are `count` of them. */
  async running(id: string, count = 1): Promise<AllocationStub[]> {
    const isRunning = (stub: AllocationStub) => stub.ClientStatus === 'running' && stub.DesiredStatus === 'run';
    const list = await this.allocations(id, 'running', (stubs) => stubs.filter(isRunning).length === count);
    return list.filter(isRunning);
  }

  /** The id of a job's one running allocation. */
  async runningId(id: string): Promise<string> {
    const [first] = await this.running(id);
    if (first === undefined) throw new Error(`${id} has no allocation`);
    return first.ID;
  }

  /** Runs a shell script in a running task to its end, which has to be a good one. */
  async runIn(allocation: string, script: string, task = 'main'): Promise<void> {
    const command = ['/bin/sh', '-c', script];
    const session = this.client.allocations.exec(allocation, { task, command, tty: false });
    session.closeStdin();
    assert.deepEqual(await session.ended, { kind: 'exited', exitCode: 0 });
  }

  /** The latest deployment of a job, once `accept` takes it. */
  async deployment(id: string, what: string, accept: (deployment: Deployment) => boolean): Promise<Deployment> {
    const read = (options: ReadOptions) => this.client.jobs.latestDeployment(id, options);
    const found = await this.until(`a deployment of ${id} that is ${what}`, read, (d) => d !== null && accept(d));
    if (found === null) throw new Error('unreachable');
    return found;
  }

  /** The latest deployment of a job, of the given version if any, once it has the status. */
  deploymentIn(id: string, status: string, version?: number): Promise<Deployment> {
    return this.deployment(
      id,
      `${status} at version ${String(version)}`,
      (d) => d.Status === status && (version === undefined || d.JobVersion === version),
    );
  }
}
