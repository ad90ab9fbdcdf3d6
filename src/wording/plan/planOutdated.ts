import { printable } from '../../base/plain.ts';
import { clockTime } from '../ages.ts';
import type { JobRecord } from '../../state/tables/records.ts';

/** What happened after a plan was made. */
export type Outdated =
  | 'jobspecChanged'
  | 'variablesChanged'
  /** There is another plan of the jobspec, in another document. */
  | 'plannedAnew'
  /** A variable file says something else. */
  | { readonly kind: 'variableFile'; readonly name: string }
  /** The window was loaded anew, and the plan itself is gone. */
  | 'reloaded'
  /** The plan was run, or the revert made, with the JobModifyIndex of the answer; the version is told when it is known. */
  | { readonly kind: 'done'; readonly index: number; readonly version?: number; readonly atMs: number }
  /** The job on the cluster is not the one that was planned against. */
  | { readonly kind: 'registered'; readonly version?: number; readonly atMs?: number; readonly stopped: boolean }
  | { readonly kind: 'removed' }
  /** It was not run, since what is there is not what was planned on; `why` ends a sentence that begins with the job. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The connection was left, and there is no other yet. */
  | { readonly kind: 'disconnected' }
  /** The window looks elsewhere now; `to` is undefined where it only connected to the same place anew. */
  | { readonly kind: 'left'; readonly to?: string };

/** The line above a plan that says why it is over. One that was run is at its end in good order. */
export function outdatedLine(outdated: Outdated, plan: { readonly cluster: string; readonly revert: boolean }): string {
  if (typeof outdated === 'object' && outdated.kind === 'done') {
    const version = outdated.version === undefined ? '' : ` as v${String(outdated.version)}`;
    return `${plan.revert ? 'Reverted' : 'Run'}${version} at ${clockTime(outdated.atMs)}`;
  }
  return `Outdated: ${reason(outdated, plan.cluster)}`;
}

/** What a plan was made against. */
export interface PlannedOn {
  /** The job's `JobModifyIndex`; 0 for a job that must not exist yet. */
  readonly index: number;
  /** The version that the cluster had then, where it was known. */
  readonly version?: number | undefined;
}

/**
 * What the cluster's word of a job makes of a plan of it; undefined where it changes nothing.
 *
 * @param job as the store has it; undefined where it has none
 * @param removed whether the store knows that there is none
 */
export function nextOutdated(
  now: Outdated | undefined,
  planned: PlannedOn,
  job: JobRecord | undefined,
  removed: boolean,
): Outdated | undefined {
  if (typeof now === 'object' && now.kind === 'done') {
    const isMade = now.version === undefined && job?.jobModifyIndex === now.index && job.version !== undefined;
    return isMade ? { ...now, version: job.version } : undefined;
  }
  if (now !== undefined) return undefined;
  if (job === undefined) return removed && planned.index > 0 ? { kind: 'removed' } : undefined;
  if (!isNewer(job, planned)) return undefined;
  return {
    kind: 'registered',
    stopped: job.stop,
    ...(job.version === undefined ? {} : { version: job.version }),
    ...(job.submitTimeMs === undefined ? {} : { atMs: job.submitTimeMs }),
  };
}

function isNewer({ jobModifyIndex, version }: JobRecord, planned: PlannedOn): boolean {
  if (jobModifyIndex !== undefined) return jobModifyIndex > planned.index;
  // Lists of newer agents tell the version only.
  return version !== undefined && (planned.index === 0 || (planned.version !== undefined && version > planned.version));
}

function reason(outdated: Exclude<Outdated, { kind: 'done' }>, cluster: string): string {
  switch (outdated) {
    case 'jobspecChanged':
      return 'the jobspec was changed after this plan';
    case 'variablesChanged':
      return 'variables were set after this plan';
    case 'plannedAnew':
      return 'the jobspec was planned again after this plan';
    case 'reloaded':
      return 'the window was loaded anew after this plan; plan again';
  }
  switch (outdated.kind) {
    case 'registered':
      return registered(outdated);
    case 'variableFile':
      return `${printable(outdated.name)} was changed after this plan`;
    case 'removed':
      return 'the job was removed from the cluster after this plan; plan again';
    case 'refused':
      return `the job ${printable(outdated.why)}; plan again`;
    case 'disconnected':
      return `the connection to ${cluster} was left after this plan; plan again`;
    case 'left':
      return outdated.to === undefined
        ? `the connection to ${cluster} was made anew after this plan; plan again`
        : `this is a plan for ${cluster}, and the window is connected to ${outdated.to} now`;
  }
}

function registered({ version, atMs, stopped }: { version?: number; atMs?: number; stopped: boolean }): string {
  const when = atMs === undefined ? '' : ` at ${clockTime(atMs)}`;
  const which = version === undefined ? '' : `v${String(version)} `;
  if (stopped) return `the job was stopped${when}, after this plan; plan again`;
  return `${which === '' ? 'another version ' : which}was registered${when}, after this plan; plan again`;
}
