import type { Open } from './open.ts';

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
