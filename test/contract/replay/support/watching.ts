import type { Store } from '../../../simulator/state/store.ts';
import type { FakeClock } from '../../../support/fakeClock.ts';
import { compareAnswer } from './compare.ts';
import { EventComparison, hear } from './events.ts';
import type { Heard, RecordedEvents } from './events.ts';
import { Call } from './exchange.ts';
import type { Received } from './exchange.ts';
import { compareLog } from './logs.ts';
import type { RecordedLog } from './logs.ts';
import type { Recording, Step } from './recording.ts';
import type { Kinds } from './shape.ts';

/** Where and how the streams of a replay are read. */
export interface Reading {
  readonly port: number;
  readonly store: Store;
  readonly clock: FakeClock;
  readonly recording: Recording;
  readonly kinds: Kinds;
  readonly translate: (text: string) => string;
}

interface Stream {
  readonly heard: Heard;
  readonly openedAtMs: number;
  closedAtMs?: number;
  received?: Received;
}

type EventStep = Step & { readonly events: RecordedEvents };

const heartbeatMs = 30_000;
/** How long a stream is read for what comes of what happened: clients report every 200 ms. */
const settleMs = 2000;
/** How long a stream is read to see that it goes on. */
const goesOnMs = 300;

/** The event streams of a replay, several of which may be open while something happens. */
export class Watching {
  readonly #reading: Reading;
  readonly #streams = new Map<string, Stream>();

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  isOpen(step: string): boolean {
    return this.#streams.has(step);
  }

  /** Reads the streams of several steps while something happens, and on until the last of them has had its heartbeats. */
  async together(names: readonly string[], meanwhile: () => Promise<void>): Promise<void> {
    const { recording, clock } = this.#reading;
    const steps = recording.steps.filter((step): step is EventStep => hasEvents(step) && names.includes(step.step));
    const openedAt = clock.now();
    for (const step of steps) await this.#open(step);
    await meanwhile();
    await clock.advance(settleMs);
    const [short, long] = [false, true].map((isLong) => steps.filter(({ events }) => events.heartbeats > 1 === isLong));
    for (const { step } of short ?? []) await this.#close(step);
    if (long?.length === 0) return;
    await clock.advance(Math.max(0, openedAt + heartbeatMs - clock.now()) + 50);
    for (const { step } of long ?? []) await this.#close(step);
  }

  /** How what came differs from the recorded stream. */
  async compare(step: Step): Promise<string[]> {
    if (!hasEvents(step)) return [];
    if (!this.isOpen(step.step)) {
      await this.#open(step);
      await this.#reading.clock.advance(settleMs);
      await this.#close(step.step);
    }
    return this.#differences(step);
  }

  /** How the log of the agent differs from the recorded one while something happens. */
  log(step: Step & { readonly log: RecordedLog }, act: () => Promise<void>): Promise<string[]> {
    const { port, translate, clock } = this.#reading;
    return compareLog(step.log, port, translate(step.path ?? ''), act, (ms) => clock.advance(ms));
  }

  /** A recorded client waited in vain for the end of an answer, or could not read it. */
  async goesOn(step: Step, headers: Record<string, string>): Promise<string[]> {
    const { port, translate, clock } = this.#reading;
    const call = new Call(port, { method: 'GET', path: translate(step.path ?? ''), headers });
    await call.taken();
    await clock.advance(goesOnMs);
    const answer = await call.read().then(
      () => call.received(),
      // What can't be read as an answer is none.
      () => undefined,
    );
    call.close();
    const goesOn = answer !== undefined && !answer.ended && answer.body.includes('{}\n');
    return goesOn === step.goesOn ? [] : [`the stream ${goesOn ? 'goes on' : 'does not go on'}`];
  }

  async #open(step: EventStep): Promise<void> {
    const { port, store, clock, translate } = this.#reading;
    const openedAtMs = clock.now();
    const headers = Object.fromEntries(
      Object.entries(step.headers ?? {}).filter(([name]) => !/^accept-enc/i.test(name)),
    );
    const heard = await hear(port, translate(step.path ?? ''), headers, store.index);
    this.#streams.set(step.step, { heard, openedAtMs });
  }

  async #close(step: string): Promise<void> {
    const stream = this.#streams.get(step);
    if (stream === undefined) return;
    stream.closedAtMs = this.#reading.clock.now();
    stream.received = await stream.heard.read();
    stream.heard.close();
  }

  #differences(step: EventStep): string[] {
    const stream = this.#streams.get(step.step);
    if (stream?.received === undefined) return ['not opened'];
    const { recording, kinds } = this.#reading;
    const { heard, openedAtMs, closedAtMs = openedAtMs, received } = stream;
    const recorded = Object.entries(step.answer?.headers ?? {});
    const headers = Object.fromEntries(recorded.filter(([name]) => name !== 'content-encoding'));
    const text = received.body.toString('utf8');
    // What happened meanwhile may have taken longer than it did then.
    const beats = Math.max(step.events.heartbeats, 1 + Math.floor((closedAtMs - openedAtMs) / heartbeatMs));
    const events = new EventComparison(step.events, recording.payloads ?? {}, kinds, heard.since, text, beats);
    return [...compareAnswer({ ...step.answer, headers }, received, kinds), ...events.differences()];
  }
}

function hasEvents(step: Step): step is EventStep {
  return step.events !== undefined;
}
