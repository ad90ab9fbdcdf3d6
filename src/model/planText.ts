import type { Job } from '../nomad/types/job.ts';
import type { PlanResponse } from '../nomad/types/plan.ts';
import { exactClockTime } from './ages.ts';
import { diffLines } from './planDiff.ts';
import { outcomeOf, runsLater } from './planOutcome.ts';
import type { PlanOutcome } from './planOutcome.ts';
import { placementLines } from './planPlacement.ts';
import { quoted } from './quoted.ts';

/** What happened after a plan was made. */
export type Outdated = 'jobspecChanged' | 'variablesChanged' | 'run';

/** What a plan document shows. */
export interface PlanView {
  readonly jobId: string;
  readonly namespace: string;
  /** Label of the cluster. */
  readonly cluster: string;
  readonly plan: PlanResponse;
  /** As it was sent to be planned. */
  readonly job: Job;
  readonly atMs: number;
  /** Names of the variables that were given. Values may be secrets, so they have no place here. */
  readonly variables?: readonly string[] | undefined;
  /** Why the plan no longer tells what running the jobspec would do. */
  readonly outdated?: Outdated | undefined;
  /** Allocations of the job that run now. */
  readonly running?: number | undefined;
}

export interface RenderedPlan {
  readonly text: string;
  /** Whether running the job would change anything. */
  readonly changes: boolean;
  /** Whether allocations that run would be stopped, moved or replaced. */
  readonly destructive: boolean;
  /** Whether everything can be placed now. */
  readonly placeable: boolean;
  /** What will happen, in numbers, as one sentence. */
  readonly summary: string;
}

/** As wide as an editor is that stands beside another one on a small screen. */
const rule = '─'.repeat(48);

const outdatedWords: Readonly<Record<Outdated, string>> = {
  jobspecChanged: 'the jobspec was changed after this plan',
  variablesChanged: 'variables were set after this plan',
  run: 'this plan was run',
};

/** A plan as a document, and what a question about it needs to say. The same plan always makes the same text. */
export function renderPlan(input: PlanView): RenderedPlan {
  const { plan, job } = input;
  const outcome = outcomeOf(plan, job);
  const failed = failedGroups(plan);
  const lines = [
    ...headLines(input),
    rule,
    ...changeLines(input, outcome),
    ...section('What will happen', outcomeLines(job, outcome)),
    ...section(
      'Placement',
      failed.length === 0 ? ['All tasks can be placed.'] : failed.flatMap((group) => group.lines(job)),
    ),
    ...section('Warnings', warningLines(plan.Warnings)),
    ...section('Preemptions', preemptionLines(plan), true),
    ...section('Next periodic launch', launchLines(plan, input.atMs), true),
  ];
  return {
    text: `${lines.map(printable).join('\n')}\n`,
    changes: outcome.changes,
    destructive: outcome.destructive,
    placeable: failed.length === 0,
    summary: printable(
      summaryOf(
        input,
        outcome,
        failed.map((group) => group.name),
      ),
    ),
  };
}

function headLines({ jobId, cluster, namespace, plan, atMs, variables, outdated }: PlanView): string[] {
  const index = plan.JobModifyIndex === 0 ? 'new job' : `job index ${String(plan.JobModifyIndex)}`;
  const lines = [`Plan for job ${quoted(jobId)} · ${cluster} / ${namespace} · ${index} · ${exactClockTime(atMs)}`];
  if (outdated !== undefined) lines.unshift(`Outdated: ${outdatedWords[outdated]}`);
  if (variables && variables.length > 0) lines.push(`variables: ${[...variables].sort().join(', ')}`);
  return lines;
}

function changeLines({ plan }: PlanView, outcome: PlanOutcome): string[] {
  const { Diff } = plan;
  if (Diff === null) return ['The plan was made without a comparison.'];
  if (Diff.Type !== 'None') return diffLines(Diff);
  return outcome.changes
    ? ['The job is the same as on the cluster, but running it again places what is missing.']
    : ['No changes: the job is the same as on the cluster.'];
}

/** A title and its lines, indented; an optional section is left out when it has none. */
function section(title: string, lines: readonly string[], optional = false): string[] {
  if (optional && lines.length === 0) return [];
  return ['', title, ...lines.map((line) => `  ${line}`)];
}

function outcomeLines(job: Job, { groups, unchanged }: PlanOutcome): string[] {
  const later = runsLater(job);
  if (later === 'periodic') return ['Runs are started on schedule; none is started now.'];
  if (later === 'parameterized') return ['Runs are started when the job is dispatched; none is started now.'];
  const rows = [
    ...groups.map(({ name, words }) => [name, words] as const),
    ...unchanged.map(({ name, count }) => [name, count > 0 ? `${String(count)} left as they are` : 'nothing'] as const),
  ].sort(([a], [b]) => (a < b ? -1 : 1));
  return rows.length === 0 ? ['Nothing.'] : table(rows);
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = rows.reduce((widest, [name]) => Math.max(widest, name.length), 0);
  return rows.map(([name, words]) => `${name.padEnd(width)}  ${words}`);
}

interface FailedGroup {
  readonly name: string;
  lines(job: Job): string[];
}

function failedGroups(plan: PlanResponse): readonly FailedGroup[] {
  return Object.entries(plan.FailedTGAllocs ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, metric]) => ({
      name,
      lines: (job) => {
        const [first = '', ...rest] = placementLines(name, metric, job, plan.Annotations?.DesiredTGUpdates?.[name]);
        return [`${name}: ${first}`, ...rest.map((line) => `  ${line}`)];
      },
    }));
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

function summaryOf({ job, plan, running }: PlanView, outcome: PlanOutcome, failed: readonly string[]): string {
  const later = runsLater(job);
  if (!outcome.changes) return 'Nothing changes.';
  if (later !== undefined) {
    const when = later === 'periodic' ? 'on its schedule' : 'when it is dispatched';
    return `The job is registered to run ${when}; nothing is started now.`;
  }
  const { groups } = outcome;
  const words = groups.map((group) => (groups.length === 1 ? group.words : `${group.name}: ${group.words}`)).join('; ');
  const kept =
    running !== undefined && running > 0
      ? `${String(running)} running are left as they are`
      : 'nothing is started or stopped';
  const preempted = plan.Annotations?.PreemptedAllocs?.length ?? 0;
  const others = preempted > 0 ? `, ${String(preempted)} of other jobs preempted` : '';
  const room = failed.length === 0 ? '' : ` Not all of ${failed.join(', ')} can be placed now.`;
  return `${words === '' ? `The job changes; ${kept}` : words}${others}.${room}`;
}

/* eslint-disable-next-line no-control-regex -- control characters are what this is about */
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function printable(line: string): string {
  return line.replace(unprintable, ' ').trimEnd();
}
