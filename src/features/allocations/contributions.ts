import { feature } from '../../commands/command.ts';

/** What happened to allocations. */
export const allocations = feature(
  {
    showEvents: { doing: 'show the events', effect: 'read', needs: 'cluster', about: 'row' },
  },
  () => import('./index.ts'),
);
