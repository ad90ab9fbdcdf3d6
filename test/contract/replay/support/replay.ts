import { sleep } from '../../../../src/base/clock.ts';
import { startSimulator } from '../../../simulator/simulator.ts';
import type { Simulator } from '../../../simulator/simulator.ts';
import { ForwardClock } from './clock.ts';
import { compareAnswer, jsonOf, normal, withoutIds } from './compare.ts';
import { exchange } from './exchange.ts';
import type { Received } from './exchange.ts';
import { Identities } from './identities.ts';
import { readKinds, readRecording } from './recording.ts';
import type { Recording, Step } from './recording.ts';
import { isLater, isPast } from './later.ts';
import { Meanwhile } from './meanwhile.ts';
import { requestOf } from './requests.ts';
import { isObject } from './shape.ts';
import type { Kinds } from './shape.ts';
import { compareStreamed } from './seen.ts';
import { compareSession, playSocket } from './sockets.ts';
import { Timelines } from './timeline.ts';
import { compareTls, makeCredentials, playTls, serverOptions } from './tls.ts';
import type { Credentials } from './tls.ts';
import { Watching } from './watching.ts';

/** What a recording does not show of how its scenario came about. */
export interface Scenario {
  readonly speed?: number;
  readonly waitMs?: number;
  /** All when left out. */
  readonly versions?: readonly string[];
  readonly acl?: { readonly token?: string };
  /** It speaks HTTPS and demands certificates. */
  readonly tls?: true;
  readonly setUp?: (replay: Replay) => Promise<void>;
  /** What happens before a step, by its name. */
  readonly before?: Readonly<Record<string, (replay: Replay) => Promise<void> | void>>;
  /** Bodies that the recording leaves out, by the step's name. */
  readonly bodies?: Readonly<Record<string, (replay: Replay) => string | Buffer>>;
  /** The job of a timeline, where it is not the last one written, by the step's name. */
  readonly timelines?: Readonly<Record<string, string>>;
  /** Event streams that were open together, and what happened meanwhile. */
  readonly together?: { readonly steps: readonly string[]; readonly meanwhile: (replay: Replay) => Promise<void> };
  /** What happens while the log of the agent is read. */
  readonly logged?: (replay: Replay) => Promise<void>;
  /** Steps that cannot be played, with the reason. */
  readonly left?: Readonly<Record<string, string>>;
}

export interface Found {
  readonly step: string;
  readonly lines: readonly string[];
}

const defaultWaitMs = 3000;
/** How long is waited where all that differs may have got further. */
const laterWaitMs = 1000;

/** Makes the requests of a recording again, in order, on a simulator of its own. */
export class Replay {
  readonly version: string;
  readonly ids: Identities;
  readonly simulator: Simulator;
  readonly clock: ForwardClock;
  /** What happens while the next step is being played, which ends only then. */
  readonly meanwhile = new Meanwhile();
  compared = 0;
  readonly #recording: Recording;
  readonly #scenario: Scenario;
  readonly #kinds: Kinds;
  readonly #timelines: Timelines;
  readonly #watching: Watching;
  readonly #isListed: (step: string, line: string) => boolean;
  #job = '';
  #credentials: Credentials | undefined;

  static async start(
    version: string,
    name: string,
    scenario: Scenario,
    isListed: (step: string, line: string) => boolean,
  ): Promise<Replay> {
    const clock = new ForwardClock();
    const credentials = scenario.tls === true ? await makeCredentials() : undefined;
    const simulator = await startSimulator({
      clock,
      seed: 1,
      rawExec: true,
      nomad: version.startsWith('2') ? '2.0' : '1.6',
      speed: scenario.speed ?? 2,
      ...(scenario.acl === undefined ? {} : { acl: scenario.acl }),
      ...(credentials === undefined ? {} : { tls: serverOptions(credentials) }),
    });
    const replay = new Replay(simulator, version, clock, readRecording(version, name), scenario, isListed);
    replay.#credentials = credentials;
    return replay;
  }

