import { clearLogs } from './clearLogs.ts';
import { compareLogs } from './compareLogs.ts';
import { filterLogs } from './filterLogs.ts';
import { goToEndOfLogs } from './goToEndOfLogs.ts';
import { loadOlderLogs } from './loadOlderLogs.ts';
import { pauseLogs, resumeLogs } from './pauseLogs.ts';
import { saveLogs } from './saveLogs.ts';
import { searchLogs } from './searchLogs.ts';
import { setLogOptions } from './setLogOptions.ts';
import { showLogs } from './showLogs.ts';

/** What is read from disk with the first use of the feature. */
export const handlers = {
  showLogs,
  pauseLogs,
  resumeLogs,
  clearLogs,
  goToEndOfLogs,
  filterLogs,
  setLogOptions,
  loadOlderLogs,
  saveLogs,
  compareLogs,
  searchLogs,
};
