import { basename } from 'node:path';
import { fileName } from '../../base/plain.ts';
import { localName } from '../../operations/files/localNames.ts';
import { NewFile } from '../../operations/files/newFile.ts';
import { readWholeLogs } from '../../operations/logs/saveLogs.ts';
import { isLogLine, type FileLog, type LogEntry, type TaskLog } from '../../operations/logs/types.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';

/** `web.app[0].3f2a6f1e.server.stderr.log`; of a file its own name. */
export function logFileName(log: TaskLog | FileLog): string {
  if (log.kind === 'file') return log.path.slice(log.path.lastIndexOf('/') + 1);
  const { job, name, allocation, task, stream } = log;
  const id = allocation.slice(0, 8);
  const parts = [job.slice(job.indexOf('/') + 1), ...(name === id ? [] : [name]), id, task, stream];
  return `${fileName(parts.join('.'))}.log`;
}

/**
 * Writes logs into a folder, a file each, byte for byte as they are on the cluster, however large. Nothing that is there is
 * written over: what has the same name gets a number.
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
    const file = await NewFile.create(folder, localName(logFileName(log), process.platform));
    try {
      await readWholeLogs(client, [log], (_, data) => file.write(data), signal);
      await file.close();
    } catch (error) {
      await file.discard();
      throw error;
    }
    names.push(basename(file.path));
  }
  return names;
}

/**
 * Writes lines into a new file of a folder, with what was said between them of ours, since that tells what is missing.
 *
 * @returns the name of the file
 * @throws {UserError} for a folder that can't be written to
 */
export async function saveKeptLines(name: string, entries: readonly LogEntry[], folder: string): Promise<string> {
  const lines = entries.map((entry) => `${isLogLine(entry) ? '' : '── '}${entry.text}\n`);
  const file = await NewFile.create(folder, localName(`${fileName(name)}.log`, process.platform));
  try {
    await file.write(Buffer.from(lines.join('')));
    await file.close();
  } catch (error) {
    await file.discard();
    throw error;
  }
  return basename(file.path);
}
