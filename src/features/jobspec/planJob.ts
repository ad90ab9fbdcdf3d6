import type { CommandEntry } from '../../commands/command.ts';
import * as vscode from 'vscode';
import * as path from 'node:path';
import { commandAction } from '../../platform/report.ts';
import { withProgress } from '../../platform/signals.ts';
import { commands } from '../../platform/contributions.ts';
import { findJobspec } from '../../editor/jobspecs/findJobspec.ts';
import { readInput } from '../../editor/jobspecs/jobspecInput.ts';
import type { PlanTicket } from '../../operations/ticket.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { JobspecProblemError, refuseEarly } from './parsing.ts';
import { planDocument } from './planning.ts';
import type { PlanServices } from './services.ts';

export const entry = {
  doing: 'plan the job',
  effect: 'read',
  needs: 'cluster',
  about: 'jobspec',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Plan job',
  icon: '$(diff)',
  menus: {
    'editor/title': [{ when: 'resourceLangId == nomad-job', group: 'navigation@1' }],
    'editor/context': [{ when: 'resourceLangId == nomad-job', group: '1_nomad@1' }],
    'explorer/context': [
      { when: 'resourceExtname == .nomad || resourceFilename =~ /\\.nomad\\.hcl$/', group: '5_nomad@1' },
    ],
  },
};

/** Plans the jobspec of the active editor, or of the file that the command was called on. */
export async function planJob(given: PlanServices, argument: unknown): Promise<void> {
  const jobspec = argument instanceof vscode.Uri ? (given.plans.jobspecOf(argument) ?? argument) : argument;
  await planWithProgress(given, await findJobspec(jobspec));
}

/** The ticket, or undefined where the person was told why there is none: Nomad refused the jobspec, or the plan is over. */
export async function planWithProgress(
  given: PlanServices,
  document: vscode.TextDocument,
): Promise<PlanTicket | undefined> {
  const name = path.posix.basename(document.uri.path);
  try {
    // Questions come before the progress, which would say that something goes on.
    const input = await readInput(given, document);
    refuseEarly(given, input);
    return await withProgress(`Planning ${name} on ${given.cluster.label}`, (signal) =>
      planDocument(given, input, signal),
    );
  } catch (error) {
    if (!(error instanceof JobspecProblemError)) throw error;
    // The place is in the Problems view; the message is not awaited, so that a next attempt isn't held up by it.
    void given.report.problem(`Could not plan ${name}: ${error.message}`, [
      ...(error.isAboutVariables ? [commandAction('Set variables', commands.setVariables, document.uri)] : []),
      commandAction('Show problems', 'workbench.actions.view.problems'),
    ]);
    return undefined;
  }
}
