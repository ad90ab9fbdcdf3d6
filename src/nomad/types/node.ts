import type { Nanoseconds, Open, WireTime } from './open.ts';

/** A row of `GET /v1/nodes`. */
export interface NodeStub {
  ID: string;
  Name: string;
  Address?: string;
  Datacenter: string;
  NodeClass?: string;
  NodePool?: string;
  Version?: string;
  Drain: boolean;
  SchedulingEligibility: Open<'eligible' | 'ineligible'>;
  Status: Open<'initializing' | 'ready' | 'down' | 'disconnected'>;
  StatusDescription?: string;
  CreateIndex: number;
  ModifyIndex: number;
}

/** What the extension reads of `GET /v1/node/:id`. */
export interface Node extends NodeStub {
  HTTPAddr?: string;
  DrainStrategy?: DrainStrategy | null;
  Attributes?: Record<string, string> | null;
  Meta?: Record<string, string> | null;
  [field: string]: unknown;
}

/** How a node is being drained. */
export interface DrainStrategy {
  /** Nanoseconds; 0: none, below 0: at once. */
  Deadline?: Nanoseconds;
  IgnoreSystemJobs?: boolean;
  ForceDeadline?: WireTime | null;
  StartedAt?: WireTime | null;
}

/** Answer of every write on a node. */
export interface NodeWriteResponse {
  NodeModifyIndex: number;
  EvalIDs?: string[] | null;
  EvalCreateIndex?: number;
  Index?: number;
}
