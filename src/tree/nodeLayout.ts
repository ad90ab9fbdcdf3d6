import { compareText } from '../base/compareText.ts';
import type { NodeRecord } from '../state/tables/nodeRecords.ts';
import { nodeStatus } from '../wording/nodeStatus.ts';
import { isProblem } from '../wording/statusWords.ts';
import { capped, counting } from './arrange.ts';
import { matches } from './filter.ts';
import type { Layout, LayoutContext, Row } from './rows.ts';

/** The servers in one row, then the nodes: those with a problem first, then those that drain or take nothing, by name. */
export const nodeLayout: Layout = { view: 'nodes', roots };

function roots(context: LayoutContext): readonly Row[] {
  const { source, rows } = context;
  const { store, filter } = source;
  const failed = source.loadFailure(undefined) === undefined ? [] : [rows.message('failed', undefined)];
  const servers = store.records('servers').size === 0 ? [] : [rows.servers()];
  const all = [...store.records('nodes').values()];
  const shown = all
    .filter((node) =>
      matches(filter.text, [node.name, node.id, node.pool, node.nodeClass, node.datacenter, node.status]),
    )
    .map((node) => ({ node, status: nodeStatus(node) }))
    .filter(({ status }) => !filter.problemsOnly || isProblem(status));
  if (shown.length === 0 && all.length > 0)
    return [...failed, ...servers, counting(context, 'hidden', undefined, all.length)];
  shown.sort((a, b) => a.status.rank - b.status.rank || byName(a.node, b.node));
  return [...failed, ...servers, ...capped(context, undefined, shown, ({ node }) => rows.node(node.id))];
}

function byName(a: NodeRecord, b: NodeRecord): number {
  return compareText(a.name, b.name) || compareText(a.id, b.id);
}
