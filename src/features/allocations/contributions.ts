import { feature } from '../../commands/command.ts';

/** Allocations and their tasks: what happened to them, and what can be done with them. */
export const allocations = feature(
  {
    restartTask: { doing: 'restart the task', effect: 'change', needs: 'cluster', about: 'row' },
    restartAllocation: { doing: 'restart the allocation', effect: 'change', needs: 'cluster', about: 'row' },
    signalTask: { doing: 'send the signal', joint: 'to a task on', effect: 'change', needs: 'cluster', about: 'row' },
    stopAllocation: { doing: 'stop the allocation', effect: 'destroy', needs: 'cluster', about: 'row' },
    writeIncidentReport: {
      doing: 'write the incident report',
      joint: 'from',
      effect: 'read',
      needs: 'cluster',
      about: 'row',
    },
    showEvents: { doing: 'show the events', effect: 'read', needs: 'cluster', about: 'row' },
  },
  () => import('./index.ts'),
);
