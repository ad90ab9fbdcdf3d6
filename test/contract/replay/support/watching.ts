import type { Store } from '../../../simulator/state/store.ts';
import type { ForwardClock } from './clock.ts';
import { compareAnswer } from './compare.ts';
import { EventComparison, hear } from './events.ts';
import type { Heard, RecordedEvents } from './events.ts';
import { exchange } from './exchange.ts';
import { compareLog } from './logs.ts';
import type { RecordedLog } from './logs.ts';
import type { Recording, Step } from './recording.ts';
import type { Kinds } from './shape.ts';

/** Where and how the streams of a replay are read. */
export interface Reading {
  readonly port: number;
  readonly store: Store;
  readonly clock: ForwardClock;
  readonly recording: Recording;
  readonly kinds: Kinds;
  readonly translate: (text: string) => string;
  readonly isListed: (step: string, line: string) => boolean;
}

type EventStep = Step & { readonly events: RecordedEvents };

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const heartbeatMs = 30_000;
const settleMs = 2500;

/** The event streams of a replay, several of which may be open while something happens. */
export class Watching {
  readonly #reading: Reading;
  readonly #heard = new Map<string, Heard>();

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  isOpen(step: string): boolean {
    return this.#heard.has(step);
  }

  /** Reads the streams of several steps while something happens, and on until the last of them has had its heartbeats. */
  async together(names: readonly string[], meanwhile: () => Promise<void>): Promise<void> {
    const { recording, clock } = this.#reading;
    const steps = recording.steps.filter((step): step is EventStep => hasEvents(step) && names.includes(step.step));
    const openedAt = clock.now();
    await Promise.all(steps.map((step) => this.#open(step)));
    await meanwhile();
    const [short, long] = [false, true].map((isLong) => steps.filter(({ events }) => events.heartbeats > 1 === isLong));
    await this.#settle(short ?? []);
    await this.#settle(long ?? [], (line) => line.startsWith('heartbeats: '));
    for (const { step } of short ?? []) this.#heard.get(step)?.close();
    if (long?.length === 0) return;
    clock.putForward(Math.max(0, openedAt + heartbeatMs - clock.now()) + 50);
    await this.#settle(long ?? []);
    for (const { step } of long ?? []) this.#heard.get(step)?.close();
  }

  /** How what came differs from the recorded stream. */
  async compare(step: Step): Promise<string[]> {
    if (!hasEvents(step)) return [];
    if (!this.#heard.has(step.step)) {
      await this.#open(step);
      await this.#settle([step]);
      this.#heard.get(step.step)?.close();
    }
    return this.#differences(step);
  }

  /** How the log of the agent differs from the recorded one while something happens. */
  log(step: Step & { readonly log: RecordedLog }, act: () => Promise<void>): Promise<string[]> {
    const { port, translate } = this.#reading;
    return compareLog(step.log, port, translate(step.path ?? ''), act);
  }

  /** A recorded client waited in vain for the end of an answer, or could not read it. */
  async goesOn(step: Step, headers: Record<string, string>): Promise<string[]> {
    const { port, translate } = this.#reading;
    const path = translate(step.path ?? '');
    const answer = await exchange(port, { method: 'GET', path, headers, forMs: 400 }).catch(() => undefined);
    const goesOn = answer !== undefined && !answer.ended && answer.body.toString('utf8').includes('{}\n');
    return goesOn === step.goesOn ? [] : [`the stream ${goesOn ? 'goes on' : 'does not go on'}`];
  }

  async #open(step: EventStep): Promise<void> {
    const { port, store, translate } = this.#reading;
    const headers = Object.fromEntries(
      Object.entries(step.headers ?? {}).filter(([name]) => !/^accept-enc/i.test(name)),
    );
    this.#heard.set(step.step, await hear(port, translate(step.path ?? ''), headers, store.index));
  }

  /** Clients report when they get to, so the last events take a while. */
  async #settle(steps: readonly EventStep[], isExpected: (line: string) => boolean = () => false): Promise<void> {
    const end = Date.now() + settleMs;
    const isNews = (step: EventStep) =>
      this.#differences(step).some((line) => !isExpected(line) && !this.#reading.isListed(step.step, line));
    while (steps.some(isNews) && Date.now() < end) await pause(50);
  }

  #differences(step: EventStep): string[] {
    const heard = this.#heard.get(step.step);
    if (heard === undefined) return ['not opened'];
    const { recording, kinds } = this.#reading;
    const received = heard.read();
    const recorded = Object.entries(step.answer?.headers ?? {});
    const headers = Object.fromEntries(recorded.filter(([name]) => name !== 'content-encoding'));
    const text = received.body.toString('utf8');
    const events = new EventComparison(step.events, recording.payloads ?? {}, kinds, heard.since, text);
    return [...compareAnswer({ ...step.answer, headers }, received, kinds), ...events.differences()];
  }
}

function hasEvents(step: Step): step is EventStep {
  return step.events !== undefined;
}
