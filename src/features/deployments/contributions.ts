import { feature } from '../../commands/command.ts';

/** Decisions about a deployment. */
export const deployments = feature(
  {
    promoteDeployment: { doing: 'promote', effect: 'change', needs: 'cluster', about: 'row' },
    promoteGroups: { doing: 'promote', effect: 'change', needs: 'cluster', about: 'row' },
    failDeployment: { doing: 'fail the deployment', effect: 'destroy', needs: 'cluster', about: 'row' },
  },
  () => import('./index.ts'),
);
