import { createHash } from 'node:crypto';
import { servicesOf } from '../cluster/services.ts';
import { listOf, textOf, textOr } from '../scheduler/resources.ts';
import type { AllocationRecord } from '../state/records.ts';
import { find } from './clientAllocations.ts';
import type { Answer, Exchange } from './exchange.ts';
import type { Route } from './route.ts';

/** The health checks of an allocation's services: `/v1/client/allocation/:id/checks`, `/v1/allocation/:id/checks`. */
export const checkRoutes: readonly Route[] = [
  { path: /^\/v1(?:\/client)?\/allocation\/([^/]*)\/checks$/, handle: (x, [id = '']) => checks(x, id) },
];

/** A check is `pending` for so long after its task has started, and then a success: nothing is really asked. */
const pendingMs = 1000;

function checks(exchange: Exchange, id: string): Answer {
  const allocation = find(exchange, id, 'read-job');
  const results = servicesOf(allocation).flatMap(({ block, task, name }) =>
    listOf(block['Checks']).map((check, at) => result(exchange, allocation, { check, task, name, at })),
  );
  const found = results.flatMap((item) => (item === undefined ? [] : [[item.ID, item] as const]));
  return { body: found.length === 0 ? null : Object.fromEntries(found) };
}

interface Placed {
  readonly check: Record<string, unknown>;
  readonly task: string;
  readonly name: string;
  readonly at: number;
}

function result(exchange: Exchange, allocation: AllocationRecord, { check, task, name, at }: Placed) {
  const startedMs = startOf(allocation, task);
  if (startedMs === undefined) return undefined;
  const hash = createHash(exchange.isOld ? 'md5' : 'sha256');
  const ID = hash.update([allocation.ID, task, name, String(at)].join('\0')).digest('hex');
  const kind = textOf(check['Type']);
  const isDone = exchange.store.clock.now() - startedMs >= exchange.cluster.paceMs(pendingMs);
  return {
    ID,
    Mode: check['OnUpdate'] === 'ignore' ? 'readiness' : 'healthiness',
    Status: isDone ? 'success' : 'pending',
    ...(isDone && kind === 'http' ? { StatusCode: 200 } : {}),
    Output: isDone ? `nomad: ${kind} ok` : 'nomad: waiting to run',
    Timestamp: Math.floor(exchange.store.clock.now() / 1000),
    Group: allocation.Name,
    ...(task === '' ? {} : { Task: task }),
    Service: name,
    Check: textOr(textOf(check['Name']), `service: "${name}" check`),
  };
}

/** When the service's task, or the first task of the group, began to run; undefined where none runs. */
function startOf(allocation: AllocationRecord, task: string): number | undefined {
  const states = Object.entries(allocation.TaskStates ?? {}).filter(([name]) => task === '' || name === task);
  const running = states.flatMap(([, { State, StartedAt }]) =>
    State === 'running' && StartedAt ? [Date.parse(StartedAt)] : [],
  );
  return running.length === 0 ? undefined : Math.min(...running);
}
