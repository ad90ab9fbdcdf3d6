import type { Node } from '../../nomad/types/node.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';

/**
 * One node as it is now.
 *
 * @throws {NomadError} of kind `notFound` for an unknown one
 */
export async function readNode(client: PlacedClient, id: string, signal?: AbortSignal): Promise<Node> {
  const { value } = await client.nodes.read(id, { signal });
  return value;
}
