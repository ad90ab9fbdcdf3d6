import { feature } from '../../commands/command.ts';

/** Jobspecs in the editor: plan, run, variables. */
export const jobspec = feature(
  {
    newJobspec: { doing: 'open a new jobspec', effect: 'read' },
    setVariables: { doing: 'set variables', effect: 'read' },
    planJob: { doing: 'plan the job', effect: 'read', needs: 'cluster', about: 'jobspec' },
    runJob: { doing: 'run the job', effect: 'change', needs: 'cluster', about: 'jobspec' },
    compareSources: { doing: 'compare the sources', effect: 'read', needs: 'cluster', about: 'jobspec' },
  },
  () => import('./index.ts'),
);
