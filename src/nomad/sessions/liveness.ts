import { systemClock, type Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';
import type { SessionSocket } from './socket.ts';

/**
 * After this many unanswered pings the other side is gone. They are counted, not timed, since time also passes while
 * the machine sleeps.
 */
const maxUnanswered = 3;

/**
 * Asks the other side of a socket again and again whether it is there, since a connection can die without a word. Any sign
 * of life counts; an answer also tells that everything sent before its question has arrived.
 */
export class Liveness implements Disposable {
  readonly #socket: SessionSocket;
  readonly #everyMs: number;
  readonly #clock: Clock;
  readonly #onLost: (silentMs: number) => void;
  #timer: Disposable | undefined;
  #unanswered = 0;
  #paused = false;
  #asked = 0;
  #sent = 0;
  #arrived = 0;
  readonly #sentBefore = new Map<string, number>();

  /** Asks at once. */
  constructor(
    socket: SessionSocket,
    { everyMs, clock }: { readonly everyMs: number; readonly clock?: Clock | undefined },
    onLost: (silentMs: number) => void,
  ) {
    this.#socket = socket;
    this.#everyMs = everyMs;
    this.#clock = clock ?? systemClock;
    this.#onLost = onLost;
    socket.onPong((question) => {
      this.#answered(question);
    });
    socket.onMessage(() => {
      this.#unanswered = 0;
    });
    this.#ask();
  }

  /** How much of what was noted as sent is not known to have arrived. */
  get unconfirmed(): number {
    return this.#sent - this.#arrived;
  }

  /** Takes note of input that was handed to the socket. */
  sent(length: number): void {
    this.#sent += length;
  }

  /** Answers are not read now. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#unanswered = 0;
  }

  dispose(): void {
    this.#timer?.dispose();
  }

  #ask(): void {
    this.#unanswered += 1;
    this.#asked += 1;
    const question = String(this.#asked);
    this.#sentBefore.set(question, this.#sent);
    this.#socket.ping(question);
    this.#timer = this.#clock.timer(this.#everyMs, () => {
      if (this.#paused || this.#unanswered < maxUnanswered) this.#ask();
      else this.#onLost(maxUnanswered * this.#everyMs);
    });
  }

  #answered(question: string): void {
    this.#unanswered = 0;
    const sent = this.#sentBefore.get(question);
    if (sent === undefined) return;
    this.#arrived = sent;
    this.#sentBefore.clear();
  }
}
