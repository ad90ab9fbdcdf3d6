import { Refusal, invalidMethod } from '../cluster/refusal.ts';
import { recordOf, textOf } from '../scheduler/resources.ts';
import { type AllocationRecord, isClientTerminal } from '../state/records.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { checkId } from './listing.ts';
import type { Route } from './route.ts';

/** `/v1/client/allocation/:id/…`, which a cluster passes on to the allocation's node. */
export const clientAllocationRoutes: readonly Route[] = [
  { path: /^\/v1\/client\/allocation\/([^/]*)\/([^/]*)$/, handle: (x, [id = '', word = '']) => dispatch(x, id, word) },
  {
    path: /^\/v1\/client\/allocation\/.*$/,
    handle: () => {
      throw new Refusal(404, 'resource not found');
    },
  },
];

async function dispatch(exchange: Exchange, id: string, word: string): Promise<Answer> {
  if (word === 'restart') return restart(exchange, id);
  if (word === 'stats') return stats(exchange, find(exchange, id, 'read-job'));
  if (word === 'signal') return signal(exchange, id);
  if (word === 'gc') return collect(exchange, find(exchange, id, 'submit-job'));
  if (word === 'exec') throw noUpgrade(exchange.isOld);
  if (word === 'pause' && !exchange.isOld) throw new Refusal(500, 'Enterprise only');
  throw new Refusal(404, 'resource not found');
}

/** Why a session that is asked for by plain HTTP can't be. */
export function noUpgrade(isOld: boolean): Refusal {
  if (!isOld) return new Refusal(500, 'websocket connection not found in context');
  return new Refusal(
    400,
    "Bad Request\nfailed to upgrade connection: websocket: the client is not using the websocket protocol: 'upgrade' token not found in 'Connection' header",
    'text/plain; charset=utf-8',
  );
}

/** The allocation, when it is there and the token has the right. */
export function find(exchange: Exchange, id: string, capability: string): AllocationRecord {
  checkId(id, 'alloc');
  const allocation = exchange.store.allocations.get(id);
  if (allocation === undefined) throw new Refusal(404, `Unknown allocation "${id}"`);
  exchange.require(capability, allocation.Namespace);
  if (isAway(exchange.store.nodes.get(allocation.NodeID)?.Status)) throw new Refusal(404, 'No path to node');
  return allocation;
}

async function restart(exchange: Exchange, id: string): Promise<Answer> {
  const body = await exchange.optionalBody();
  const { ID } = find(exchange, id, 'alloc-lifecycle');
  await exchange.cluster.allocations.restart(ID, textOf(field(body, 'TaskName')), field(body, 'AllTasks') === true);
  return { body: { Index: 0 } };
}

async function signal(exchange: Exchange, id: string): Promise<Answer> {
  if (!exchange.isWrite) throw invalidMethod();
  const body = await exchange.body().catch((error: unknown) => {
    throw error instanceof Refusal ? new Refusal(400, `Failed to decode body: ${error.message}`) : error;
  });
  const { ID } = find(exchange, id, 'alloc-lifecycle');
  exchange.cluster.allocations.signal(ID, textOf(field(body, 'Task')), textOf(field(body, 'Signal')));
  return { body: { Index: 0 } };
}

function collect(exchange: Exchange, allocation: AllocationRecord): Answer {
  if (!isClientTerminal(allocation)) {
    throw new Refusal(500, 'No such allocation on client, or allocation not eligible for GC');
  }
  exchange.cluster.client.forget(allocation.ID);
  return { text: '' };
}

interface Usage {
  readonly percent: number;
  readonly ticks: number;
  readonly rss: number;
}

const idle: Usage = { percent: 0, ticks: 0, rss: 0 };

function usageBody({ percent, ticks, rss }: Usage): Record<string, unknown> {
  const measured = rss > 0;
  return {
    CpuStats: {
      Measured: measured ? ['System Mode', 'User Mode', 'Percent'] : null,
      Percent: percent,
      SystemMode: percent / 4,
      UserMode: (percent * 3) / 4,
      TotalTicks: ticks,
      ThrottledPeriods: 0,
      ThrottledTime: 0,
    },
    MemoryStats: {
      Measured: measured ? ['RSS', 'Swap'] : null,
      RSS: rss,
      Cache: 0,
      Swap: 0,
      MappedFile: 0,
      Usage: 0,
      MaxUsage: 0,
      KernelUsage: 0,
      KernelMaxUsage: 0,
    },
    DeviceStats: [],
  };
}

/** Of each core of the simulated machines. */
const coreMhz = 2500;

/** What a real process uses, else a plausible figure below what the task asked for, which drifts with time. */
function usageOf(exchange: Exchange, allocation: AllocationRecord, task: string): Usage {
  const real = exchange.cluster.runtime.running(allocation.ID, task)?.measure?.();
  if (real !== undefined) {
    return { percent: real.percent, ticks: (real.percent / 100) * coreMhz, rss: real.rssBytes };
  }
  const runner = exchange.cluster.client.task(allocation.ID, task);
  const running = allocation.hollow ? allocation.ClientStatus === 'running' : runner?.isRunning === true;
  if (!running) return idle;
  const resources = recordOf(recordOf(recordOf(allocation.AllocatedResources)['Tasks'])[task]);
  const cpu = Number(recordOf(resources['Cpu'])['CpuShares'] ?? 100);
  const memory = Number(recordOf(resources['Memory'])['MemoryMB'] ?? 100);
  const phase = exchange.store.clock.now() / 20_000 + Number.parseInt(allocation.ID.slice(0, 4), 16);
  const share = 0.35 + 0.2 * Math.sin(phase);
  return {
    percent: share * 20,
    ticks: cpu * share,
    rss: Math.round(memory * 1048576 * (0.4 + 0.1 * Math.sin(phase / 7))),
  };
}

function stats(exchange: Exchange, allocation: AllocationRecord): Answer {
  const wanted = exchange.query.get('task');
  const group = allocation.Job.TaskGroups?.find(({ Name }) => Name === allocation.TaskGroup);
  const names = (group?.Tasks ?? []).map(({ Name }) => Name).filter((name) => wanted === null || name === wanted);
  const Timestamp = exchange.store.clock.now() * 1e6;
  const usages = names.map((name) => [name, usageOf(exchange, allocation, name)] as const);
  const total = usages.reduce(
    (sum, [, usage]) => ({
      percent: sum.percent + usage.percent,
      ticks: sum.ticks + usage.ticks,
      rss: sum.rss + usage.rss,
    }),
    idle,
  );
  const Tasks = Object.fromEntries(
    usages.map(([name, usage]) => [name, { ResourceUsage: usageBody(usage), Timestamp, Pids: null }]),
  );
  return { body: { ResourceUsage: usageBody(total), Tasks, Timestamp } };
}

function isAway(status: string | undefined): boolean {
  return status === 'down' || status === 'disconnected';
}
