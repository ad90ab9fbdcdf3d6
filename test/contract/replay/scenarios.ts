import { clusterScenarios } from './scenarios/cluster.ts';
import { deploymentScenarios } from './scenarios/deployments.ts';
import { jobScenarios } from './scenarios/jobs.ts';
import { registryScenarios } from './scenarios/registries.ts';
import { runtimeScenarios } from './scenarios/runtime.ts';
import type { Scenario } from './support/replay.ts';

/**
 * How each recorded scenario is made ready, and what happened in it that was not recorded.
 *
 * Some recordings are not replayed here: searches, evaluations and the log of an agent are compared, in less detail, by
 * `test/unit/simulator/http/golden.test.ts`; access control, the event stream and TLS by `test/contract/{acl,events,tls}.test.ts`.
 */
export const scenarios: Readonly<Record<string, Scenario>> = {
  ...clusterScenarios,
  ...jobScenarios,
  ...deploymentScenarios,
  ...registryScenarios,
  ...runtimeScenarios,
};
