import { exec } from './exec.ts';

/** What is read from disk with the first use of the feature. */
export const handlers = { exec };
