import { feature } from '../../commands/command.ts';

/** Jobs in the side bar: finding them, looking at them, ending them, going back. */
export const jobs = feature(
  {
    filterJobs: { doing: 'filter jobs', effect: 'read' },
    clearFilter: { doing: 'clear the filter', effect: 'read' },
    showProblemsOnly: { doing: 'show problems only', effect: 'read' },
    showAllJobs: { doing: 'show all jobs', effect: 'read' },
    openJobSource: { doing: 'open the source', effect: 'read', needs: 'cluster', about: 'row' },
    revertJob: { doing: 'revert the job', effect: 'change', needs: 'cluster', about: 'row' },
    stopJob: { doing: 'stop the job', effect: 'destroy', needs: 'cluster', about: 'row' },
    openRow: { doing: 'open the row', effect: 'read' },
    openWebUi: { doing: 'open the Web UI', effect: 'read' },
    copyId: { doing: 'copy the id', effect: 'read', needs: 'cluster', about: 'row' },
  },
  () => import('./index.ts'),
);
