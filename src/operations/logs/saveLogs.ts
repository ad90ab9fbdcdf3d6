import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { fileBytes } from '../files/readFiles.ts';
import { logPieces } from './logPieces.ts';
import type { FileLog, TaskLog } from './types.ts';

/** Takes the bytes of a log as they are, one part after another; what it returns is waited for. */
export type TakeBytes = (log: TaskLog | FileLog, data: Uint8Array) => unknown;

/**
 * Reads the bytes of logs from the start of what there is, one log after another, never more of them than a part at a time.
 *
 * @throws {NomadError}, as `denied` without `read-logs`, or `read-fs` for a file; the signal's reason
 */
export async function readWholeLogs(
  client: PlacedClient,
  logs: readonly (TaskLog | FileLog)[],
  take: TakeBytes,
  signal: AbortSignal,
): Promise<void> {
  for (const log of logs) {
    if (log.kind === 'file') {
      for await (const data of fileBytes(client, log, signal)) await take(log, data);
      continue;
    }
    for await (const piece of logPieces(client, log, 'start', { follow: false, signal })) {
      if (piece.kind === 'data') await take(log, piece.data);
    }
    signal.throwIfAborted();
  }
}
