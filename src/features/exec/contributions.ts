import { feature } from '../../commands/command.ts';

/** Shells in tasks. */
export const exec = feature(
  {
    exec: { doing: 'exec', effect: 'change', confirm: 'never', needs: 'cluster', about: 'row' },
  },
  () => import('./index.ts'),
);
