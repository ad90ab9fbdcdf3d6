import type { NomadClient } from '../nomad/client.ts';
import { isNomadError } from '../nomad/http/errors.ts';
import type { Job } from '../nomad/types/job.ts';
import { jobKey, type JobKey } from '../state/tables/keys.ts';
import type { Place } from '../state/tables/place.ts';
import type { Store } from '../state/tables/store.ts';
import { isSystem, takingWork, type Surroundings } from '../wording/plan/planSurroundings.ts';

/** What is asked of a cluster for {@link Surroundings}. */
interface Asked {
  readonly client: Pick<NomadClient, 'nodes'>;
  readonly store: Store;
  readonly version: string | undefined;
  loadJob(key: JobKey, signal?: AbortSignal): Promise<void>;
}

/**
 * Reads what there is to know around a plan of `job`; nothing but for system jobs, whose plans need it.
 *
 * @throws the signal's reason; what Nomad refuses is left out
 */
export async function readSurroundings(
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
  // A job that isn't there yet has no allocations, so all of them are known.
  const all = known === true || !store.jobs.has(key) || store.hasAllAllocations(key);
  return {
    ...version,
    ...(all ? { allocations: store.allocationsOf(key) } : {}),
    ...(nodes === undefined ? {} : { nodes: takingWork(nodes.value, job) }),
  };
}

async function unlessRefused<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!isNomadError(error)) throw error;
    return undefined;
  }
}
