import { isNomadError } from '../../nomad/http/errors.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { clean } from '../../state/tables/wire.ts';
import type { AgentTarget } from './types.ts';

/** An agent whose log can be asked for. */
export interface Agent {
  readonly kind: 'connected' | 'server' | 'client';
  /** Of the server or of the node; empty for the one that is asked. */
  readonly name: string;
  /** In Nomad's words: `alive`, `ready`; undefined for the one that is asked. */
  readonly status?: string;
  /** Of a node. */
  readonly id?: string;
  readonly target: Pick<AgentTarget, 'agent' | 'region'>;
}

/**
 * The agents of a cluster: the one that answers, the servers, those of federated regions too, and the clients of the region.
 * Where the token may not list them (`node:read`) the first is left.
 *
 * `GET /v1/agent/members`, `GET /v1/nodes`
 *
 * @throws NomadError; the signal's reason
 */
export async function readAgents(
  client: PlacedClient,
  { region }: { readonly region: string | undefined },
  signal: AbortSignal,
): Promise<readonly Agent[]> {
  const [servers, nodes] = await Promise.all([
    ifAllowed(serversOf(client, region, signal)),
    ifAllowed(clientsOf(client, region, signal)),
  ]);
  return [{ kind: 'connected', name: '', target: { agent: 'connected', region: undefined } }, ...servers, ...nodes];
}

async function serversOf(client: PlacedClient, shown: string | undefined, signal: AbortSignal): Promise<Agent[]> {
  const { value } = await client.agent.members({ signal });
  const here = shown ?? value.ServerRegion;
  const servers = (value.Members ?? []).map(({ Name, Status = '', Tags }): Agent => {
    const region = Tags?.['region'];
    const target = { agent: { serverId: Name }, region: region === here ? undefined : region };
    return { kind: 'server', name: clean(Name), status: clean(Status), target };
  });
  return servers.sort(byName);
}

async function clientsOf(client: PlacedClient, region: string | undefined, signal: AbortSignal): Promise<Agent[]> {
  const { value } = await client.nodes.list({ region, signal });
  const nodes = value.map(({ ID, Name, Status }): Agent => {
    const target = { agent: { nodeId: ID }, region: undefined };
    return { kind: 'client', name: clean(Name), status: clean(Status), id: ID, target };
  });
  return nodes.sort(byName);
}

function byName(one: Agent, other: Agent): number {
  return one.name.localeCompare(other.name, undefined, { numeric: true });
}

async function ifAllowed(reading: Promise<Agent[]>): Promise<Agent[]> {
  try {
    return await reading;
  } catch (error) {
    if (isNomadError(error, 'denied')) return [];
    throw error;
  }
}
