import { clusterDifferences } from './differences/cluster.ts';
import { deploymentsDifferences } from './differences/deployments.ts';
import { jobsDifferences } from './differences/jobs.ts';
import { openDifferences } from './differences/open.ts';
import { registriesDifferences } from './differences/registries.ts';
import { runtimeDifferences } from './differences/runtime.ts';
import { watchingDifferences } from './differences/watching.ts';
import { securedDifferences } from './differences/secured.ts';
import type { Difference } from './differences/difference.ts';

export { openDifferences };

/** Where the simulator is known to differ from what agents do. */
export const differences: readonly Difference[] = [
  ...clusterDifferences,
  ...deploymentsDifferences,
  ...jobsDifferences,
  ...registriesDifferences,
  ...runtimeDifferences,
  ...securedDifferences,
  ...watchingDifferences,
];
