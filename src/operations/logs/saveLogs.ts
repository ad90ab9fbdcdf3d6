import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { logPieces } from './logPieces.ts';
import type { TaskLog } from './types.ts';

/** Takes the bytes of a log as they are, one part after another; what it returns is waited for. */
export type TakeBytes = (log: TaskLog, data: Uint8Array) => unknown;

/**
 * Reads the bytes of logs from the start of what there is, one log after another, never more of them than a part at a time.
 *
 * @throws {NomadError}, as `denied` without `read-logs`; the signal's reason
 */
export async function readWholeLogs(
  client: PlacedClient,
  logs: readonly TaskLog[],
  take: TakeBytes,
  signal: AbortSignal,
): Promise<void> {
  for (const log of logs) {
    for await (const piece of logPieces(client, log, 'start', { follow: false, signal })) {
      if (piece.kind === 'data') await take(log, piece.data);
    }
    signal.throwIfAborted();
  }
}
