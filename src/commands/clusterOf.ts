import { UserError } from '../base/userError.ts';
import type { Cluster } from '../state/clusters/cluster.ts';
import { clusterIdWords } from '../state/clusters/clusterId.ts';
import type { PlacedClient } from '../state/tables/placedClient.ts';
import { clusterTarget } from './targets.ts';
import type { Uses } from './command.ts';

/**
 * The cluster of whatever a command was called on; else the one that is looked at, opened if it isn't yet.
 *
 * @throws UserError where that cluster is not open any more: a job of the same name is another one elsewhere
 * @throws NomadError where the address in the settings is none
 */
export async function clusterOf(
  { clusters, current }: Uses<'clusters' | 'current'>,
  argument: unknown,
): Promise<Cluster> {
  const id = clusterTarget(argument);
  const named = id === undefined ? undefined : clusters.get(id);
  if (named !== undefined) return named;
  const looked = await current.connect();
  if (id === undefined || looked.id === id) return looked;
  throw new UserError(
    `it is not open any more; the window is connected to ${clusterIdWords(looked.id)} now. Connect there first.`,
  );
}

/** The client of the moment, as the connection to the cluster may be made anew while a terminal or a port stays. */
export function clientOf({ cluster, clusters }: Uses<'cluster' | 'clusters'>): PlacedClient {
  return (clusters.get(cluster.id) ?? cluster).client;
}
