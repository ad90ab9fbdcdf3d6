import type { Open } from './open.ts';
import type { Allocation } from './allocation.ts';
import type { Deployment } from './deployment.ts';
import type { Evaluation } from './evaluation.ts';
import type { Job } from './job.ts';
import type { Node } from './node.ts';

export type EventTopic = Open<'Job' | 'Evaluation' | 'Allocation' | 'Deployment' | 'Node' | 'Service'>;

/** One event of the stream. The payload is the object's new state, whatever `Type` says. */
export interface NomadEvent {
  Topic: EventTopic;
  /** The raft message behind the event, not the change of this object. */
  Type: string;
  Key: string;
  Namespace?: string;
  FilterKeys?: string[] | null;
  Index: number;
  Payload: {
    Job?: Job;
    Node?: Node;
    Service?: unknown;
    /** On a purge, since 2.0. */
    Deleted?: boolean;
    Evaluation?: Evaluation;
    Allocation?: Allocation;
    Deployment?: Deployment;
    [field: string]: unknown;
  } | null;
}

/** One line of the stream. A heartbeat has neither field. One raft index may come as several lines. */
export interface EventBatch {
  Index: number;
  Events: NomadEvent[];
}
