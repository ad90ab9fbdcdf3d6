import { commands } from '../../platform/contributions.ts';
import { nodeCapabilities } from '../../state/tables/capabilities.ts';
import { driverStatus, nodeStatus, serversStatus, serverStatus } from '../../wording/nodeStatus.ts';
import { capped } from '../arrange.ts';
import { face, goneFace } from '../face.ts';
import { aliveOn, drainProgress } from '../onNode.ts';
import type { DriverRow, LayoutContext, NodeRow, Row, ServerRow, ServersRow } from '../rows.ts';
import type { RowKind } from './kind.ts';

/** A client node; under it what is wrong with its drivers, what runs there, and its other drivers. */
export const nodeKind: RowKind<NodeRow> = {
  exists: (store, { node }) => store.records('nodes').has(node),
  face: ({ source: { store } }, row) => {
    const node = store.records('nodes').get(row.node);
    if (node === undefined) return goneFace(row.node);
    return face('node', node.name, nodeStatus(node, drainProgress(store, node)), nodeCapabilities(), 'collapsed');
  },
  children: childrenOfNode,
  parent: () => undefined,
  affectedBy: 'allocation',
  opens: () => commands.showNode,
};

function childrenOfNode(context: LayoutContext, row: NodeRow): readonly Row[] {
  const { source, rows } = context;
  const drivers = source.store.records('nodes').get(row.node)?.drivers ?? [];
  const found: Row[] = [];
  if (source.loadFailure(row.node) !== undefined) found.push(rows.message('failed', row));
  const driverRows = (healthy: boolean) =>
    drivers.filter((one) => one.healthy === healthy).map(({ name }) => rows.driver(row.node, name));
  found.push(...driverRows(false));
  const alive = aliveOn(source.store, row.node);
  found.push(...capped(context, row, alive, (one) => rows.allocation(one.jobKey, one.id)));
  found.push(...driverRows(true));
  return found.length > 0 ? found : [rows.message('nothing', row)];
}

/** A driver of a node. */
export const driverKind: RowKind<DriverRow> = {
  exists: (store, { node }) => store.records('nodes').has(node),
  face: ({ source }, row) => {
    const driver = source.store
      .records('nodes')
      .get(row.node)
      ?.drivers.find(({ name }) => name === row.driver);
    return driver === undefined
      ? goneFace(row.driver)
      : face('driver', row.driver, driverStatus(driver), 'driver', 'none');
  },
  children: () => [],
  parent: ({ rows }, { node }) => rows.node(node),
  affectedBy: 'allocation',
  opens: () => commands.showNode,
};

/** All servers; under it each of them. */
export const serversKind: RowKind<ServersRow> = {
  exists: (store) => store.records('servers').size > 0,
  face: ({ source }) =>
    face('', 'Servers', serversStatus([...source.store.records('servers').values()]), 'servers', 'collapsed'),
  children: ({ source, rows }) => [...source.store.records('servers').keys()].sort().map((name) => rows.server(name)),
  parent: () => undefined,
  affectedBy: 'allocation',
  opens: () => undefined,
};

/** A server. */
export const serverKind: RowKind<ServerRow> = {
  exists: (store, { server }) => store.records('servers').has(server),
  face: ({ source }, row) => {
    const server = source.store.records('servers').get(row.server);
    return server === undefined
      ? goneFace(row.server)
      : face('server', server.name, serverStatus(server), 'server', 'none');
  },
  children: () => [],
  parent: ({ rows }) => rows.servers(),
  affectedBy: 'allocation',
  opens: () => undefined,
};
