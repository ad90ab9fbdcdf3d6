import { followLogs } from '../../operations/logs/followLogs.ts';
import { readBefore, type OlderLines } from '../../operations/logs/readBefore.ts';
import {
  isOfAgent,
  type FileLog,
  type FollowedLog,
  type FollowLogsOptions,
  type LogFollower,
  type LogPosition,
  type TaskLog,
} from '../../operations/logs/types.ts';
import { causeOf } from '../../platform/failure.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import { placeOf } from '../../state/tables/keys.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import type { LogsOf } from './logUri.ts';

/** Follows what a document is of: logs of tasks, that of an agent, or a file. */
export function followWhat(cluster: Cluster, { target, name }: LogsOf, options: FollowLogsOptions): LogFollower {
  if (isOfAgent(target)) {
    return new Later('log', options, async () => {
      const { followAgentLog } = await import('../../operations/logs/followAgent.ts');
      return followAgentLog(cluster, target, name, options);
    });
  }
  const { job, region, allocation = '', file } = target;
  if (file === undefined) return followLogs(cluster, target, options);
  return new Later('file', options, async () => {
    const { fileLog, followFile } = await import('../../operations/files/followFile.ts');
    return followFile(cluster, fileLog({ allocation, place: placeOf(job, region), name, path: file }), options);
  });
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

/** What is followed as soon as what does that is read from disk: most documents are of the logs of tasks. */
class Later implements LogFollower {
  readonly ended: Promise<void>;
  #follower: LogFollower | undefined;
  #isDisposed = false;

  /** @param what `file`, for when it fails */
  constructor(what: string, { take, onSources }: FollowLogsOptions, start: () => Promise<LogFollower>) {
    this.ended = this.#follow(start, onSources).catch((error: unknown) => {
      if (this.#isDisposed) return;
      take([{ kind: 'failed', atMs: Date.now(), text: `The ${what} is not followed: ${causeOf(error)}` }]);
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

  async #follow(start: () => Promise<LogFollower>, onSources: FollowLogsOptions['onSources']): Promise<void> {
    const follower = await start();
    this.#follower = follower;
    if (this.#isDisposed) follower.dispose();
    else onSources?.(follower.sources);
    await follower.ended;
  }
}
