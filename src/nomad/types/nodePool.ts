/** A node pool, in lists and alone. */
export interface NodePool {
  Name: string;
  Description?: string;
  Meta?: Record<string, string> | null;
  SchedulerConfiguration?: { SchedulerAlgorithm?: string; [field: string]: unknown } | null;
  CreateIndex?: number;
  ModifyIndex?: number;
  [field: string]: unknown;
}
