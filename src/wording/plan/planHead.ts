import { printable } from '../../base/plain.ts';
import { exactClockTime } from '../ages.ts';
import { outdatedLine } from './planOutdated.ts';
import type { PlanView } from './planText.ts';
import { quoted } from '../quoted.ts';

/** Fits an editor that is beside another one on a small screen. */
export const rule = '─'.repeat(48);

/** What the head leaves out, sentence by sentence. */
export function headFacts({ jobId, cluster, plan, atMs }: PlanView, revertFrom?: number): string[] {
  const index = plan.JobModifyIndex;
  const checked =
    revertFrom !== undefined
      ? `Checked against version ${String(revertFrom)}: ${jobId} is reverted only if that is still the current one.`
      : index === 0
        ? `Checked against there being no job ${jobId}: it is registered only if there is still none.`
        : `Checked against job index ${String(index)}: ${jobId} is registered only if nobody has changed it since.`;
  return [checked, `Planned on ${cluster} at ${new Date(atMs).toString()}.`].map(planLine);
}

/** What there is to say of a plan that was open when the window was loaded anew: the plan itself is not kept. */
export function renderKept(kept: {
  readonly jobId: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly atMs: number;
  readonly summary: string;
  readonly revertTo?: number | undefined;
}): string {
  const { jobId, cluster, namespace, atMs, summary, revertTo } = kept;
  const head = `${titleOf({ jobId, revertTo })} · ${cluster} / ${namespace} · ${exactClockTime(atMs)}`;
  const lines = [outdatedLine('reloaded', { cluster, revert: false }), head, rule, 'It said:', `  ${summary}`];
  return `${lines.map(planLine).join('\n')}\n`;
}

/** What a plan is of, as its first words. */
export function titleOf({ jobId, revertTo }: Pick<PlanView, 'jobId' | 'revertTo'>): string {
  const job = `job ${quoted(jobId)}`;
  return revertTo === undefined ? `Plan for ${job}` : `Revert ${job} to v${String(revertTo)}`;
}

/** A line made plain, with its indentation. */
export function planLine(line: string): string {
  return printable(line).trimEnd();
}
