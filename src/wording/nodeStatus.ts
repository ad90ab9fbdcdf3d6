import type { DriverRecord, NodeRecord, Room, ServerRecord } from '../state/tables/nodeRecords.ts';
import { because, joined, some, status } from './statusWords.ts';
import type { Status, Tone } from './statusWords.ts';
import { clean } from '../state/tables/wire.ts';

/** How far a drain is: what was there when it began, and what of that is left. */
export interface DrainProgress {
  readonly left: number;
  readonly total: number;
}

const nodeTones: ReadonlyMap<string, Tone> = new Map<string, Tone>([
  ['ready', 'good'],
  ['initializing', 'pending'],
  ['disconnected', 'warning'],
  ['down', 'bad'],
]);

/**
 * The state of a node: what keeps allocations away comes first, then what it is.
 *
 * @param drain how far its drain is, where that is known
 */
export function nodeStatus(node: NodeRecord, drain?: DrainProgress): Status {
  const what = [clean(node.pool ?? ''), clean(node.nodeClass ?? ''), clean(node.datacenter)];
  const state = node.status === '' ? 'unknown' : clean(node.status);
  const unhealthy = node.drivers.filter(({ healthy }) => !healthy).map(({ name }) => clean(name));
  const drivers = unhealthy.length === 0 ? undefined : `${unhealthy.join(', ')} unhealthy`;
  const draining = node.draining ? drainWords(drain) : undefined;
  const kept = node.eligible || node.draining ? undefined : 'ineligible';
  if (node.status !== 'ready') {
    const tone = nodeTones.get(node.status) ?? 'unknown';
    return status(tone, state, [because(state, reasonOf(node)), draining, kept, ...what]);
  }
  if (draining !== undefined) return status('deploying', 'draining', [draining, drivers, ...what]);
  if (kept !== undefined) return status('paused', kept, [kept, drivers, ...what]);
  return status(drivers === undefined ? 'good' : 'warning', state, [drivers, state, ...what]);
}

/** The description of a status that says more than the status: heartbeats that were missed go without saying. */
function reasonOf({ statusDescription }: NodeRecord): string {
  return statusDescription === 'heartbeat missed' ? '' : statusDescription;
}

/** `draining 3 of 7 left` */
function drainWords(drain: DrainProgress | undefined): string {
  if (drain === undefined) return 'draining';
  return `draining ${String(drain.left)} of ${String(drain.total)} left`;
}

/** The state of a driver, with what it says where it is unhealthy. */
export function driverStatus({ healthy, description }: DriverRecord): Status {
  if (healthy) return status('good', 'healthy');
  return status('bad', 'unhealthy', [because('unhealthy', description)]);
}

const serverTones: ReadonlyMap<string, Tone> = new Map<string, Tone>([
  ['alive', 'good'],
  ['leaving', 'pending'],
  ['left', 'stopped'],
  ['failed', 'bad'],
]);

/** The state of a server: that of the gossip pool where it isn't in it, else what autopilot says of its health. */
export function serverStatus(server: ServerRecord): Status {
  const rest = [server.leader ? 'leader' : undefined, server.voter === false ? 'non-voter' : undefined, server.version];
  const word = server.status === '' ? 'unknown' : clean(server.status);
  if (word !== 'alive') return status(serverTones.get(word) ?? 'unknown', word, [word, ...rest]);
  if (server.healthy === undefined) return status('good', word, [word, ...rest]);
  const health = server.healthy ? 'healthy' : 'unhealthy';
  return status(server.healthy ? 'good' : 'bad', health, [health, ...rest]);
}

/** All servers in one line: what is wrong, who leads, how many there are. */
export function serversStatus(servers: readonly ServerRecord[]): Status {
  const failed = servers.filter((server) => server.status === 'failed').length;
  const unhealthy = servers.filter((server) => server.status === 'alive' && server.healthy === false).length;
  const leader = servers.find((server) => server.leader);
  const leads = leader === undefined ? 'no leader' : `leader ${clean(leader.name)}`;
  const wrong = leader === undefined || failed > 0 || unhealthy > 0;
  const known = servers.length > 0 && servers.every((server) => server.healthy !== undefined);
  const word = wrong ? 'in trouble' : known ? 'healthy' : 'alive';
  const troubles = [some(failed, 'failed'), some(unhealthy, 'unhealthy')];
  const first = wrong ? [leader === undefined ? leads : undefined, ...troubles] : [word];
  return status(wrong ? 'bad' : 'good', word, [...first, leader === undefined ? undefined : leads]);
}

/** `1200 of 8000 MHz allocated, 6800 available` */
export function roomWords(given: number | undefined, has: number, unit: string): string {
  if (given === undefined) return `${String(has)} ${unit}`;
  return `${String(given)} of ${String(has)} ${unit} allocated, ${String(Math.max(0, has - given))} available`;
}

/** Both in one line, for a document. */
export function roomLine(given: Room | undefined, has: Room): string {
  return joined([roomWords(given?.cpuMhz, has.cpuMhz, 'MHz'), roomWords(given?.memoryMib, has.memoryMib, 'MiB')]);
}
