import { NothingToDo } from '../../base/userError.ts';
import type { Uses } from '../../commands/command.ts';
import { nodeTarget } from '../../commands/targets.ts';
import type { Node } from '../../nomad/types/node.ts';
import { readNode } from '../../operations/nodes/nodes.ts';
import { attempt } from '../../platform/attempt.ts';
import { withProgress, withQuietProgress } from '../../platform/signals.ts';
import type { NodeRecord } from '../../state/tables/nodeRecords.ts';
import { nodeStatus } from '../../wording/nodeStatus.ts';

type Used = Uses<'cluster' | 'ask'>;

/** What a node is chosen for. */
export interface Wanted {
  /** `Drain a node`, to which the cluster is added. */
  readonly deed: string;
  /** `No node can be purged`, likewise. */
  readonly none: string;
  readonly accept: (node: NodeRecord) => boolean;
}

/**
 * The node as the server has it now: a row may be seconds old, and the decision is made on what is asked here.
 *
 * @throws NothingToDo where there is none to choose
 */
export async function chooseNode(given: Used, argument: unknown, wanted: Wanted): Promise<Node | undefined> {
  const id = nodeTarget(argument) ?? (await pickNode(given, wanted));
  if (id === undefined) return undefined;
  return withQuietProgress('Reading the node', (signal) =>
    attempt({ what: `read the node ${id.slice(0, 8)}`, needs: { capability: 'node:read' } }, () =>
      readNode(given.cluster.client, id, signal),
    ),
  );
}

async function pickNode({ cluster, ask }: Used, { deed, none, accept }: Wanted): Promise<string | undefined> {
  const { label, store } = cluster;
  await withProgress('Reading the nodes', () =>
    attempt({ what: 'read the nodes', needs: { capability: 'node:read' } }, async () => (await cluster.nodes()).list()),
  );
  const choices = [...store.records('nodes').values()]
    .filter(accept)
    .map((node) => ({ node, status: nodeStatus(node) }))
    .sort((a, b) => a.status.rank - b.status.rank || a.node.name.localeCompare(b.node.name))
    .map(({ node, status }) => ({
      label: node.name,
      description: status.detail,
      detail: node.id.slice(0, 8),
      value: node.id,
    }));
  if (choices.length === 0) throw new NothingToDo(`${none} on ${label}.`);
  return ask.pick(`${deed} on ${label}`, choices, 'Name of the node');
}
