import { NomadError } from '../../nomad/http/errors.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { LineAssembler } from '../logs/lineAssembler.ts';
import type { OlderLines } from '../logs/readBefore.ts';
import type { FileLog, LogPosition } from '../logs/types.ts';
import { readRange } from './readFiles.ts';

/** A node that is lost ends a stream as if the file did, and one that was made shorter has other lines now. */
function cutShort({ path }: FileLog): NomadError {
  return new NomadError('closed', `Less of ${path} came than there was.`);
}

/** A line that is longer is given without its beginning. */
const longestBytes = 4 * 1024 * 1024;

/**
 * Reads the lines of a file before a position, so many bytes of them, and one line at least. Needs `read-fs`.
 *
 * @param position where a line begins
 * @throws as `readRange`
 */
export async function readFileBefore(
  client: PlacedClient,
  log: FileLog,
  position: LogPosition,
  {
    bytes,
    signal,
    nowMs = Date.now(),
  }: { readonly bytes: number; readonly signal: AbortSignal; readonly nowMs?: number },
): Promise<OlderLines> {
  for (let wanted = bytes; ; wanted *= 8) {
    const offset = Math.max(0, position.offset - wanted);
    if (position.offset === 0) return { lines: [], from: position, atStart: true };
    const data = await readRange(client, log, { offset, limit: position.offset - offset }, signal);
    if (data.byteLength < position.offset - offset) throw cutShort(log);
    const assembler = new LineAssembler(log);
    if (offset > 0 && wanted < longestBytes) assembler.skip();
    const lines = assembler.push({ file: 0, offset }, data, nowMs);
    const rest = assembler.flush(nowMs, true);
    if (rest !== undefined) lines.push({ ...rest, next: position });
    const from = lines[0]?.position ?? { file: 0, offset };
    if (lines.length > 0 || offset === 0 || wanted >= longestBytes) return { lines, from, atStart: from.offset === 0 };
  }
}
