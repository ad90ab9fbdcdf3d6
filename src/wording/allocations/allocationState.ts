import type { AllocationCheck } from '../../nomad/types/allocation.ts';
import type { ServiceRegistration } from '../../nomad/types/service.ts';
import type { AllocationRecord, DeploymentRecord } from '../../state/tables/records.ts';
import type { Allocated } from '../allocated.ts';
import type { TimedEvent } from './timeline.ts';
import type { UsageWindow } from './usage.ts';

/** What was read, or why it could not be, in Nomad's words. */
export type Told<T> = { readonly value: T } | { readonly refused: string };

/** A service that the job asks for, whoever lists it. */
export interface DeclaredService {
  readonly name: string;
  /** `nomad` or `consul`. */
  readonly provider: string;
  /** Of a service that a task has; the group has it otherwise. */
  readonly task: string | undefined;
  readonly checks: readonly { readonly name: string; readonly type: string }[];
}

/** The variables that the job itself gives to a task. What looks secret is masked already. */
export interface TaskEnvironment {
  readonly task: string;
  /** By name. */
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** Where templates write that bring variables of their own, which nobody is told. */
  readonly templates: readonly string[];
}

/** An allocation that failed and was replaced by this one, or by one before it. */
export interface Rescheduled {
  readonly id: string;
  readonly atMs: number | undefined;
  /** How long Nomad waited before. */
  readonly delayMs: number;
}

/** What one read of an allocation tells, without anything secret. */
export interface KnownAllocation {
  readonly record: AllocationRecord;
  /** Oldest first, of all tasks. */
  readonly events: readonly TimedEvent[];
  /** How many older ones are left out. */
  readonly eventsLeftOut: number;
  readonly allocated: Allocated;
  readonly healthAtMs: number | undefined;
  /** Oldest first. */
  readonly reschedules: readonly Rescheduled[];
  readonly previousId: string | undefined;
  readonly services: readonly DeclaredService[];
  readonly environment: readonly TaskEnvironment[];
}

/** The allocation before this one, or the one after it. */
export interface Neighbour {
  readonly id: string;
  /** Null where it was collected. */
  readonly record: AllocationRecord | null;
}

/** How what is shown stands to what there is. */
export type Standing =
  | { readonly kind: 'reading' }
  | { readonly kind: 'live' }
  /** It was right at `sinceMs`, where it was ever read. */
  | { readonly kind: 'stale'; readonly sinceMs: number | undefined; readonly why: string }
  /** Nomad has removed it; what is shown was right at `sinceMs`. */
  | { readonly kind: 'collected'; readonly sinceMs: number | undefined };

/** All that is known of an allocation. Parts that were not read, or that there is no reason to read, are undefined. */
export interface AllocationState {
  readonly standing: Standing;
  readonly known: KnownAllocation | undefined;
  readonly checks: Told<readonly AllocationCheck[]> | undefined;
  readonly services: Told<readonly ServiceRegistration[]> | undefined;
  readonly deployment: Told<DeploymentRecord> | undefined;
  readonly previous: Told<Neighbour> | undefined;
  readonly next: Told<Neighbour> | undefined;
  /** When Nomad will place another one for it, of one that failed. */
  readonly replacedAtMs: number | undefined;
  readonly usage: UsageWindow | undefined;
}
