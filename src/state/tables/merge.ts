import type { AllocationRecord, DeploymentRecord, JobRecord } from './records.ts';

/** `known` with all that `next` says. What was known of an earlier specification of the job is dropped. */
export function mergeJob(known: JobRecord | undefined, next: JobRecord): JobRecord {
  if (known === undefined) return next;
  if (sameSpecification(known, next)) return { ...known, ...next };
  return {
    ...without(known, 'version', 'groups', 'count', 'jobModifyIndex', 'periodicEnabled', 'periodicSpec'),
    ...next,
  };
}

function sameSpecification(known: JobRecord, next: JobRecord): boolean {
  if (known.version !== undefined && next.version !== undefined) return known.version === next.version;
  if (known.jobModifyIndex !== undefined && next.jobModifyIndex !== undefined) {
    return known.jobModifyIndex === next.jobModifyIndex;
  }
  return known.modifyIndex === next.modifyIndex;
}

/** `known` with all that `next` says. A summary changes what it knows of and leaves the rest. */
export function mergeAllocation(known: AllocationRecord | undefined, next: AllocationRecord): AllocationRecord {
  if (known === undefined) return next;
  if (next.modifyIndex > 0) return { ...known, ...next };
  if (known.clientStatus === next.clientStatus) return { ...known, ...next, modifyIndex: known.modifyIndex };
  return { ...without(known, 'tasks', 'clientDescription'), ...next, modifyIndex: known.modifyIndex };
}

/** `known` with all that `next` says. A summary of another status than is known replaces what was counted by group. */
export function mergeDeployment(known: DeploymentRecord | undefined, next: DeploymentRecord): DeploymentRecord {
  if (known === undefined) return next;
  if (next.modifyIndex > 0) return { ...known, ...next };
  const { status, statusDescription, active, needsPromotion } = next;
  const promotable = needsPromotion && known.promotable;
  return { ...known, status, statusDescription, active, needsPromotion, promotable };
}

function without<T extends object, Name extends keyof T & string>(record: T, ...names: readonly Name[]): Omit<T, Name> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.some((one) => one === name))) as Omit<
    T,
    Name
  >;
}

/** Whether two plain values say the same. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, at) => same(item, b[at]));
  const entries = Object.entries(a);
  if (Array.isArray(b) || entries.length !== Object.keys(b).length) return false;
  return entries.every(([name, value]) => name in b && same(value, (b as Record<string, unknown>)[name]));
}
