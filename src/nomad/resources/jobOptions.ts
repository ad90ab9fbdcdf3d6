import type { SessionOptions } from '../sessions/exec.ts';
import type { ReadOptions, WriteOptions } from '../http/query.ts';
import type { JobSubmission } from '../types/job.ts';

/**
 * A jobspec as `POST /v1/jobs/parse` takes it. Some documents of Nomad list `VariableFlags`; no agent reads it, so
 * values of single variables go into `variables` too.
 */
export interface ParseInput {
  /** Not empty. */
  hcl: string;
  /** The text of a variables file. Names that the jobspec doesn't declare are ignored. */
  variables?: string | undefined;
  /** Fills in the defaults, the namespace among them. */
  canonicalize?: boolean | undefined;
  /** Reads the first version of HCL. From 1.0 to 1.8; other agents ignore it. */
  hclv1?: boolean | undefined;
}

export interface StatusesOptions extends ReadOptions {
  /** Lists the children of periodic and parameterized jobs too. */
  includeChildren?: boolean | undefined;
}

export interface PlanOptions extends WriteOptions {
  /** Adds what differs from the job that is registered. */
  diff?: boolean | undefined;
  /** Passes soft-mandatory Sentinel policies; Enterprise only. Since 0.7. */
  policyOverride?: boolean | undefined;
}

export interface RegisterOptions extends WriteOptions {
  /** Registers only if the job's `JobModifyIndex` is this; 0: only if there is no such job. */
  enforceIndex?: number | undefined;
  /** What the job was made from; Nomad keeps it with the version. Since 1.6; older agents ignore it. */
  submission?: JobSubmission | undefined;
  /** Keeps the counts of groups as they are on the cluster. Since 0.12. */
  preserveCounts?: boolean | undefined;
  /** Keeps the resources of tasks as they are on the cluster. Since 1.11; older agents ignore it. */
  preserveResources?: boolean | undefined;
  /** 1 to 100; the job's own where undefined. Since 1.2.4. */
  evalPriority?: number | undefined;
  /** As for a plan. */
  policyOverride?: boolean | undefined;
}

export interface StopOptions extends WriteOptions {
  /** Removes the job with its history at once. */
  purge?: boolean | undefined;
  /** In all regions of a multi-region job. Since 0.12. */
  global?: boolean | undefined;
  /** Doesn't wait for the `shutdown_delay` of groups and tasks. Since 1.2.4. */
  noShutdownDelay?: boolean | undefined;
  /** 1 to 100; the job's own where undefined. Since 1.2.4. */
  evalPriority?: number | undefined;
}

export interface VersionsOptions extends ReadOptions {
  /** Adds the difference of each version to the one before it. */
  diffs?: boolean | undefined;
  /** Compares each version with this one. Since 1.9; older agents compare with the one before. */
  diffVersion?: number | undefined;
  /** Compares each version with the one that has this tag. Since 1.9, as `diffVersion`. */
  diffTag?: string | undefined;
}

export interface DispatchOptions extends WriteOptions {
  /** At most 16,384 bytes. */
  payload?: Uint8Array | string | undefined;
  /** Keys that the job requires or allows. */
  meta?: Record<string, string> | undefined;
  /** Stands in the child's id before its time. Since 1.4.2. */
  idPrefixTemplate?: string | undefined;
  /** A second dispatch with the same token finds the first one's child. Since 1.1.3. */
  idempotencyToken?: string | undefined;
  /**
   * From 1 to the server's `job_max_priority` (100); the job's own where undefined. Since 1.10.1; older agents ignore
   * it.
   */
  priority?: number | undefined;
}

export interface RevertOptions extends WriteOptions {
  /** Reverts only if this is the current version. */
  enforcePriorVersion?: number | undefined;
  /** Up to 1.9. Kept out of errors and logs. */
  consulToken?: string | undefined;
  /** Up to 1.9. Kept out of errors and logs. */
  vaultToken?: string | undefined;
}

export interface ScaleOptions extends WriteOptions {
  /** Kept with the scaling event. */
  message?: string | undefined;
  /** Only records that scaling failed; takes no count. */
  error?: boolean | undefined;
  /** Kept with the scaling event. */
  meta?: Record<string, unknown> | undefined;
  /** As for a plan. */
  policyOverride?: boolean | undefined;
  /** Scales only if the job's `JobModifyIndex` is this, above 0. Since 1.8.2; older agents ignore it. */
  enforceIndex?: number | undefined;
}

export interface ActionOptions extends SessionOptions {
  /** The action's name. */
  action: string;
  task: string;
  /** Where to run it. The agent chooses none itself. */
  allocationId: string;
  namespace?: string | undefined;
  region?: string | undefined;
}
