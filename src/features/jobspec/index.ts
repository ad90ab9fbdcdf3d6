import { compareSources } from './compareSources.ts';
import { newJobspec } from './newJobspec.ts';
import { planJob } from './planJob.ts';
import { runJob } from './runJob.ts';
import { setVariables } from './setVariables.ts';

/** What is read from disk with the first use of the feature. */
export const handlers = { newJobspec, setVariables, planJob, runJob, compareSources };
