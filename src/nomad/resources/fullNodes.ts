import { NodesApi } from './nodes.ts';
import { segment, whole } from '../http/query.ts';
import type { Answer, ReadOptions, WriteOptions } from '../http/query.ts';
import { anything } from '../http/shape.ts';
import type { Allocation } from '../types/allocation.ts';
import type { NodeWriteResponse } from '../types/node.ts';
import type { ClientStats } from '../types/stats.ts';

export interface DrainOptions extends WriteOptions {
  /** How long allocations may take to leave: milliseconds, or `none`, or `now` to stop them at once. */
  deadline: number | 'none' | 'now';
  /** Leaves the allocations of system jobs where they are. */
  ignoreSystemJobs?: boolean | undefined;
  /** Kept with the drain. Since 1.1. */
  meta?: Record<string, string> | undefined;
}

/** The deadlines that aren't times, as the API takes them. */
const deadlines = { none: 0, now: -1 } as const;

/**
 * Nodes, and what can be done to them: `/v1/node/:id/…`, `/v1/client/…`. Every write needs the policy `node:write`; one
 * on an unknown node is an error of kind `rejected`. Each gives the evaluations that it made. `id` is a node's whole
 * id, `options` are those of every read or write and what else is named.
 */
export class FullNodesApi extends NodesApi {
  /**
   * Whole allocations with their jobs, so large; empty for an unknown node. Blocks. The policy `node:read`, and
   * `read-job`: allocations in other namespaces are left out. Since 0.1.
   */
  async allocations(id: string, options: ReadOptions = {}): Promise<Answer<Allocation[]>> {
    return this.getList(`${path(id)}/allocations`, options);
  }

  /**
   * Lets the scheduler place allocations on the node, or not where `eligible` is false; refused while it drains. Since
   * 0.8.
   */
  async setEligibility(id: string, eligible: boolean, options: WriteOptions = {}): Promise<Answer<NodeWriteResponse>> {
    return this.#write(id, 'eligibility', options, { Eligibility: eligible ? 'eligible' : 'ineligible' });
  }

  /** Moves the allocations elsewhere within the `deadline`; the node stays ineligible after that. Since 0.8. */
  async drain(id: string, options: DrainOptions): Promise<Answer<NodeWriteResponse>> {
    const { deadline, ignoreSystemJobs = false, meta } = options;
    // A deadline of 0 would mean none, and one below that now.
    const Deadline =
      typeof deadline === 'number' ? Math.max(1, whole('deadline', Math.round(deadline * 1e6))) : deadlines[deadline];
    return this.#write(id, 'drain', options, {
      DrainSpec: { Deadline, IgnoreSystemJobs: ignoreSystemJobs },
      Meta: meta,
    });
  }

  /** Ends a drain; the node becomes eligible unless `markEligible` is false. Since 0.8. */
  async stopDrain(
    id: string,
    options: WriteOptions & { markEligible?: boolean | undefined } = {},
  ): Promise<Answer<NodeWriteResponse>> {
    return this.#write(id, 'drain', options, { DrainSpec: null, MarkEligible: options.markEligible !== false });
  }

  /** Has the scheduler look at every job of the node again. Since 0.1. */
  evaluate(id: string, options: WriteOptions = {}): Promise<Answer<NodeWriteResponse>> {
    return this.#write(id, 'evaluate', options);
  }

  /** Forgets a node. One that still runs registers again. Since 0.7. */
  purge(id: string, options: WriteOptions = {}): Promise<Answer<NodeWriteResponse>> {
    return this.#write(id, 'purge', options);
  }

  /**
   * What the machine uses now; of the agent's own node without an `id`. Doesn't block. The policy `node:read`. Since
   * 0.4.
   */
  async stats(id?: string, options: ReadOptions = {}): Promise<Answer<ClientStats>> {
    return this.get('/v1/client/stats', options, { node_id: id });
  }

  /** Removes what finished allocations left on a node; on the agent's own without an `id`. Since 0.5.2. */
  async collectGarbage(id?: string, options: WriteOptions = {}): Promise<Answer<unknown>> {
    return this.send('/v1/client/gc', options, undefined, { node_id: id }, anything);
  }

  async #write(id: string, part: string, options: WriteOptions, body?: unknown): Promise<Answer<NodeWriteResponse>> {
    return this.send(`${path(id)}/${part}`, options, body);
  }
}

function path(id: string): string {
  return `/v1/node/${segment('node id', id)}`;
}
