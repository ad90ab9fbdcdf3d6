/** A row of `GET /v1/vars`. */
export interface VariableMetadata {
  Namespace?: string;
  Path: string;
  CreateIndex: number;
  /** What a check-and-set write must name. */
  ModifyIndex: number;
  /** Nanoseconds since the epoch. */
  CreateTime?: number;
  /** Nanoseconds since the epoch. */
  ModifyTime?: number;
  /** Since 1.7, while it is locked. */
  Lock?: { ID?: string; TTL?: string; LockDelay?: string } | null;
}

/** A variable: `GET /v1/var/:path`. Its items are secrets. */
export interface Variable extends VariableMetadata {
  Items: Record<string, string> | null;
}
