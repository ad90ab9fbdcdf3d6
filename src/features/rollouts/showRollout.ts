import type { CommandEntry, Uses } from '../../commands/command.ts';
import { followWithProgress } from '../../commands/followWithProgress.ts';
import { pickJob } from '../../commands/pickers.ts';
import { jobTarget, regionTarget } from '../../commands/targets.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = {
  doing: 'show the rollout',
  effect: 'read',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Show rollout',
  icon: '$(pulse)',
  menus: {
    'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /\\bactive\\b/', group: '1_deployment@4' }],
  },
};

/** Shows the rollout of a job that is under way, or says how the last one ended. */
export async function showRollout(given: Uses<'cluster' | 'ask' | 'report'>, argument: unknown): Promise<void> {
  const key = jobTarget(given.cluster.store, argument) ?? (await pickJob(given, 'Show the rollout of a job'));
  if (key === undefined) return;
  followWithProgress(given, { jobKey: key, region: regionTarget(argument) });
}
