import { feature } from '../../commands/command.ts';

/** Watching a rollout. */
export const rollouts = feature(
  {
    showRollout: { doing: 'show the rollout', effect: 'read', needs: 'cluster', about: 'row' },
  },
  () => import('./index.ts'),
);
