import * as vscode from 'vscode';
import { parseJobKey } from '../model/keys.ts';
import { ticketFits, type PlanTicket } from '../model/ticket.ts';
import { isNomadError } from '../nomad/errors.ts';
import { inOneLine } from '../platform/failure.ts';
import { commandAction } from '../platform/report.ts';
import { commands } from '../platform/contributions.ts';
import { withQuietProgress } from '../platform/signals.ts';
import { findJobspec, readInputQuietly } from './jobspecInput.ts';
import { contentOf } from './planning.ts';
import { planWithProgress } from './planJob.ts';
import { followWithProgress } from './rollouts.ts';
import type { Connected } from './workbench.ts';

/**
 * Runs a jobspec: only what was planned and shown. Where there is no plan, or the text or its variables changed since,
 * it is planned first. The job is registered only if nobody changed it after the plan.
 */
export async function runJob(connected: Connected, argument: unknown): Promise<void> {
  const jobspec = argument instanceof vscode.Uri ? (connected.plans.jobspecOf(argument) ?? argument) : argument;
  const document = await findJobspec(jobspec);
  const ticket = (await fittingTicket(connected, document)) ?? (await planWithProgress(connected, document))?.ticket;
  if (ticket === undefined) return;
  if (!(await confirmed(connected, ticket, document.uri))) return;
  // The question may have stood for a while, and the text may have changed meanwhile.
  if ((await fittingTicket(connected, document))?.contentHash !== ticket.contentHash) {
    void connected.report.problem(`The jobspec changed since the plan of ${ticket.job.ID}. Plan it again.`, [
      commandAction('Plan again', commands.planJob, document.uri),
    ]);
    return;
  }
  await register(connected, ticket, document);
}

async function fittingTicket(connected: Connected, document: vscode.TextDocument): Promise<PlanTicket | undefined> {
  const ticket = connected.tickets.get(document.uri);
  if (ticket === undefined) return undefined;
  const input = await readInputQuietly(connected, document);
  if (input === undefined) return undefined;
  const content = { ...contentOf(connected, input), cluster: connected.cluster.label };
  return ticketFits(ticket, content) ? ticket : undefined;
}

async function confirmed(connected: Connected, ticket: PlanTicket, uri: vscode.Uri): Promise<boolean> {
  const { namespace } = parseJobKey(ticket.jobKey);
  const checked =
    ticket.jobModifyIndex === 0
      ? 'The job must not exist yet.'
      : `Checked against job index ${String(ticket.jobModifyIndex)}.`;
  const answer = await connected.ask.confirm({
    question: `Run ${ticket.job.ID} on ${ticket.cluster}?`,
    detail: `Namespace ${namespace}. ${ticket.summary} ${checked}`,
    button: 'Run',
    other: 'Show plan',
  });
  if (answer === 'other') await planWithProgress(connected, await findJobspec(uri));
  return answer === 'button';
}

async function register(connected: Connected, ticket: PlanTicket, document: vscode.TextDocument): Promise<void> {
  const { cluster } = connected;
  const { namespace } = parseJobKey(ticket.jobKey);
  const region = ticket.job.Region;
  const options = {
    enforceIndex: ticket.jobModifyIndex,
    submission: ticket.submission,
    namespace,
    ...(typeof region === 'string' && region !== '' ? { region } : {}),
  };
  try {
    // Not cancellable: a write that was sent may have been done, whatever is heard of it.
    const { value } = await withQuietProgress(`Running ${ticket.job.ID} on ${cluster.label}`, () =>
      cluster.client.jobs.register(ticket.job, options),
    );
    connected.tickets.drop(document.uri);
    connected.plans.markOutdated(document.uri, { kind: 'done', atMs: Date.now() });
    tellNewWarnings(connected, ticket, value.Warnings ?? '');
    followWithProgress(connected, { jobKey: ticket.jobKey, evalId: value.EvalID });
  } catch (error) {
    if (!isNomadError(error, 'conflict')) throw error;
    connected.tickets.drop(document.uri);
    await planAfterConflict(connected, ticket, document);
  }
}

/** Warnings that the plan has not shown, as of a source that is too large to be kept. */
function tellNewWarnings(connected: Connected, ticket: PlanTicket, warnings: string): void {
  if (warnings.trim() === '' || warnings.trim() === ticket.warnings.trim()) return;
  void connected.report.problem(`${ticket.job.ID} runs, but Nomad warns: ${inOneLine(warnings)}`);
}

/** Someone else changed the job since the plan: nothing was overwritten, and the new plan says what is different now. */
async function planAfterConflict(
  connected: Connected,
  ticket: PlanTicket,
  document: vscode.TextDocument,
): Promise<void> {
  const planned = await planWithProgress(connected, document);
  if (planned === undefined) return;
  void connected.report.problem(
    `${ticket.job.ID} was changed on ${ticket.cluster} after it was planned, so it was not run. The new plan is shown.`,
    [commandAction('Run the new plan', commands.runJob, document.uri)],
  );
}
