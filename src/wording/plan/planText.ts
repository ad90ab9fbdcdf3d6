import type { Job } from '../../nomad/types/job.ts';
import type { PlanResponse } from '../../nomad/types/plan.ts';
import { exactClockTime } from '../ages.ts';
import { diffLines } from './planDiff.ts';
import { outdatedLine, type Outdated } from './planOutdated.ts';
import { outcomeOf, runsLater } from './planOutcome.ts';
import type { GroupOutcome, PlanOutcome } from './planOutcome.ts';
import { planLine, rule, titleOf } from './planHead.ts';
import { placementLines } from './planPlacement.ts';
import { isSystem, type Surroundings } from './planSurroundings.ts';
import { variablesLine, type ShownVariable } from './planVariables.ts';

/** What a plan document shows. */
export interface PlanView {
  readonly jobId: string;
  readonly namespace: string;
  /** By name, where it is known. */
  readonly region?: string | undefined;
  /** A sentence for a plan of something that is not where the views look. */
  readonly elsewhere?: string | undefined;
  /** Label of the cluster. */
  readonly cluster: string;
  readonly plan: PlanResponse;
  /** As it was sent to be planned. */
  readonly job: Job;
  readonly atMs: number;
  readonly variables?: readonly ShownVariable[] | undefined;
  /** The text was not as it is saved. */
  readonly unsaved?: boolean | undefined;
  /** For the preview of a revert: the version that it leads to. */
  readonly revertTo?: number | undefined;
  /** Why the plan no longer tells what running the jobspec would do. */
  readonly outdated?: Outdated | undefined;
  /** Allocations of the job that run now. */
  readonly running?: number | undefined;
  /** What the plan of a system job depends on. */
  readonly around?: Surroundings | undefined;
}

export interface RenderedPlan {
  readonly text: string;
  /** Whether running the job would change anything. */
  readonly changes: boolean;
  /** Whether allocations that run would be stopped, moved or replaced. */
  readonly destructive: boolean;
  /** Whether everything can be placed now. */
  readonly placeable: boolean;
  /** What will happen, in numbers, as one sentence or two. */
  readonly summary: string;
}

/** A plan as a document, and what a question about it needs to say. The same plan always makes the same text. */
export function renderPlan(input: PlanView): RenderedPlan {
  const { plan, job } = input;
  const outcome = outcomeOf(plan, job, input.around);
  const lines = [
    ...headLines(input),
    rule,
    ...changeLines(input, outcome),
    ...section('What will happen', outcomeLines(job, outcome)),
    ...section('Placement', placementLines(plan, job, outcome)),
    ...section('Warnings', warningLines(plan.Warnings)),
    ...section('Preemptions', preemptionLines(plan), true),
    ...section('Next periodic launch', launchLines(plan, input.atMs), true),
  ];
  return {
    text: `${lines.map(planLine).join('\n')}\n`,
    changes: outcome.changes,
    destructive: outcome.destructive,
    placeable: isPlaceable(plan, job, outcome),
    summary: planLine(summaryOf(input, outcome)),
  };
}

function isPlaceable({ FailedTGAllocs }: PlanResponse, job: Job, { groups }: PlanOutcome): boolean {
  if (runsLater(job) !== undefined || !isSystem(job)) return Object.keys(FailedTGAllocs ?? {}).length === 0;
  return groups.every(({ placement }) => placement === 'all');
}

function headLines(view: PlanView): string[] {
  const { cluster, namespace, region, elsewhere, plan, atMs, variables, outdated, unsaved, revertTo } = view;
  const marks = [
    `${cluster} / ${namespace}`,
    ...(region === undefined ? [] : [`region ${region}`]),
    ...(plan.JobModifyIndex === 0 ? ['new job'] : []),
    ...(unsaved === true ? ['unsaved text'] : []),
    exactClockTime(atMs),
  ];
  const lines = [[titleOf(view), ...marks].join(' · ')];
  if (elsewhere !== undefined) lines.unshift(elsewhere);
  if (outdated !== undefined) lines.unshift(outdatedLine(outdated, { cluster, revert: revertTo !== undefined }));
  const given = variablesLine(variables ?? []);
  if (given !== '') lines.push(`variables: ${given}`);
  return lines;
}

function changeLines({ plan, job }: PlanView, outcome: PlanOutcome): string[] {
  const { Diff } = plan;
  if (Diff === null) return ['The plan was made without a comparison.'];
  // The counts of a system job mean something else, and of a job that runs later nothing.
  const placed = runsLater(job) === undefined;
  if (Diff.Type !== 'None') return diffLines(Diff, { job, counts: !isSystem(job), placed });
  if (!outcome.changes) return ['No changes: the job is the same as on the cluster.'];
  const moving = outcome.groups.filter(({ happening }) => happening.length > 0);
  if (moving.length === 0) return ['The job is the same as on the cluster, where it waits until nodes can take it.'];
  return moving.every(({ onlyStarts }) => onlyStarts)
    ? ['The job is the same as on the cluster, but running it again places what is missing.']
    : ['The job is the same as on the cluster, where its last change is still being carried out.'];
}

/** A title and its lines, indented; an optional section is left out when it has none. */
function section(title: string, lines: readonly string[], optional = false): string[] {
  if (optional && lines.length === 0) return [];
  return ['', title, ...lines.map((line) => `  ${line}`)];
}

