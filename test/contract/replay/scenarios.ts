import { clusterScenarios } from './scenarios/cluster.ts';
import { deploymentScenarios } from './scenarios/deployments.ts';
import { jobScenarios } from './scenarios/jobs.ts';
import { registryScenarios } from './scenarios/registries.ts';
import { runtimeScenarios } from './scenarios/runtime.ts';
import { securedScenarios } from './scenarios/secured.ts';
import { watchingScenarios } from './scenarios/watching.ts';
import type { Scenario } from './support/replay.ts';

/** How each recorded scenario is made ready, and what happened in it that was not recorded. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  ...clusterScenarios,
  ...jobScenarios,
  ...deploymentScenarios,
  ...registryScenarios,
  ...runtimeScenarios,
  ...watchingScenarios,
  ...securedScenarios,
};
