import * as vscode from 'vscode';
import { otherThanPlanned, readMark } from '../../operations/jobMark.ts';
import { placeWords } from '../../state/tables/place.ts';
import { changesOf, contentParts, ticketFits, type PlanTicket } from '../../operations/ticket.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import { inOneLine } from '../../platform/failure.ts';
import { commandAction } from '../../platform/report.ts';
import { commands } from '../../platform/contributions.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import { findJobspec, readInputQuietly } from '../../editor/jobspecs/jobspecInput.ts';
import { shownOf } from '../../state/clusters/places.ts';
import { contentOf } from './planning.ts';
import { planWithProgress } from './planJob.ts';
import { followWithProgress } from '../../commands/rollouts.ts';
import { unsavedEditor } from '../../editor/jobspecs/variableFileText.ts';
import type { Connected } from '../../commands/workbench.ts';

/**
 * Runs a jobspec: only what was planned and shown. Where there is no plan, or the text or its variables changed since,
 * it is planned first. The job is registered only if nobody changed it after the plan.
 */
export async function runJob(connected: Connected, argument: unknown): Promise<void> {
  const jobspec = argument instanceof vscode.Uri ? (connected.plans.jobspecOf(argument) ?? argument) : argument;
  const document = await findJobspec(jobspec);
  const ticket = (await fittingTicket(connected, document)) ?? (await planWithProgress(connected, document))?.ticket;
  if (ticket === undefined) return;
  // What the cluster tells of the job from here on is met by the check of its index.
  const held = connected.plans.hold(document.uri);
  try {
    await runPlanned(connected, ticket, document);
  } finally {
    held.dispose();
  }
}

async function runPlanned(connected: Connected, ticket: PlanTicket, document: vscode.TextDocument): Promise<void> {
  if (!(await confirmed(connected, ticket, document))) return;
  const changed = await changedSince(connected, ticket, document);
  if (changed !== undefined) {
    void connected.report.problem(`${changed} since the plan of ${ticket.job.ID}. Nothing was run. Plan it again.`, [
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
  const content = { ...(await contentOf(connected.cluster, input)), cluster: connected.cluster.label };
  return ticketFits(ticket, content) ? ticket : undefined;
}

/** The question may have stood for a while, and anything may have changed meanwhile. The start of a sentence. */
async function changedSince(
  connected: Connected,
  ticket: PlanTicket,
  document: vscode.TextDocument,
): Promise<string | undefined> {
  const cluster = connected.current.get();
  if (cluster === undefined) return 'The connection was left';
  const input = await readInputQuietly(connected, document);
  if (input === undefined) return 'The variables of the jobspec changed';
  const changes = changesOf(ticket.parts, contentParts(await contentOf(cluster, input)));
  if (changes.length > 0) return `T${changes.join(' and ').slice(1)} changed`;
  if (cluster !== connected.cluster) return 'The connection was made anew';
  return connected.tickets.get(document.uri)?.contentHash === ticket.contentHash ? undefined : 'The jobspec changed';
}

async function confirmed(connected: Connected, ticket: PlanTicket, document: vscode.TextDocument): Promise<boolean> {
  const place = placeWords(ticket.place, await shownOf(connected.cluster));
  const checked =
    ticket.jobModifyIndex === 0
      ? 'The job is new, and is registered only if there is still none.'
      : `Checked against job index ${String(ticket.jobModifyIndex)}.`;
  const answer = await connected.ask.confirm({
    question: `Run ${ticket.job.ID} on ${ticket.cluster}?`,
    detail: [place, ticket.summary, checked, ...unsaved(ticket, document)].join(' '),
    button: 'Run',
    other: 'Show plan',
    grave: !ticket.placeable,
  });
  if (answer === 'other') await planWithProgress(connected, document);
  return answer === 'button';
}

/** Who looks at files may take what is on disk for what is run. */
function unsaved({ variableFiles }: PlanTicket, document: vscode.TextDocument): string[] {
  const files = variableFiles.map(({ uri }) => vscode.Uri.parse(uri)).filter((uri) => unsavedEditor(uri) !== undefined);
  const names = files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  return [
    ...(document.isDirty || document.isUntitled ? ['The file is not saved; the text in the editor is run.'] : []),
    ...names.map((name) => `${name} is not saved; the text in its editor is used.`),
  ];
}

async function register(connected: Connected, ticket: PlanTicket, document: vscode.TextDocument): Promise<void> {
  const { cluster } = connected;
  const options = { enforceIndex: ticket.jobModifyIndex, submission: ticket.submission, ...ticket.place };
  const other = otherThanPlanned(ticket.mark, await readMark(cluster.client, ticket.job.ID, ticket.place));
  if (other !== undefined) {
    await planAnew(connected, ticket, document, `was not run on ${ticket.cluster}: ${other}`);
    return;
  }
  try {
    // Not cancellable: a write that was sent may have been done, whatever is heard of it.
    const { value } = await withQuietProgress(`Running ${ticket.job.ID} on ${cluster.label}`, () =>
      cluster.client.jobs.register(ticket.job, options),
    );
    connected.tickets.drop(document.uri);
    connected.plans.markOutdated(document.uri, { kind: 'done', index: value.JobModifyIndex, atMs: Date.now() });
    tellNewWarnings(connected, ticket, value.Warnings ?? '');
    followWithProgress(connected, { jobKey: ticket.jobKey, region: ticket.place.region, evalId: value.EvalID });
  } catch (error) {
    if (!isNomadError(error, 'conflict')) throw error;
    const happened = /does not exist/i.test(error.body ?? '') ? 'removed from' : 'changed on';
    const why = `was ${happened} ${ticket.cluster} after it was planned, so it was not run`;
    await planAnew(connected, ticket, document, why);
  }
}

/** Warnings that the plan has not shown, as of a source that is too large to be kept. */
function tellNewWarnings(connected: Connected, ticket: PlanTicket, warnings: string): void {
  if (warnings.trim() === '' || warnings.trim() === ticket.warnings.trim()) return;
  void connected.report.problem(`${ticket.job.ID} runs, but Nomad warns: ${inOneLine(warnings)}`);
}

/** What is there is not what was planned on: nothing was overwritten, and the new plan says what is different now. */
async function planAnew(
  connected: Connected,
  ticket: PlanTicket,
  document: vscode.TextDocument,
  why: string,
): Promise<void> {
  connected.tickets.drop(document.uri);
  const planned = await planWithProgress(connected, document);
  if (planned === undefined) return;
  void connected.report.problem(`${ticket.job.ID} ${why}. The new plan is shown.`, [
    commandAction('Run the new plan', commands.runJob, document.uri),
  ]);
}
