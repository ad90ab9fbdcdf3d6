import { startSimulator } from '../../../simulator/simulator.ts';
import type { Simulator } from '../../../simulator/simulator.ts';
import { compareAnswer, jsonOf, normal, withoutIds } from './compare.ts';
import { Call, exchange } from './exchange.ts';
import type { Received, Sent } from './exchange.ts';
import { Identities } from './identities.ts';
import { readKinds, readRecording } from './recording.ts';
import type { Recording, Step } from './recording.ts';
import { Meanwhile } from './meanwhile.ts';
import { Moments } from './moments.ts';
import { patienceOf, requestOf } from './requests.ts';
import { Scene } from './scene.ts';
import { isObject } from './shape.ts';
import type { Kinds } from './shape.ts';
import { compareStreamed } from './seen.ts';
import { compareSession, playSocket } from './sockets.ts';
import { Timelines } from './timeline.ts';
import { compareTls, makeCredentials, playTls, serverOptions } from './tls.ts';
import type { Credentials } from './tls.ts';
import { Watching } from './watching.ts';
import { World } from '../../../support/world.ts';

/** What a recording does not show of how its scenario came about. */
export interface Scenario {
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
  /** Writes that came before servers had worked on what they were asked before. */
  readonly atOnce?: readonly string[];
  /** Steps that cannot be played, with the reason. */
  readonly left?: Readonly<Record<string, string>>;
}

export interface Found {
  readonly step: string;
  readonly lines: readonly string[];
}

/** What came before a write: servers have worked on what they were asked; clients report later. */
const workMs = 5;

/** Makes the requests of a recording again, in order, on a simulator of its own. */
export class Replay extends Scene {
  readonly ids: Identities;
  /** What happens while the next step is being played, which ends only then. */
  readonly meanwhile: Meanwhile;
  compared = 0;
  readonly #recording: Recording;
  readonly #scenario: Scenario;
  readonly #kinds: Kinds;
  readonly #timelines: Timelines;
  readonly #watching: Watching;
  readonly #isListed: (step: string, line: string) => boolean;
  readonly #moments: Moments;
  #job = '';
  #credentials: Credentials | undefined;

  static async start(
    version: string,
    name: string,
    scenario: Scenario,
    isListed: (step: string, line: string) => boolean,
  ): Promise<Replay> {
    const world = new World();
    const credentials = scenario.tls === true ? await makeCredentials() : undefined;
    const simulator = await startSimulator({
      clock: world.clock,
      outside: world,
      seed: 1,
      rawExec: true,
      nomad: version.startsWith('2') ? '2.0' : '1.6',
      ...(scenario.acl === undefined ? {} : { acl: scenario.acl }),
      ...(credentials === undefined ? {} : { tls: serverOptions(credentials) }),
    });
    const replay = new Replay(
      simulator,
      version,
      world,
      readRecording(version, name),
      scenario,
      isListed,
      new Moments(version, name),
    );
    replay.#credentials = credentials;
    return replay;
  }

  private constructor(
    simulator: Simulator,
    version: string,
    world: World,
    recording: Recording,
    scenario: Scenario,
    isListed: (step: string, line: string) => boolean,
    moments: Moments,
  ) {
    super(version, simulator, world);
    this.meanwhile = new Meanwhile(world);
    this.#moments = moments;
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
      clock: world.clock,
      recording,
      kinds: this.#kinds,
      translate,
    });
    store.onApplied(() => {
      this.#timelines.look();
    });
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

  async close(): Promise<void> {
    await this.simulator.close();
    this.world.dispose();
  }

  async run(): Promise<Found[]> {
    const found: Found[] = [];
    await this.#scenario.setUp?.(this);
    for (const step of this.#recording.steps) {
      if (this.#scenario.left?.[step.step] !== undefined) continue;
      let lines: string[];
      try {
        await this.#scenario.before?.[step.step]?.(this);
        if (this.#isLate(step)) await this.pass(workMs);
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

  #isLate({ step, method = 'GET', socket, answer }: Step): boolean {
    if (this.#scenario.atOnce?.includes(step) === true) return false;
    return socket !== undefined || (method !== 'GET' && (answer?.status ?? 0) < 300);
  }

  async #play(step: Step): Promise<string[]> {
    if (step.samples !== undefined) return this.#timeline(step, step.samples);
    if (step.socket !== undefined) return this.#socket(step.socket);
    if (step.tls !== undefined) return this.#tls(step.tls);
    if (step.events !== undefined || step.goesOn !== undefined || step.log !== undefined) return this.#watch(step);
    if (step.method === undefined || step.answer === undefined) return [];
    this.compared += 1;
    const { method = 'GET', answer } = step;
    const path = step.path ?? '';
    if (method !== 'GET' && method !== 'HEAD') this.#writes(step);
    const patienceMs = patienceOf(step);
    const isWrite = method !== 'GET';
    let received: Received | undefined;
    const lines = await this.#moments.at(
      step.step,
      this.world.clock,
      async () => {
        this.#known(`${path} ${JSON.stringify(step.body ?? '')}`);
        const given = this.#scenario.bodies?.[step.step]?.(this);
        const sent = requestOf(step, this.ids, given);
        received = await (patienceMs === undefined
          ? exchange(this.simulator.port, sent)
          : this.#follow(sent, patienceMs));
        return step.stream === undefined
          ? compareAnswer(answer, received, this.#kinds)
          : compareStreamed(answer, step.stream, received, this.#kinds);
      },
      (line) => this.#isListed(step.step, line),
      isWrite || patienceMs !== undefined,
    );
    if (received !== undefined) this.#learn(step, received);
    return lines;
  }

  /** An answer that takes its time: what has come of it when it is whole, or so much time has passed. */
  async #follow(sent: Sent, patienceMs: number): Promise<Received> {
    const call = new Call(this.simulator.port, sent);
    try {
      await call.taken();
      if (this.meanwhile.isDue) {
        await call.begun;
        await this.meanwhile.begin();
      }
      await this.world.clock.until(() => call.isAnswered, patienceMs);
      await call.read();
      return call.received();
    } finally {
      call.close();
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

  #known(text: string): void {
    const unknown = this.ids.unknownIn(text);
    if (unknown.length > 0) throw new Error(`Nothing is known of ${unknown.join(', ')}`);
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
    const lines = await this.#moments.at(
      step.step,
      this.world.clock,
      () => Promise.resolve(this.#timelines.missing(job, samples)),
      (line) => this.#isListed(step.step, line),
      false,
    );
    this.#timelines.forget(job);
    return lines;
  }

  async #tls(recorded: NonNullable<Step['tls']>): Promise<string[]> {
    this.compared += 1;
    if (this.#credentials === undefined) throw new Error('The scenario has no certificates');
    return compareTls(recorded, await playTls(this.simulator.port, recorded, this.#credentials));
  }

  async #socket(recorded: NonNullable<Step['socket']>): Promise<string[]> {
    this.compared += 1;
    this.#known(recorded.url);
    const session = await playSocket(recorded, {
      port: this.simulator.port,
      world: this.world,
      translate: (text) => this.ids.translate(text),
      isResting: () => this.world.isSessionResting,
      begun: () => this.meanwhile.begin(),
    });
    return compareSession(recorded, session, normal);
  }
}