  private constructor(
    simulator: Simulator,
    version: string,
    clock: ForwardClock,
    recording: Recording,
    scenario: Scenario,
    isListed: (step: string, line: string) => boolean,
  ) {
    this.simulator = simulator;
    this.clock = clock;
    this.version = version;
    this.#recording = recording;
    this.#scenario = scenario;
    this.#kinds = readKinds(version);
    this.#isListed = isListed;
    const { store } = simulator.cluster;
    this.ids = new Identities(store, recording.ids);
    this.#timelines = new Timelines(store);
    const translate = (text: string) => this.ids.translate(text);
    this.#watching = new Watching({
      port: simulator.port,
      store,
      clock,
      recording,
      kinds: this.#kinds,
      translate,
      isListed,
    });
    store.onApplied(() => {
      this.#timelines.look();
    });
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

  register(job: Record<string, unknown>, namespace = 'default'): Promise<unknown> {
    this.#job = String(job['ID']);
    return this.call('PUT', `/v1/jobs?namespace=${namespace}`, { Job: job });
  }

  /** The body of the recorded request of this name. */
  bodyOf(step: string): Record<string, unknown> {
    const body = this.#recording.steps.find((each) => each.step === step)?.body;
    return isObject(body) ? body : {};
  }

  /** Waits for a state. */
  async until(what: string, holds: () => boolean, limitMs = 8000): Promise<void> {
    const end = Date.now() + limitMs;
    while (!holds()) {
      if (Date.now() > end) throw new Error(`Waited in vain for ${what}`);
      await sleep(10);
    }
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
    const id = this.allocationsOf(job)[0]?.ID ?? '';
    const path = `/v1/client/fs/logs/${id}?task=server&type=stdout&plain=true`;
    for (let tries = 0; tries < 100; tries += 1) {
      if (String(await this.call('GET', path)).includes(word)) return;
      await sleep(30);
    }
  }

  /** Says whose allocations the recorded ids in requests are that no answer shows, in the order of their coming: `job` or `job#1`. */
  nameAllocations(...jobs: string[]): void {
    const text = this.#recording.steps
      .map(({ path, socket, body }) => `${path ?? ''} ${socket?.url ?? ''} ${JSON.stringify(body ?? '')}`)
      .join('\n');
    const ids = [...new Set(text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g))].filter(
      (id) => !this.ids.isDescribed(id),
    );
    jobs.forEach((named, i) => {
      const id = ids[i];
      const [job = '', nth = '0'] = named.split('#');
      if (id !== undefined) this.ids.name(id, this.allocationsOf(job)[Number(nth)]?.ID ?? '');
    });
  }

  async run(): Promise<Found[]> {
    const found: Found[] = [];
    await this.#scenario.setUp?.(this);
    for (const step of this.#recording.steps) {
      if (this.#scenario.left?.[step.step] !== undefined) continue;
      let lines: string[];
      try {
        await this.#scenario.before?.[step.step]?.(this);
        lines = await this.#play(step);
      } catch (error) {
        lines = [`failed: ${error instanceof Error ? error.message : String(error)}`];
      }
      lines.push(...(await this.meanwhile.ended()));
      if (lines.length > 0)
        found.push({ step: step.step, lines: this.#scenario.acl === undefined ? lines : lines.map(withoutIds) });
    }
    return found;
  }

  async #play(step: Step): Promise<string[]> {
    if (step.samples !== undefined) return this.#timeline(step, step.samples);
    if (step.socket !== undefined) return this.#socket(step.socket);
    if (step.tls !== undefined) return this.#tls(step.tls);
    if (step.events !== undefined || step.goesOn !== undefined || step.log !== undefined) return this.#watch(step);
    if (step.method === undefined || step.answer === undefined) return [];
    this.compared += 1;
    const { method, answer } = step;
    const path = step.path ?? '';
    if (method !== 'GET' && method !== 'HEAD') this.#writes(step);
    await this.#known(`${path} ${JSON.stringify(step.body ?? '')}`);
    const begin = Date.now();
    const limitMs = this.#scenario.waitMs ?? defaultWaitMs;
    for (let waitMs = 15; ; waitMs = Math.min(waitMs * 1.5, 150)) {
      const given = this.#scenario.bodies?.[step.step]?.(this);
      const sent = { ...requestOf(step, this.ids, given), begun: this.meanwhile.begin };
      const received = await exchange(this.simulator.port, sent);
      const lines =
        step.stream === undefined
          ? compareAnswer(answer, received, this.#kinds)
          : compareStreamed(answer, step.stream, received, this.#kinds);
      const news = lines.filter((line) => !this.#isListed(step.step, line));
      const isFurther = news.every((line) => isLater(line, news));
      const isOnce = method !== 'GET' || step.stream !== undefined || answer.status === undefined;
      const isOver = Date.now() > begin + (isFurther ? Math.min(limitMs, laterWaitMs) : limitMs);
      if (isOnce || isOver || news.every((line) => isPast(line, news))) {
        this.#learn(step, received);
        return isFurther ? lines.filter((line) => !isLater(line, news)) : lines;
      }
      await sleep(waitMs);
    }
  }

  async #watch(step: Step): Promise<string[]> {
    this.compared += 1;
    if (step.goesOn !== undefined) return this.#watching.goesOn(step, {});
    const { together, logged } = this.#scenario;
    if (step.log !== undefined) return this.#watching.log({ ...step, log: step.log }, async () => logged?.(this));
    if (together?.steps.includes(step.step) === true && !this.#watching.isOpen(step.step))
      await this.#watching.together(together.steps, () => together.meanwhile(this));
    return this.#watching.compare(step);
  }

  #writes(step: Step): void {
    const job = isObject(step.body) && isObject(step.body['Job']) ? step.body['Job']['ID'] : undefined;
    if (typeof job === 'string') this.#job = job;
    else {
      const [, id] = /^\/v1\/job\/([^/?]+)/.exec(step.path ?? '') ?? [];
      if (id !== undefined) this.#job = decodeURIComponent(id);
    }
  }

  async #known(text: string): Promise<void> {
    const end = Date.now() + 2000;
    while (this.ids.unknownIn(text).length > 0 && Date.now() < end) await sleep(10);
  }

  #learn(step: Step, received: Received): void {
    const token = step.answer?.headers?.['x-nomad-nexttoken'];
    if (token !== undefined) this.ids.learn(token, received.headers['x-nomad-nexttoken']);
    if (step.answer?.learn === undefined) return;
    const body = jsonOf(received.body);
    for (const { path, value } of step.answer.learn) {
      const own = path.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | undefined)?.[key], body);
      this.ids.learn(value, own);
    }
  }

  async #timeline(step: Step, samples: readonly unknown[]): Promise<string[]> {
    this.compared += 1;
    const job = this.#scenario.timelines?.[step.step] ?? this.#job;
    const isListed = (line: string) => this.#isListed(step.step, line);
    const last = (samples.at(-1) as { t_ms?: number } | undefined)?.t_ms ?? 0;
    const end = Date.now() + last / (this.#scenario.speed ?? 2) + 4000;
    for (;;) {
      const lines = this.#timelines.missing(job, samples);
      if (lines.every(isListed) || Date.now() > end) {
        this.#timelines.forget(job);
        return lines;
      }
      await sleep(20);
    }
  }

  async #tls(recorded: NonNullable<Step['tls']>): Promise<string[]> {
    this.compared += 1;
    if (this.#credentials === undefined) throw new Error('The scenario has no certificates');
    return compareTls(recorded, await playTls(this.simulator.port, recorded, this.#credentials));
  }

  async #socket(recorded: NonNullable<Step['socket']>): Promise<string[]> {
    this.compared += 1;
    await this.#known(recorded.url);
    const translate = (text: string) => this.ids.translate(text);
    const session = await playSocket(this.simulator.port, recorded, translate, this.meanwhile.begin);
    return compareSession(recorded, session, normal);
  }
}
