/** A row of `GET /v1/scaling/policies`. */
export interface ScalingPolicyStub {
  ID: string;
  Enabled: boolean;
  Type?: string;
  /** `Namespace`, `Job`, `Group` and, of a task's policy, `Task`. */
  Target?: Record<string, string> | null;
  CreateIndex?: number;
  ModifyIndex?: number;
}

/** A policy: `GET /v1/scaling/policy/:id`. */
export interface ScalingPolicy extends ScalingPolicyStub {
  Min?: number | null;
  Max?: number | null;
  Policy?: Record<string, unknown> | null;
}
