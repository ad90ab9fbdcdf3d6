import type { Features } from '../commands/command.ts';

/** All features, in the order in which the side bar has their views, with how they are read from disk. */
export const features: Features = {
  /** The connection to a cluster: its address, its namespace, its token. */
  clusters: () => import('./clusters/index.ts'),
  /** Jobs in the side bar: finding them, looking at them, ending them, going back. */
  jobs: () => import('./jobs/index.ts'),
  /** Jobspecs in the editor: plan, run, variables. */
  jobspec: () => import('./jobspec/index.ts'),
  /** Decisions about a deployment. */
  deployments: () => import('./deployments/index.ts'),
  /** Watching a rollout. */
  rollouts: () => import('./rollouts/index.ts'),
  /** Allocations and their tasks: what happened to them, and what can be done with them. */
  allocations: () => import('./allocations/index.ts'),
  /** Client nodes and servers. */
  nodes: () => import('./nodes/index.ts'),
  /** Shells in tasks. */
  exec: () => import('./exec/index.ts'),
  /** Ports of this machine that lead into tasks. */
  ports: () => import('./ports/index.ts'),
  /** What tasks write. Commands about an open document need no cluster: it has its own, or none any more. */
  logs: () => import('./logs/index.ts'),
  /** The directories of allocations. */
  files: () => import('./files/index.ts'),
};
