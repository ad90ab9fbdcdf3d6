import { showRollout } from './showRollout.ts';

/** What is read from disk with the first use of the feature. */
export const handlers = { showRollout };
