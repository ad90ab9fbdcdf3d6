import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileName } from '../../base/plain.ts';
import { UserError } from '../../base/userError.ts';
import { readWholeLogs } from '../../operations/logs/saveLogs.ts';
import type { FileLog, TaskLog } from '../../operations/logs/types.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';

/** `web.app[0].3f2a6f1e.server.stderr.log`; of a file its own name. */
export function logFileName(log: TaskLog | FileLog): string {
  if (log.kind === 'file') return fileName(log.path.slice(log.path.lastIndexOf('/') + 1));
  const { job, name, allocation, task, stream } = log;
  const id = allocation.slice(0, 8);
  const parts = [job.slice(job.indexOf('/') + 1), ...(name === id ? [] : [name]), id, task, stream];
  return `${fileName(parts.join('.'))}.log`;
}

/**
 * Writes logs into a folder, a file each, byte for byte as they are on the cluster, however large.
 *
 * @returns the names of the files
 * @throws {UserError} for a folder that can't be written to; {@link NomadError}; the signal's reason
 */
export async function saveLogFiles(
  client: PlacedClient,
  logs: readonly (TaskLog | FileLog)[],
  folder: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const names: string[] = [];
  for (const log of logs) {
    const name = logFileName(log);
    const file = createWriteStream(join(folder, name));
    const failed = once(file, 'error').then(([error]) => {
      throw new UserError(`${name} can't be written: ${error instanceof Error ? error.message : String(error)}`);
    });
    failed.catch(() => undefined);
    const write = async (_: TaskLog | FileLog, data: Uint8Array) => {
      if (!file.write(data)) await Promise.race([once(file, 'drain'), failed]);
    };
    try {
      await Promise.race([readWholeLogs(client, [log], write, signal), failed]);
      const closed = once(file, 'close');
      file.end();
      await Promise.race([closed, failed]);
    } finally {
      file.destroy();
    }
    names.push(name);
  }
  return names;
}
