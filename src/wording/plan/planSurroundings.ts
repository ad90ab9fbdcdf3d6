import type { Job } from '../../nomad/types/job.ts';
import type { NodeStub } from '../../nomad/types/node.ts';
import type { NodeFacts } from './planConstraints.ts';
import type { AllocationRecord } from '../../state/tables/records.ts';

/**
 * What a plan of a system job doesn't tell and what it would do depends on. Each part is left out where it is not known,
 * as when the token may not see nodes; less is said then.
 */
export interface Surroundings {
  /** Of the agent, as `1.8.4`. */
  readonly version?: string;
  /** All allocations of the job. */
  readonly allocations?: readonly Pick<AllocationRecord, 'group' | 'nodeId' | 'clientStatus' | 'desiredStatus'>[];
  /** The nodes that take work now, in the datacenters and the pool of the job. */
  readonly nodes?: readonly NodeFacts[];
}

/** Jobs that run once on each node that fits. */
export function isSystem({ Type }: Pick<Job, 'Type'>): boolean {
  return Type === 'system' || Type === 'sysbatch';
}

/** The nodes that the scheduler would look at for `job`. */
export function takingWork(nodes: readonly NodeStub[], job: Job): NodeStub[] {
  const named = job.Datacenters ?? [];
  const datacenters = (named.length === 0 ? ['*'] : named).map(globOf);
  const pool = job.NodePool === undefined || job.NodePool === '' ? 'default' : job.NodePool;
  const fits = (node: NodeStub) =>
    node.Status === 'ready' &&
    node.SchedulingEligibility === 'eligible' &&
    !node.Drain &&
    datacenters.some((datacenter) => datacenter.test(node.Datacenter)) &&
    (pool === 'all' || (node.NodePool ?? 'default') === pool);
  return nodes.filter(fits);
}

/** A datacenter of a job may have stars in it. */
function globOf(datacenter: string): RegExp {
  const parts = datacenter.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
