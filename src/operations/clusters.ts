import type { PlacedClient } from '../state/tables/placedClient.ts';

/** A namespace, and what people say of it. */
export interface NamespaceSummary {
  readonly name: string;
  readonly description: string;
}

/**
 * Lists the namespaces that the token may see.
 *
 * @throws NomadError; the signal's reason
 */
export async function readNamespaces(client: PlacedClient, signal: AbortSignal): Promise<readonly NamespaceSummary[]> {
  const { value } = await client.agent.namespaces({ signal });
  return value.map(({ Name, Description }) => ({ name: Name, description: Description ?? '' }));
}

/**
 * Whether the cluster looks at tokens at all. It knows the one that is used if this resolves.
 *
 * @throws NomadError, as `denied` for a token that it does not know
 */
export async function usesTokens(client: PlacedClient): Promise<boolean> {
  const { value } = await client.agent.tokenSelf();
  return value.AccessorID !== 'acls-disabled';
}
