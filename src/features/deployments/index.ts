import { failDeployment } from './failDeployment.ts';
import { promoteDeployment } from './promoteDeployment.ts';
import { promoteGroups } from './promoteGroups.ts';

/** What is read from disk with the first use of the feature. */
export const handlers = { promoteDeployment, promoteGroups, failDeployment };
