import { command, type CommandsOf } from '../../commands/command.ts';
import * as clearFilter from './clearFilter.ts';
import * as copyId from './copyId.ts';
import * as filterJobs from './filterJobs.ts';
import * as openJobSource from './openJobSource.ts';
import * as openRow from './openRow.ts';
import * as openWebUi from './openWebUi.ts';
import * as revertJob from './revertJob.ts';
import * as showAllJobs from './showAllJobs.ts';
import * as showProblemsOnly from './showProblemsOnly.ts';
import * as stopJob from './stopJob.ts';

/** What is read from disk with the first use of the feature. Written by `npm run manifest` from the files of the commands. */
export const commands: CommandsOf<{
  clearFilter: typeof clearFilter.manifest;
  copyId: typeof copyId.manifest;
  filterJobs: typeof filterJobs.manifest;
  openJobSource: typeof openJobSource.manifest;
  openRow: typeof openRow.manifest;
  openWebUi: typeof openWebUi.manifest;
  revertJob: typeof revertJob.manifest;
  showAllJobs: typeof showAllJobs.manifest;
  showProblemsOnly: typeof showProblemsOnly.manifest;
  stopJob: typeof stopJob.manifest;
}> = {
  clearFilter: command(clearFilter.entry, clearFilter.clearFilter),
  copyId: command(copyId.entry, copyId.copyId),
  filterJobs: command(filterJobs.entry, filterJobs.filterJobs),
  openJobSource: command(openJobSource.entry, openJobSource.openJobSource),
  openRow: command(openRow.entry, openRow.openRow),
  openWebUi: command(openWebUi.entry, openWebUi.openWebUi),
  revertJob: command(revertJob.entry, revertJob.revertJob),
  showAllJobs: command(showAllJobs.entry, showAllJobs.showAllJobs),
  showProblemsOnly: command(showProblemsOnly.entry, showProblemsOnly.showProblemsOnly),
  stopJob: command(stopJob.entry, stopJob.stopJob),
};
