import { clearFilter } from './clearFilter.ts';
import { copyId } from './copyId.ts';
import { filterJobs } from './filterJobs.ts';
import { openJobSource } from './openJobSource.ts';
import { openRow } from './openRow.ts';
import { openWebUi } from './openWebUi.ts';
import { revertJob } from './revertJob.ts';
import { showAllJobs } from './showAllJobs.ts';
import { showProblemsOnly } from './showProblemsOnly.ts';
import { stopJob } from './stopJob.ts';

/** What is read from disk with the first use of the feature. */
export const handlers = {
  filterJobs,
  clearFilter,
  showProblemsOnly,
  showAllJobs,
  openJobSource,
  revertJob,
  stopJob,
  openRow,
  openWebUi,
  copyId,
};
