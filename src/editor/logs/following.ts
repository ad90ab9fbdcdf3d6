import { followLogs } from '../../operations/logs/followLogs.ts';
import { readBefore, type OlderLines } from '../../operations/logs/readBefore.ts';
import type {
  FileLog,
  FollowedLog,
  FollowLogsOptions,
  LogFollower,
  LogPosition,
  TaskLog,
} from '../../operations/logs/types.ts';
import { causeOf } from '../../platform/failure.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import { placeOf } from '../../state/tables/keys.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import type { LogsOf } from './logUri.ts';

/** Follows what a document is of: logs of tasks, or a file. */
export function followWhat(cluster: Cluster, of: LogsOf, options: FollowLogsOptions): LogFollower {
  return of.target.file === undefined ? followLogs(cluster, of.target, options) : new LaterFile(cluster, of, options);
}

/**
 * Reads what is before a position of it.
 *
 * @throws as `readBefore`
 */
export async function readOlder(
  client: PlacedClient,
  log: TaskLog | FileLog,
  position: LogPosition,
  options: { readonly bytes: number; readonly signal: AbortSignal; readonly nowMs: number },
): Promise<OlderLines> {
  if (log.kind === 'task') return readBefore(client, log, position, options);
  const { readFileBefore } = await import('../../operations/files/readFileBefore.ts');
  return readFileBefore(client, log, position, options);
}

/** A file that is followed as soon as what does that is read from disk: most documents are of logs. */
class LaterFile implements LogFollower {
  readonly ended: Promise<void>;
  #follower: LogFollower | undefined;
  #isDisposed = false;

  constructor(cluster: Cluster, of: LogsOf, options: FollowLogsOptions) {
    this.ended = this.#follow(cluster, of, options).catch((error: unknown) => {
      if (this.#isDisposed) return;
      options.take([{ kind: 'failed', atMs: Date.now(), text: `The file is not followed: ${causeOf(error)}` }]);
    });
  }

  get sources(): readonly FollowedLog[] {
    return this.#follower?.sources ?? [];
  }

  /** There is one, and it is shown. */
  choose(): void {
    return;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#follower?.dispose();
  }

  async #follow(cluster: Cluster, { target, name }: LogsOf, options: FollowLogsOptions): Promise<void> {
    const { job, region, allocation = '', file = '' } = target;
    const { fileLog, followFile } = await import('../../operations/files/followFile.ts');
    if (this.#isDisposed) return;
    const log = fileLog({ allocation, place: placeOf(job, region), name, path: file });
    this.#follower = followFile(cluster, log, options);
    await this.#follower.ended;
  }
}
