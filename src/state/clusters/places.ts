import type { Job } from '../../nomad/types/job.ts';
import { placeOfJob, type Place, type Shown, type Surroundings } from '../tables/place.ts';
import type { Cluster } from './cluster.ts';

/** What the views show of a cluster, with its region as soon as that can be known. */
export async function shownOf(cluster: Cluster, signal?: AbortSignal): Promise<Shown> {
  await cluster.agentRegion(signal);
  return { namespace: cluster.namespace, region: cluster.region };
}

/** Where Nomad would register a job that was parsed. */
export async function placeOfParsed(cluster: Cluster, job: Job, signal?: AbortSignal): Promise<Place> {
  return placeOfJob(job, await surroundingsOf(cluster, signal));
}

/** What decides where a job is registered that doesn't say so itself. */
export async function surroundingsOf(cluster: Cluster, signal?: AbortSignal): Promise<Surroundings> {
  const agentRegion = await cluster.agentRegion(signal);
  const shown = await shownOf(cluster, signal);
  return { shown, chosenRegion: cluster.client.connection.region, agentRegion };
}
