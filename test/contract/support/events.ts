import { NomadError } from '../../../src/nomad/http/errors.ts';
import type { EventStreamOptions } from '../../../src/nomad/resources/events.ts';
import type { NomadEvent } from '../../../src/nomad/types/event.ts';
import type { Contract } from './contract.ts';

const limitMs = 120_000;

/** Hands over events one by one until `done` says so; fails after a while. */
export async function eventsOf(
  contract: Contract,
  options: Omit<EventStreamOptions, 'signal'>,
  done: (event: NomadEvent) => boolean | Promise<boolean>,
): Promise<void> {
  const end = new AbortController();
  const signal = AbortSignal.any([end.signal, AbortSignal.timeout(limitMs)]);
  try {
    for await (const batch of contract.client.events.stream({ ...options, signal })) {
      if (batch === 'heartbeat') continue;
      for (const event of batch.Events) if (await done(event)) return;
    }
  } finally {
    end.abort();
  }
  throw new NomadError('timeout', `The awaited events did not come in ${String(limitMs)} ms`);
}
