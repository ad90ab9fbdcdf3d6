import * as vscode from 'vscode';
import { fileName } from '../../base/plain.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { nodeText } from '../../operations/nodes/nodeText.ts';
import { schemes } from '../../platform/contributions.ts';
import { documentUri } from '../../platform/documentUri.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { chooseNode } from './chosenNode.ts';

export const entry = {
  doing: 'show the node',
  effect: 'read',
  needs: 'cluster',
  about: 'node',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Show node',
  icon: '$(info)',
  menus: {
    'view/item/context': [
      { when: 'view =~ /^nomad\\./ && viewItem =~ /^node\\b/', group: 'inline@1' },
      { when: 'view =~ /^nomad\\./ && viewItem =~ /^node\\b/', group: '1_node@1' },
    ],
  },
};

/** Shows all that is known of a node as a document to search in, a line for each attribute. */
export async function showNode(given: Uses<'cluster' | 'ask' | 'nodes'>, argument: unknown): Promise<void> {
  const { cluster, nodes } = given;
  const wanted = { deed: 'Show a node', none: 'There is no node', accept: () => true };
  const node = await chooseNode(given, argument, wanted);
  if (node === undefined) return;
  const uri = documentUri(schemes.node, `${fileName(node.Name)} node`, { cluster: cluster.id, node: node.ID });
  nodes.set(uri, nodeText(node, cluster.store.records('nodes').get(node.ID)?.allocated));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
}
