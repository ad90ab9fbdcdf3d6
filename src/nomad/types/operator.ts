import type { Open, WireTime } from './open.ts';

/** Answer of `GET /v1/operator/scheduler/configuration`. */
export interface SchedulerConfigurationResponse {
  SchedulerConfig: {
    SchedulerAlgorithm?: Open<'binpack' | 'spread'>;
    PreemptionConfig?: Record<string, boolean> | null;
    MemoryOversubscriptionEnabled?: boolean;
    /** Whether registering, dispatching and scaling are turned off. */
    RejectJobRegistration?: boolean;
    PauseEvalBroker?: boolean;
    CreateIndex?: number;
    ModifyIndex?: number;
    [field: string]: unknown;
  } | null;
}

/** Answer of `GET /v1/operator/autopilot/health`. */
export interface AutopilotHealth {
  /** Of all servers. */
  Healthy: boolean;
  /** How many servers may fail before there is no quorum. */
  FailureTolerance?: number;
  Servers: ServerHealth[] | null;
}

export interface ServerHealth {
  ID?: string;
  Name: string;
  Address?: string;
  SerfStatus?: Open<'alive' | 'leaving' | 'left' | 'failed' | 'none'>;
  Version?: string;
  Leader?: boolean;
  Healthy?: boolean;
  Voter?: boolean;
  StableSince?: WireTime | null;
}
