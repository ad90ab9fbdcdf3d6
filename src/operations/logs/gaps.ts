import { isNomadError } from '../../nomad/http/errors.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { sizeText } from '../../wording/sizes.ts';
import { nameOf } from './taskLife.ts';
import type { LogPosition, TaskLog } from './types.ts';

export interface Gap {
  readonly from: LogPosition;
  readonly to: LogPosition;
}

/**
 * What a part of a log that was not read amounts to. Where it goes over several files, their sizes are asked for, if the
 * token may and they are still there.
 *
 * @throws the signal's reason
 */
export async function describeGap(
  client: PlacedClient,
  log: TaskLog,
  gap: Gap,
  signal: AbortSignal,
): Promise<{ text: string; bytes?: number }> {
  const bytes = await bytesIn(client, log, gap, signal);
  if (bytes === undefined) return { text: `Part of the log of ${nameOf(log)} was removed before it could be read` };
  return { text: `${sizeText(bytes)} of ${nameOf(log)} left out, since it writes faster than it can be read`, bytes };
}

async function bytesIn(client: PlacedClient, log: TaskLog, gap: Gap, signal: AbortSignal): Promise<number | undefined> {
  const { from, to } = gap;
  if (from.file === to.file) return to.offset - from.offset;
  const sizes = await sizesOf(client, log, signal);
  let bytes = to.offset - from.offset;
  for (let file = from.file; file < to.file; file += 1) {
    const size = sizes.get(file);
    if (size === undefined) return undefined;
    bytes += size;
  }
  return bytes;
}

/** The sizes of a log's files by number; none where the token may not list them. */
async function sizesOf(client: PlacedClient, log: TaskLog, signal: AbortSignal): Promise<ReadonlyMap<number, number>> {
  const prefix = `${log.task}.${log.stream}.`;
  const sizes = new Map<number, number>();
  try {
    const { value } = await client.files.ls(log.allocation, 'alloc/logs', { ...log.place, signal });
    for (const { Name, Size } of value) {
      const digits = Name.startsWith(prefix) ? Name.slice(prefix.length) : '';
      if (/^\d+$/.test(digits)) sizes.set(Number(digits), Size);
    }
  } catch (error) {
    if (!isNomadError(error)) throw error;
  }
  return sizes;
}
