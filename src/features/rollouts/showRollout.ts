import type { Uses } from '../../commands/command.ts';
import { followWithProgress } from '../../commands/followWithProgress.ts';
import { pickJob } from '../../commands/pickers.ts';
import { jobTarget, regionTarget } from '../../commands/targets.ts';

/** Shows the rollout of a job that is under way, or says how the last one ended. */
export async function showRollout(given: Uses<'cluster' | 'ask' | 'report'>, argument: unknown): Promise<void> {
  const key = jobTarget(given.cluster.store, argument) ?? (await pickJob(given, 'Show the rollout of a job'));
  if (key === undefined) return;
  followWithProgress(given, { jobKey: key, region: regionTarget(argument) });
}
