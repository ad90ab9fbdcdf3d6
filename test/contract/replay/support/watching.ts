import { sleep } from '../../../../src/base/clock.ts';
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

interface Stream {
  readonly heard: Heard;
  readonly openedAtMs: number;
  closedAtMs?: number;
}

type EventStep = Step & { readonly events: RecordedEvents };

const heartbeatMs = 30_000;
const settleMs = 8000;
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
    await Promise.all(steps.map((step) => this.#open(step)));
    await meanwhile();
    const [short, long] = [false, true].map((isLong) => steps.filter(({ events }) => events.heartbeats > 1 === isLong));
    await this.#settle(short ?? []);
    await this.#settle(long ?? [], (line) => line.startsWith('heartbeats: '));
    for (const { step } of short ?? []) this.#close(step);
    if (long?.length === 0) return;
    clock.putForward(Math.max(0, openedAt + heartbeatMs - clock.now()) + 50);
    await this.#settle(long ?? []);
    for (const { step } of long ?? []) this.#close(step);
  }

  /** How what came differs from the recorded stream. */
  async compare(step: Step): Promise<string[]> {
    if (!hasEvents(step)) return [];
    if (!this.isOpen(step.step)) {
      await this.#open(step);
      await this.#settle([step]);
      this.#close(step.step);
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
    const follow = { text: '{}\n', forMs: goesOnMs };
    const answer = await exchange(port, { method: 'GET', path, headers, follow }).catch(() => undefined);
    const goesOn = answer !== undefined && !answer.ended && answer.body.includes(follow.text);
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

  #close(step: string): void {
    const stream = this.#streams.get(step);
    if (stream === undefined) return;
    stream.closedAtMs = this.#reading.clock.now();
    stream.heard.close();
  }

  /** Clients report when they get to, so the last events take a while. */
  async #settle(steps: readonly EventStep[], isExpected: (line: string) => boolean = () => false): Promise<void> {
    const end = Date.now() + settleMs;
    const isNews = (step: EventStep) =>
      this.#differences(step).some((line) => !isExpected(line) && !this.#reading.isListed(step.step, line));
    while (steps.some(isNews) && Date.now() < end) await sleep(50);
  }

  #differences(step: EventStep): string[] {
    const stream = this.#streams.get(step.step);
    if (stream === undefined) return ['not opened'];
    const { recording, kinds, clock } = this.#reading;
    const { heard, openedAtMs, closedAtMs = clock.now() } = stream;
    const received = heard.read();
    const recorded = Object.entries(step.answer?.headers ?? {});
    const headers = Object.fromEntries(recorded.filter(([name]) => name !== 'content-encoding'));
    const text = received.body.toString('utf8');
    // Where this machine is slow a stream is open for longer than the recorded one.
    const beats = Math.max(step.events.heartbeats, 1 + Math.floor((closedAtMs - openedAtMs) / heartbeatMs));
    const events = new EventComparison(step.events, recording.payloads ?? {}, kinds, heard.since, text, beats);
    return [...compareAnswer({ ...step.answer, headers }, received, kinds), ...events.differences()];
  }
}

function hasEvents(step: Step): step is EventStep {
  return step.events !== undefined;
}
