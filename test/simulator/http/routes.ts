import type { Faults } from './faults.ts';
import type { Follower } from './follower.ts';
import { policyRoutes } from './aclPolicies.ts';
import { tokenRoutes } from './aclRoutes.ts';
import { agentRoutes } from './agent.ts';
import { allocationRoutes } from './allocations.ts';
import { checkRoutes } from './checks.ts';
import { clientAllocationRoutes } from './clientAllocations.ts';
import { controlRoutes } from './control.ts';
import { deploymentRoutes } from './deployments.ts';
import { evaluationRoutes } from './evaluations.ts';
import { fsRoutes } from './fs.ts';
import { gossipRoutes } from './gossip.ts';
import { jobRoute } from './job.ts';
import { jobRoutes } from './jobs.ts';
import { loginRoutes } from './login.ts';
import { metricsRoutes } from './metrics.ts';
import { monitorRoutes } from './monitor.ts';
import { namespaceRoutes } from './namespaces.ts';
import { nodePoolRoutes } from './nodePools.ts';
import { nodeRoutes } from './nodes.ts';
import { operatorRoutes } from './operator.ts';
import { scalingRoutes } from './scalingPolicies.ts';
import { searchRoutes } from './search.ts';
import { serviceRoutes } from './services.ts';
import { statusRoutes } from './statuses.ts';
import { variableRoutes } from './variables.ts';
import { eventRoutes } from './eventStream.ts';
import type { Route } from './route.ts';

/** All paths that are answered. Where two fit, the earlier one does. */
export function allRoutes(faults: Faults, follower: Follower): readonly Route[] {
  return [
    ...controlRoutes(faults, follower),
    ...jobRoutes,
    ...statusRoutes,
    // Before the jobs and allocations, which would take their paths.
    ...serviceRoutes,
    ...checkRoutes,
    ...jobRoute,
    ...deploymentRoutes,
    ...allocationRoutes,
    ...clientAllocationRoutes,
    ...fsRoutes,
    ...evaluationRoutes,
    ...nodePoolRoutes,
    ...nodeRoutes,
    ...namespaceRoutes,
    ...agentRoutes,
    ...gossipRoutes,
    ...monitorRoutes,
    ...metricsRoutes,
    ...operatorRoutes,
    ...searchRoutes,
    ...eventRoutes,
    ...tokenRoutes,
    ...policyRoutes,
    ...loginRoutes,
    ...scalingRoutes,
    ...variableRoutes,
  ];
}
