import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import type { CommandEntry, Deed, Uses } from '../../commands/command.ts';
import { followWithProgress } from '../../commands/followWithProgress.ts';
import { findJobspec } from '../../editor/jobspecs/findJobspec.ts';
import { readInputQuietly } from '../../editor/jobspecs/jobspecInput.ts';
import { unsavedEditor } from '../../editor/jobspecs/variableFileText.ts';
import { runJob as run } from '../../operations/runJob.ts';
import { changesOf, contentParts, ticketFits, type PlanTicket } from '../../operations/ticket.ts';
import { commands } from '../../platform/contributions.ts';
import { listInOneLine } from '../../platform/failure.ts';
import { commandAction } from '../../platform/report.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { planWithProgress } from './planJob.ts';
import { contentOf } from './planning.ts';
import type { PlanServices } from './services.ts';

export const entry = {
  doing: 'run the job',
  effect: 'change',
  needs: 'cluster',
  about: 'jobspec',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Run job',
  icon: '$(play)',
  menus: {
    'editor/title': [{ when: 'resourceLangId == nomad-job && isWorkspaceTrusted', group: 'navigation@2' }],
    'editor/context': [{ when: 'resourceLangId == nomad-job', group: '1_nomad@2' }],
    'explorer/context': [
      { when: 'resourceExtname == .nomad || resourceFilename =~ /\\.nomad\\.hcl$/', group: '5_nomad@2' },
    ],
  },
};

type Used = PlanServices & Uses<'clusters' | 'current'>;

/** What is about to be run, and the text that it was planned from. */
interface Planned {
  readonly ticket: PlanTicket;
  readonly document: vscode.TextDocument;
}

/**
 * Runs a jobspec: only what was planned and shown. Where there is no plan, or the text or its variables changed since,
 * it is planned first. The job is registered only if nobody changed it after the plan.
 */
export async function runJob(given: Used, argument: unknown): Promise<Deed | undefined> {
  const jobspec = argument instanceof vscode.Uri ? (given.plans.jobspecOf(argument) ?? argument) : argument;
  // A lens over a plan may be clicked while the window switches clusters; it must not lead to another plan.
  if (argument instanceof vscode.Uri && given.plans.get(argument)?.view.outdated !== undefined) {
    throw new UserError('this plan is outdated. Plan again.');
  }
  const document = await findJobspec(jobspec);
  const ticket = (await fittingTicket(given, document)) ?? (await planWithProgress(given, document));
  if (ticket === undefined) return undefined;
  // From here on, the check of the job's index covers any change of the job.
  const held = given.plans.hold(document.uri);
  return {
    title: `Run ${ticket.job.ID}`,
    place: ticket.place,
    detail: [ticket.summary, checkOf(ticket), ...unsaved(ticket, document)].join(' '),
    button: 'Run',
    other: { title: 'Show plan', run: () => showPlan(given, document) },
    grave: !ticket.placeable,
    progress: `Running ${ticket.job.ID} on ${given.cluster.label}`,
    act: () => runPlanned(given, { ticket, document }),
    end: () => {
      held.dispose();
    },
  };
}

async function fittingTicket(given: Used, document: vscode.TextDocument): Promise<PlanTicket | undefined> {
  const ticket = given.plans.ticketOf(document.uri);
  if (ticket === undefined) return undefined;
  const input = await readInputQuietly(given, document);
  if (input === undefined) return undefined;
  const content = { ...(await contentOf(given.cluster, input)), cluster: given.cluster.id };
  return ticketFits(ticket, content) ? ticket : undefined;
}

function checkOf({ jobModifyIndex }: PlanTicket): string {
  if (jobModifyIndex === 0) return 'The job is new, and is registered only if there is still none.';
  return `Checked against job index ${String(jobModifyIndex)}.`;
}

/** Somebody who looks at the files may think that what is on disk is what runs. */
function unsaved({ variableFiles }: PlanTicket, document: vscode.TextDocument): string[] {
  const files = variableFiles.map(({ uri }) => vscode.Uri.parse(uri)).filter((uri) => unsavedEditor(uri) !== undefined);
  const names = files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  return [
    ...(document.isDirty || document.isUntitled ? ['The file is not saved; the text in the editor is run.'] : []),
    ...names.map((name) => `${name} is not saved; the text in its editor is used.`),
  ];
}

/** The plan that the question is about, which may stand behind other editors, or be closed by now. */
async function showPlan(given: Used, document: vscode.TextDocument): Promise<void> {
  if (!(await given.plans.reveal(document.uri))) await planWithProgress(given, document);
}

async function runPlanned(given: Used, planned: Planned): Promise<() => unknown> {
  const { ticket, document } = planned;
  const changed = await changedSince(given, planned);
  if (changed !== undefined) {
    const sentence = `${changed} since the plan of ${ticket.job.ID}. Nothing was run. Plan it again.`;
    return () => void given.report.problem(sentence, [commandAction('Plan again', commands.planJob, document.uri)]);
  }
  const result = await run(given.cluster.client, ticket);
  if (!result.done) {
    const { why } = result;
    given.plans.end(document.uri, { kind: 'refused', why });
    return () => planAnew(given, planned, why);
  }
  const { index, evalId, warnings } = result;
  given.plans.end(document.uri, { kind: 'done', index, atMs: Date.now() });
  return () => {
    tellNewWarnings(given, ticket, warnings);
    followWithProgress(given, { jobKey: ticket.jobKey, region: ticket.place.region, evalId });
  };
}

/** The question may have stood for a while, and anything may have changed meanwhile. The start of a sentence. */
async function changedSince(given: Used, { ticket, document }: Planned): Promise<string | undefined> {
  const cluster = given.clusters.get(given.cluster.id) ?? given.current.get();
  if (cluster === undefined) return 'The connection was left';
  const input = await readInputQuietly(given, document);
  if (input === undefined) return 'The variables of the jobspec changed';
  const changes = changesOf(ticket.parts, contentParts(await contentOf(cluster, input)));
  if (changes.length > 0) return `T${changes.join(' and ').slice(1)} changed`;
  if (cluster !== given.cluster) return 'The connection was made anew';
  return given.plans.ticketOf(document.uri)?.contentHash === ticket.contentHash ? undefined : 'The jobspec changed';
}

/** Warnings that the plan has not shown, as of a source that is too large to be kept. */
function tellNewWarnings({ report }: Used, ticket: PlanTicket, warnings: string): void {
  if (warnings.trim() === '' || warnings.trim() === ticket.warnings.trim()) return;
  void report.problem(`${ticket.job.ID} runs, but Nomad warns: ${listInOneLine(warnings)}`);
}

/** What is there is not what was planned on: nothing was overwritten, and the new plan says what is different now. */
async function planAnew(given: Used, { ticket, document }: Planned, why: string): Promise<void> {
  if ((await planWithProgress(given, document)) === undefined) return;
  void given.report.problem(`${ticket.job.ID} ${why}. The new plan is shown.`, [
    commandAction('Run the new plan', commands.runJob, document.uri),
  ]);
}
