import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Simulator } from '../../../simulator/simulator.ts';
import { jsonOf, normal } from './compare.ts';
import { exchange } from './exchange.ts';
import type { World } from '../../../support/world.ts';

/** No state is waited for longer, in the replay's time. */
const limitMs = 60_000;

/** The cluster on which a recording is played, and its time. */
export class Scene {
  readonly version: string;
  readonly simulator: Simulator;
  readonly world: World;

  constructor(version: string, simulator: Simulator, world: World) {
    this.version = version;
    this.simulator = simulator;
    this.world = world;
  }

  get isNew(): boolean {
    return this.version.startsWith('2');
  }

  /** A request that the recording does not show; fails unless it is answered with success. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const received = await exchange(this.simulator.port, {
      method,
      path,
      headers: { ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (received.status !== 200 && received.status !== 204)
      throw new Error(`${method} ${path}: ${String(received.status)} ${normal(received.body.toString('utf8'))}`);
    return jsonOf(received.body);
  }

  /** Lets time pass. */
  pass(ms: number): Promise<void> {
    return this.world.clock.advance(ms);
  }

  /** Lets time pass until a state is reached. */
  async until(what: string, holds: () => boolean): Promise<void> {
    if (!(await this.world.clock.until(holds, limitMs))) throw new Error(`Waited in vain for ${what}`);
  }

  allocationsOf(job: string, namespace = 'default') {
    const { store } = this.simulator.cluster;
    return [...store.allocations.values()]
      .filter((each) => each.JobID === job && each.Namespace === namespace)
      .sort((a, b) => a.CreateIndex - b.CreateIndex);
  }

  running(job: string, count = 1): Promise<void> {
    return this.until(
      `${job} to run`,
      () =>
        this.allocationsOf(job).filter((each) => each.ClientStatus === 'running' && each.DesiredStatus === 'run')
          .length >= count,
    );
  }

  /** Waits for the end of a job's rollouts, of which there are more than `before`. */
  settled(job: string, before = 0): Promise<void> {
    const { store } = this.simulator.cluster;
    const ended = () =>
      [...store.deployments.values()].filter((each) => each.JobID === job && each.Status === 'successful');
    return this.until(`the rollout of ${job}`, () => ended().length > before);
  }

  /** Waits for a version's rollout to be there. */
  rollout(job: string, version: number): Promise<void> {
    const { store } = this.simulator.cluster;
    const found = () =>
      [...store.deployments.values()].some((each) => each.JobID === job && each.JobVersion === version);
    return this.until(`the rollout of version ${String(version)} of ${job}`, found);
  }

  /** Waits for a word in the output of a job's task. */
  async started(job: string, word: string): Promise<void> {
    await this.running(job);
    const folder = this.simulator.cluster.runtime.directories.logs(this.allocationsOf(job)[0]?.ID ?? '');
    const log = join(folder, 'server.stdout.0');
    await this.until(`${job} to say ${word}`, () => readFileSync(log, 'utf8').includes(word));
  }
}
