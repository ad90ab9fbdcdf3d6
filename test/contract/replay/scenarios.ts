import { deploymentScenarios } from './scenarios/deployments.ts';
import { jobScenarios } from './scenarios/jobs.ts';
import { runtimeScenarios } from './scenarios/runtime.ts';
import type { Scenario } from './support/replay.ts';

/** How each recorded scenario is made ready, and what happened in it that was not recorded. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  ...jobScenarios,
  ...deploymentScenarios,
  ...runtimeScenarios,
};
