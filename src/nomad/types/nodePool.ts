/** A node pool, in lists and alone. */
export interface NodePool {
  Name: string;
  Description?: string;
  Meta?: Record<string, string> | null;
  SchedulerConfiguration?: { SchedulerAlgorithm?: string; [field: string]: unknown } | null;
  /** Base64. */
  Hash?: string | null;
  /** Nanoseconds, or a text such as `24h0m0s`. */
  NodeIdentityTTL?: number | string;
  CreateIndex?: number;
  ModifyIndex?: number;
  [field: string]: unknown;
}
