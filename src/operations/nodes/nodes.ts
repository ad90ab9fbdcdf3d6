import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { UserError } from '../../base/userError.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { AllocationStub } from '../../nomad/types/allocation.ts';
import type { Node, NodeWriteResponse } from '../../nomad/types/node.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';

/** What a job has on a node. */
export interface OnNode {
  readonly namespace: string;
  readonly job: string;
  /** Of the job, such as `system`. */
  readonly type: string;
  readonly count: number;
}

export interface DrainChoice {
  /** In milliseconds, or `none`, or `now` to stop all allocations at once. */
  readonly deadline: number | 'none' | 'now';
  readonly ignoreSystemJobs: boolean;
}

/** How a drain goes. */
export interface DrainStep {
  /** How many allocations that have to leave are still there. */
  readonly left: number;
  /** What became of it; undefined while it goes on. */
  readonly end?: 'complete' | 'canceled' | 'gone';
}

/** How often a drain is looked at. */
const lookMs = 1000;

/**
 * One node as it is now.
 *
 * @throws {NomadError} of kind `notFound` for an unknown one
 */
export async function readNode(client: PlacedClient, id: string, signal?: AbortSignal): Promise<Node> {
  const { value } = await client.nodes.read(id, { signal });
  return value;
}

/** What is alive on a node by job, the most first; only what the token may see. */
export async function jobsOnNode(client: PlacedClient, id: string, signal?: AbortSignal): Promise<readonly OnNode[]> {
  const found = new Map<string, OnNode>();
  for (const { Namespace: namespace = 'default', JobID: job, JobType: type = 'service' } of await aliveOn(
    client,
    id,
    signal,
  )) {
    const key = `${namespace}/${job}`;
    found.set(key, { namespace, job, type, count: (found.get(key)?.count ?? 0) + 1 });
  }
  return [...found.values()].sort((a, b) => b.count - a.count || (a.job < b.job ? -1 : 1));
}

/** How many other nodes of the pool take allocations. */
export async function othersOfPool(client: PlacedClient, node: Node, signal?: AbortSignal): Promise<number> {
  const { value } = await client.nodes.list({ signal });
  return value.filter(
    (one) =>
      one.ID !== node.ID &&
      one.NodePool === node.NodePool &&
      one.Status === 'ready' &&
      one.SchedulingEligibility === 'eligible',
  ).length;
}

/** Moves the allocations of a node elsewhere, or changes how that is done. `node:write`. */
export async function drainNode(client: PlacedClient, node: Node, choice: DrainChoice): Promise<NodeWriteResponse> {
  await unchanged(client, node);
  return (await client.nodes.drain(node.ID, choice)).value;
}

/** Ends a drain. `node:write`. */
export async function cancelDrain(client: PlacedClient, node: Node, markEligible: boolean): Promise<NodeWriteResponse> {
  await unchanged(client, node);
  return (await client.nodes.stopDrain(node.ID, { markEligible })).value;
}

/** Lets the scheduler place allocations on a node, or not. `node:write`. */
export async function setEligibility(client: PlacedClient, node: Node, eligible: boolean): Promise<NodeWriteResponse> {
  await unchanged(client, node);
  return (await client.nodes.setEligibility(node.ID, eligible)).value;
}

/** Forgets a node. `node:write`. */
export async function purgeNode(client: PlacedClient, node: Node): Promise<NodeWriteResponse> {
  await unchanged(client, node);
  return (await client.nodes.purge(node.ID)).value;
}

/**
 * Follows a drain to its end, a step for each change.
 *
 * @throws {NomadError}; the signal's reason
 */
export async function* followDrain(
  client: PlacedClient,
  { id, clock, ignoresSystemJobs }: { readonly id: string; readonly clock: Clock; readonly ignoresSystemJobs: boolean },
  signal: AbortSignal,
): AsyncGenerator<DrainStep> {
  let last = -1;
  for (;;) {
    const node = await readNode(client, id, signal).catch((error: unknown) => {
      if (isNomadError(error, 'notFound')) return undefined;
      throw error;
    });
    if (node === undefined) {
      yield { left: 0, end: 'gone' };
      return;
    }
    const alive = await aliveOn(client, id, signal);
    const left = alive.filter(({ JobType }) => !ignoresSystemJobs || !isSystem(JobType)).length;
    if ((node.DrainStrategy ?? null) === null) {
      yield { left, end: node.LastDrain?.Status === 'canceled' ? 'canceled' : 'complete' };
      return;
    }
    if (left !== last) yield { left };
    last = left;
    await sleep(lookMs, signal, clock);
  }
}

/** Whether a drain that ignores system jobs leaves it where it is. */
export function isSystem(type: string | undefined): boolean {
  return type === 'system' || type === 'sysbatch';
}

async function aliveOn(client: PlacedClient, id: string, signal?: AbortSignal): Promise<readonly AllocationStub[]> {
  const filter = `NodeID == ${JSON.stringify(id)}`;
  const place = { namespace: '*', region: undefined, taskStates: false };
  const { value } = await client.allocations.list({ ...place, filter, signal });
  return value.filter(({ ClientStatus }) => ['running', 'pending', 'unknown'].includes(ClientStatus));
}

/** @throws UserError where somebody else decided about the node since it was asked about */
async function unchanged(client: PlacedClient, asked: Node): Promise<void> {
  const now = await readNode(client, asked.ID);
  if (standing(now) === standing(asked)) return;
  throw new UserError(
    `the node changed meanwhile: it was ${standing(asked)} and is ${standing(now)} now. Look again first.`,
  );
}

/** `ready, eligible` or `ready, draining` */
export function standing({ Status, DrainStrategy, SchedulingEligibility }: Node): string {
  const draining = (DrainStrategy ?? null) !== null;
  return `${Status}, ${draining ? 'draining' : SchedulingEligibility}`;
}
