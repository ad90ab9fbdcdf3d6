import type { Clock } from '../../base/clock.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { ReadOptions } from '../../nomad/http/query.ts';
import { withRetries } from '../../nomad/reading/retry.ts';
import type { PlacedClient } from '../tables/placedClient.ts';
import { momentMs } from './syncStatus.ts';

const timeoutMs = 10_000;

/**
 * Asks a server whether it has a leader, twice if need be, as during an election.
 *
 * @returns when it was asked, if it has one; nothing where that can't be found out
 * @throws {NomadError} where the server has no leader, or none that answers; the signal's reason
 */
export async function leaderSeenMs({
  client,
  signal,
  clock,
}: {
  readonly client: PlacedClient;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}): Promise<number | undefined> {
  let askedMs = 0;
  const ask = (options: ReadOptions) => {
    askedMs = clock.now();
    return client.agent.leader(options);
  };
  const once = { attempts: 2, baseMs: momentMs, random: () => 1, again: () => true, clock };
  try {
    await withRetries(ask, once)({ signal, timeoutMs });
    return askedMs;
  } catch (error) {
    // Whatever else is wrong with that path, the stream and the lists go on.
    if (signal.aborted || isNomadError(error, 'noLeader', 'timeout')) throw error;
    return undefined;
  }
}