const laterWords = {
  periodic: 'Runs are started on schedule; none is started now.',
  disabled: 'Nothing is started, now or later: the schedule is disabled (periodic, enabled = false).',
  parameterized: 'Runs are started when the job is dispatched; none is started now.',
  stopped: 'Nothing is started: the job is stopped.',
} as const;

function outcomeLines(job: Job, { groups }: PlanOutcome): string[] {
  const later = runsLater(job);
  if (later !== undefined) return [laterWords[later]];
  const rows = groups.map(({ name, happening, waiting, count }) => {
    const words = [...happening, ...waiting].join(', ');
    return [
      name,
      words !== '' ? words : count > 0 ? `${String(count)} left as ${count === 1 ? 'it is' : 'they are'}` : 'nothing',
    ] as const;
  });
  return rows.length === 0 ? ['Nothing.'] : table(rows);
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = rows.reduce((widest, [name]) => Math.max(widest, name.length), 0);
  return rows.map(([name, words]) => `${name.padEnd(width)}  ${words}`);
}

/** The server's warnings are one text: a line that counts them, then a list that may hold lists. */
function warningLines(warnings: string | undefined): string[] {
  const lines = (warnings ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\d+ warnings?:$/.test(line.trim()));
  if (lines.length === 0) return ['none'];
  return lines.map((line) => line.replace(/\t/g, '  ').replace(/^(\s*)\* /, '$1• '));
}

const maxPreempted = 10;

function preemptionLines(plan: PlanResponse): string[] {
  const preempted = plan.Annotations?.PreemptedAllocs ?? [];
  if (preempted.length <= maxPreempted) {
    return preempted.map((one) => `${one.ID.slice(0, 8)}  ${one.JobID}.${one.TaskGroup}`).sort();
  }
  const counts = new Map<string, number>();
  for (const { JobID } of preempted) counts.set(JobID, (counts.get(JobID) ?? 0) + 1);
  return table(
    [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, count]) => [id, `${String(count)} allocations`]),
  );
}

function launchLines(plan: PlanResponse, nowMs: number): string[] {
  const launch = plan.NextPeriodicLaunch;
  if (launch === null || launch === undefined || launch.startsWith('0001-')) return [];
  const minutes = Math.round((Date.parse(launch) - nowMs) / 60_000);
  if (Number.isNaN(minutes) || minutes < 0) return [launch];
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const parts = [days > 0 ? `${String(days)}d` : '', hours > 0 ? `${String(hours)}h` : '', `${String(minutes % 60)}m`];
  return [
    `${launch} (in ${parts
      .filter((part) => part !== '')
      .slice(0, 2)
      .join(' ')})`,
  ];
}

function summaryOf({ job, plan, running }: PlanView, outcome: PlanOutcome): string {
  const later = runsLater(job);
  if (!outcome.changes) return 'Nothing changes.';
  if (later !== undefined) return `${laterSummaries[later]}${runsFail(plan) ? ' A run could not be placed now.' : ''}`;
  const { groups } = outcome;
  const words = groups
    .filter(({ happening }) => happening.length > 0)
    .map(({ name, happening }) => (groups.length === 1 ? '' : `${name}: `) + happening.join(', '))
    .join('; ');
  const preempted = plan.Annotations?.PreemptedAllocs?.length ?? 0;
  const others = preempted > 0 ? `${words === '' ? '' : ', '}${String(preempted)} of other jobs preempted` : '';
  const room = roomWords(groups);
  const first = `${words}${others}` === '' ? quietWords(plan, running, room === '') : `${words}${others}.`;
  return [first, room].filter((sentence) => sentence !== '').join(' ');
}

const laterSummaries = {
  periodic: 'The job is registered to run on its schedule; nothing is started now.',
  disabled: 'The job is registered and its schedule is disabled: nothing is started, now or later.',
  parameterized: 'The job is registered to run when it is dispatched; nothing is started now.',
  stopped: 'The job is registered as stopped; nothing is started.',
} as const;

function runsFail({ FailedTGAllocs }: PlanResponse): boolean {
  return Object.keys(FailedTGAllocs ?? {}).length > 0;
}

/** A job whose registration does nothing to allocations. */
function quietWords(plan: PlanResponse, running: number | undefined, placed: boolean): string {
  if (!placed) return '';
  if (plan.JobModifyIndex === 0) return 'The job is registered; nothing is started.';
  if (running === undefined || running === 0) return 'The job changes; nothing is started or stopped.';
  return `The job changes; ${String(running)} running ${running === 1 ? 'is left as it is' : 'are left as they are'}.`;
}

function roomWords(groups: readonly GroupOutcome[]): string {
  const named = (placement: GroupOutcome['placement']) =>
    groups.filter((group) => group.placement === placement).map(({ name }) => name);
  const [none, some] = [named('none'), named('some')];
  const waits = none.length === 1 ? 'it waits until a node can take it' : 'they wait until nodes can take them';
  return [
    ...(none.length > 0 ? [`None of ${none.join(', ')} can be placed now: ${waits}.`] : []),
    ...(some.length > 0 ? [`Not all of ${some.join(', ')} can be placed now.`] : []),
  ].join(' ');
}
