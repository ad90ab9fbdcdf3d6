import { driverStatus, nodeStatus, roomWords, serversStatus, serverStatus } from '../../wording/nodeStatus.ts';
import { drainProgress } from '../onNode.ts';
import type { DriverRow, NodeRow, RowSource, ServerRow } from '../rows.ts';
import { moment, stateOf, type MaybeFact } from './fact.ts';

export function nodeFacts(source: RowSource, row: NodeRow): readonly MaybeFact[] {
  const { store } = source;
  const node = store.records('nodes').get(row.node);
  if (node === undefined) return [];
  const { room, allocated, drain } = node;
  const drivers = (healthy: boolean) => node.drivers.filter((one) => one.healthy === healthy).map(({ name }) => name);
  const ends = node.draining && drain !== undefined ? (moment(source, drain.deadlineMs) ?? 'none') : undefined;
  return [
    stateOf(nodeStatus(node, drainProgress(store, node))),
    ['Id', node.id],
    ['Node pool', node.pool],
    ['Class', node.nodeClass],
    ['Datacenter', node.datacenter],
    ['Eligibility', node.eligible ? 'eligible' : 'ineligible'],
    ['Drain deadline', ends],
    ['Cpu', room === undefined ? undefined : roomWords(allocated?.cpuMhz, room.cpuMhz, 'MHz')],
    ['Memory', room === undefined ? undefined : roomWords(allocated?.memoryMib, room.memoryMib, 'MiB')],
    ['Drivers', drivers(true).join(', ')],
    ['Unhealthy', drivers(false).join(', ')],
    ['Address', node.address],
    ['Version', node.version],
  ];
}

export function driverFacts({ store }: RowSource, row: DriverRow): readonly MaybeFact[] {
  const driver = store
    .records('nodes')
    .get(row.node)
    ?.drivers.find(({ name }) => name === row.driver);
  return driver === undefined ? [] : [stateOf(driverStatus(driver)), ['Says', driver.description]];
}

export function serversFacts({ store }: RowSource): readonly MaybeFact[] {
  return [stateOf(serversStatus([...store.records('servers').values()]))];
}

export function serverFacts(source: RowSource, row: ServerRow): readonly MaybeFact[] {
  const server = source.store.records('servers').get(row.server);
  if (server === undefined) return [];
  return [
    stateOf(serverStatus(server)),
    ['Status', server.status],
    ['Leader', String(server.leader)],
    ['Healthy', server.healthy === undefined ? undefined : String(server.healthy)],
    ['Voter', server.voter === undefined ? undefined : String(server.voter)],
    ['Stable since', moment(source, server.stableSinceMs)],
    ['Address', server.address],
    ['Region', server.region],
    ['Datacenter', server.datacenter],
    ['Version', server.version],
  ];
}
