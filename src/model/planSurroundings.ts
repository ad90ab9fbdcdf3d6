import type { NomadClient } from '../nomad/client.ts';
import { isNomadError } from '../nomad/errors.ts';
import type { Job } from '../nomad/types/job.ts';
import type { NodeStub } from '../nomad/types/node.ts';
import { jobKey, type JobKey } from './keys.ts';
import type { NodeFacts } from './planConstraints.ts';
import type { Place } from './place.ts';
import type { AllocationRecord } from './records.ts';
import type { Store } from './store.ts';

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

/** What is asked of a cluster for {@link Surroundings}. */
interface Asked {
  readonly client: Pick<NomadClient, 'nodes'>;
  readonly store: Store;
  readonly version: string | undefined;
  loadJob(key: JobKey, signal?: AbortSignal): Promise<void>;
}

/** Jobs that run once on each node that fits. */
export function isSystem({ Type }: Pick<Job, 'Type'>): boolean {
  return Type === 'system' || Type === 'sysbatch';
}

/**
 * Reads what there is to know around a plan of `job`; nothing but for system jobs, whose plans need it.
 *
 * @throws the signal's reason; what Nomad refuses is left out
 */
export async function surroundingsOf(
  cluster: Asked,
  job: Job,
  place: Place,
  signal: AbortSignal,
): Promise<Surroundings> {
  // Of another region than the one that is shown, neither the store nor the agent knows anything.
  if (place.region !== undefined) return {};
  const key = jobKey(place.namespace, job.ID);
  const version = cluster.version === undefined ? {} : { version: cluster.version };
  if (!isSystem(job)) return version;
  const [nodes, known] = await Promise.all([
    unlessRefused(cluster.client.nodes.list({ signal })),
    unlessRefused(cluster.loadJob(key, signal).then(() => true)),
  ]);
  const { store } = cluster;
  // Of a job that isn't there yet everything is known: it has none.
  const all = known === true || !store.jobs.has(key) || store.hasAllAllocations(key);
  return {
    ...version,
    ...(all ? { allocations: store.allocationsOf(key) } : {}),
    ...(nodes === undefined ? {} : { nodes: takingWork(nodes.value, job) }),
  };
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

async function unlessRefused<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!isNomadError(error)) throw error;
    return undefined;
  }
}
