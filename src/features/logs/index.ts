import { command, type CommandsOf } from '../../commands/command.ts';
import * as clearLogs from './clearLogs.ts';
import * as compareLogs from './compareLogs.ts';
import * as filterLogs from './filterLogs.ts';
import * as goToEndOfLogs from './goToEndOfLogs.ts';
import * as loadOlderLogs from './loadOlderLogs.ts';
import * as pauseLogs from './pauseLogs.ts';
import * as resumeLogs from './resumeLogs.ts';
import * as saveLogs from './saveLogs.ts';
import * as searchLogs from './searchLogs.ts';
import * as setLogOptions from './setLogOptions.ts';
import * as showAgentLogs from './showAgentLogs.ts';
import * as showLogs from './showLogs.ts';

/** What is read from disk with the first use of the feature. Written by `npm run manifest` from the files of the commands. */
export const commands: CommandsOf<{
  clearLogs: typeof clearLogs.manifest;
  compareLogs: typeof compareLogs.manifest;
  filterLogs: typeof filterLogs.manifest;
  goToEndOfLogs: typeof goToEndOfLogs.manifest;
  loadOlderLogs: typeof loadOlderLogs.manifest;
  pauseLogs: typeof pauseLogs.manifest;
  resumeLogs: typeof resumeLogs.manifest;
  saveLogs: typeof saveLogs.manifest;
  searchLogs: typeof searchLogs.manifest;
  setLogOptions: typeof setLogOptions.manifest;
  showAgentLogs: typeof showAgentLogs.manifest;
  showLogs: typeof showLogs.manifest;
}> = {
  clearLogs: command(clearLogs.entry, clearLogs.clearLogs),
  compareLogs: command(compareLogs.entry, compareLogs.compareLogs),
  filterLogs: command(filterLogs.entry, filterLogs.filterLogs),
  goToEndOfLogs: command(goToEndOfLogs.entry, goToEndOfLogs.goToEndOfLogs),
  loadOlderLogs: command(loadOlderLogs.entry, loadOlderLogs.loadOlderLogs),
  pauseLogs: command(pauseLogs.entry, pauseLogs.pauseLogs),
  resumeLogs: command(resumeLogs.entry, resumeLogs.resumeLogs),
  saveLogs: command(saveLogs.entry, saveLogs.saveLogs),
  searchLogs: command(searchLogs.entry, searchLogs.searchLogs),
  setLogOptions: command(setLogOptions.entry, setLogOptions.setLogOptions),
  showAgentLogs: command(showAgentLogs.entry, showAgentLogs.showAgentLogs),
  showLogs: command(showLogs.entry, showLogs.showLogs),
};
