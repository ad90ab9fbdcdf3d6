import { createHash } from 'node:crypto';
import { type CheckResult, type PlacedCheck, checksOf } from '../client/checkRunner.ts';
import { textOf, textOr } from '../scheduler/resources.ts';
import type { AllocationRecord } from '../state/records.ts';
import { find } from './clientAllocations.ts';
import type { Answer, Exchange } from './exchange.ts';
import type { Route } from './route.ts';

/** The health checks of an allocation's services: `/v1/client/allocation/:id/checks`, `/v1/allocation/:id/checks`. */
export const checkRoutes: readonly Route[] = [
  { path: /^\/v1(?:\/client)?\/allocation\/([^/]*)\/checks$/, handle: (x, [id = '']) => checks(x, id) },
];

/** A check of a simulated task is `pending` for so long after that has started, and then a success. */
const pendingMs = 1000;

function checks(exchange: Exchange, id: string): Answer {
  const allocation = find(exchange, id, 'read-job');
  const results = checksOf(allocation).map((placed) => result(exchange, allocation, placed));
  const found = results.flatMap((item) => (item === undefined ? [] : [[item.ID, item] as const]));
  return { body: found.length === 0 ? null : Object.fromEntries(found) };
}

function result(exchange: Exchange, allocation: AllocationRecord, placed: PlacedCheck) {
  const { check, task, name, isIgnored } = placed;
  const { Status, Output, StatusCode, at } = answerOf(exchange, allocation, placed) ?? {};
  if (at === undefined) return undefined;
  const hash = createHash(exchange.isOld ? 'md5' : 'sha256');
  const ID = hash.update(`${allocation.ID}\0${placed.key}`).digest('hex');
  return {
    ID,
    Mode: isIgnored ? 'readiness' : 'healthiness',
    Status,
    ...(StatusCode === undefined ? {} : { StatusCode }),
    Output,
    Timestamp: Math.floor(at / 1000),
    Group: allocation.Name,
    ...(task === '' ? {} : { Task: task }),
    Service: name,
    Check: textOr(textOf(check['Name']), `service: "${name}" check`),
  };
}

function answerOf(
  exchange: Exchange,
  allocation: AllocationRecord,
  { check, task, key, isReal }: PlacedCheck,
): Partial<CheckResult> | undefined {
  if (isReal) return exchange.cluster.client.runner(allocation.ID)?.checks?.get(key);
  const startedMs = startOf(allocation, task);
  if (startedMs === undefined) return undefined;
  const at = exchange.store.clock.now();
  if (at - startedMs < exchange.cluster.paceMs(pendingMs))
    return { Status: 'pending', Output: 'nomad: waiting to run', at };
  const kind = textOf(check['Type']);
  return { Status: 'success', Output: `nomad: ${kind} ok`, at, ...(kind === 'http' ? { StatusCode: 200 } : {}) };
}

/** When the service's task, or the first task of the group, began to run; undefined where none runs. */
function startOf(allocation: AllocationRecord, task: string): number | undefined {
  const states = Object.entries(allocation.TaskStates ?? {}).filter(([name]) => task === '' || name === task);
  const running = states.flatMap(([, { State, StartedAt }]) =>
    State === 'running' && StartedAt ? [Date.parse(StartedAt)] : [],
  );
  return running.length === 0 ? undefined : Math.min(...running);
}
