import type { Open } from './open.ts';

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
  Attributes?: Record<string, string> | null;
  Meta?: Record<string, string> | null;
  [field: string]: unknown;
}
