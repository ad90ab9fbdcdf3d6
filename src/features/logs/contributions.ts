import { feature } from '../../commands/command.ts';

/** What tasks write. Commands about an open document need no cluster: it has its own, or none any more. */
export const logs = feature(
  {
    showLogs: { doing: 'show the logs', effect: 'read', needs: 'cluster', about: 'row' },
    pauseLogs: { doing: 'pause the logs', effect: 'read' },
    resumeLogs: { doing: 'go on with the logs', effect: 'read' },
    clearLogs: { doing: 'clear the logs', effect: 'read' },
    goToEndOfLogs: { doing: 'go to the end of the logs', effect: 'read' },
    filterLogs: { doing: 'filter the logs', effect: 'read' },
    loadOlderLogs: { doing: 'load older logs', effect: 'read' },
    saveLogs: { doing: 'save the logs', effect: 'read' },
    compareLogs: { doing: 'compare the logs', effect: 'read' },
    searchLogs: { doing: 'search the logs', effect: 'read', needs: 'cluster', about: 'row' },
    setLogOptions: { doing: 'set how the logs are shown', effect: 'read' },
  },
  () => import('./index.ts'),
);
