import { Backoff } from '../../base/backoff.ts';
import { sleep, type Clock } from '../../base/clock.ts';
import { isAborted, raceSignal } from '../../base/cancel.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { Place } from '../../state/tables/place.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import type { UsageSample, UsageWindow } from '../../wording/allocations/usage.ts';
import { Slots } from '../../base/slots.ts';
import { readUsage } from './readUsage.ts';
import { refusal } from './refusal.ts';

/** From one answer to the next question. A node measures once a second. */
const everyMs = 2000;
/** After failures in a row. */
const pauses = { baseMs: 4000, capMs: 60_000 };
/** A node that is away is waited for no longer than that; a proxy may be patient for a minute. */
const patienceMs = 10_000;
const windowMs = 60_000;

/** However many are looked at, so many ask at once. */
const slots = new Slots(4);

export interface UsagePolled {
  readonly client: PlacedClient;
  readonly id: string;
  readonly place: Place;
  readonly clock: Clock;
  /** Takes the window after each answer; `error` is that of a failed read. */
  readonly take: (window: UsageWindow, error?: unknown) => void;
}

/**
 * Asks for what an allocation uses, again and again, until the signal aborts; more and more seldom while that fails. Never
 * rejects but with a fault of ours.
 *
 * @param before the last minute as it was known before
 */
export async function pollUsage(
  polled: UsagePolled,
  before: UsageWindow | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { clock, take } = polled;
  const backoff = new Backoff(pauses);
  let window: UsageWindow = before ?? { samples: [], refused: undefined };
  while (!isAborted(signal)) {
    let pauseMs = everyMs;
    try {
      const sample = await slots.use(signal, 'soon', () => readOnce(polled, signal));
      if (isAborted(signal)) return;
      window = { samples: withNewest(window.samples, sample), refused: undefined };
      backoff.reset();
      take(window);
    } catch (error) {
      if (isAborted(signal)) return;
      if (!isNomadError(error) && !(error instanceof NoAnswer)) throw error;
      window = { ...window, refused: error instanceof NoAnswer ? error.message : refusal(error, polled.place) };
      pauseMs = backoff.next();
      take(window, error);
    }
    await sleep(pauseMs, signal, clock).catch(() => undefined);
  }
}

class NoAnswer extends Error {
  constructor() {
    super(`no answer within ${String(patienceMs / 1000)} s`);
  }
}

async function readOnce({ client, id, place, clock }: UsagePolled, signal: AbortSignal): Promise<UsageSample> {
  const limit = new AbortController();
  const timer = clock.timer(patienceMs, () => {
    limit.abort(new NoAnswer());
  });
  const both = AbortSignal.any([signal, limit.signal]);
  try {
    const usage = await raceSignal(readUsage(client, id, place, both), both);
    return { atMs: clock.now(), ...usage };
  } finally {
    timer.dispose();
  }
}

function withNewest(samples: readonly UsageSample[], sample: UsageSample): readonly UsageSample[] {
  return [...samples.filter(({ atMs }) => sample.atMs - atMs < windowMs && atMs <= sample.atMs), sample];
}
