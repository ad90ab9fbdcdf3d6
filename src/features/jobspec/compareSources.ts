import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import { isKnown } from '../../hcl/evaluation/told.ts';
import { jobKey } from '../../state/tables/keys.ts';
import { regionName } from '../../state/tables/place.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import { plain } from '../../base/plain.ts';
import { showDiff } from '../../platform/window.ts';
import { placeOfParsed, shownOf } from '../../state/clusters/places.ts';
import { findJobspec } from '../../editor/jobspecs/findJobspec.ts';
import { readInputQuietly } from '../../editor/jobspecs/jobspecInput.ts';
import { placeOfJobspec, type NamedJob } from '../../editor/jobspecs/placeOfJobspec.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { parseJobspec } from './parsing.ts';
import type { JobspecServices } from '../../editor/jobspecs/services.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { currentVersion } from '../../operations/readSource.ts';

export const entry = {
  doing: 'compare the sources',
  effect: 'read',
  needs: 'cluster',
  about: 'jobspec',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Compare sources',
  icon: '$(compare-changes)',
  menus: { 'editor/title': [{ when: 'resourceScheme == nomad-plan', group: 'navigation@1' }] },
};

type Used = JobspecServices & Uses<'cluster' | 'plans' | 'sources' | 'problems'>;

/** Opens the source of the running job against the jobspec in the editor. */
export async function compareSources(given: Used, argument: unknown): Promise<void> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const named = argument instanceof vscode.Uri ? argument : active;
  const document = await findJobspec((named && given.plans.jobspecOf(named)) ?? argument);
  const { cluster, sources } = given;
  const { id, place } = await jobOf(given, document);
  const region = regionName(place, await shownOf(cluster));
  const where = region === undefined ? cluster.label : `${cluster.label}, region ${region}`;
  const left = await withQuietProgress(`Reading the source of ${id}`, async (signal) => {
    try {
      const version = await currentVersion(cluster.client, id, place, signal);
      const target = { cluster, place, jobId: id, version };
      return { uri: await sources.load(target, signal), title: `v${String(version)} on ${where}` };
    } catch (error) {
      if (!isNomadError(error, 'notFound')) throw error;
      return { uri: sources.nothing(id), title: `not on ${where}` };
    }
  });
  const title = plain(`${jobKey(place.namespace, id)}: ${left.title} ↔ editor`);
  await showDiff(left.uri, document.uri, title);
}

/**
 * Which job the jobspec makes, and where: from its plan, or from the text and its variables, or else by asking Nomad.
 *
 * @throws Error with a sentence where it can't be known before a plan: another job's source is worse than none
 */
async function jobOf(given: Used, document: vscode.TextDocument): Promise<NamedJob> {
  const ticket = given.plans.ticketOf(document.uri);
  if (ticket !== undefined) return { id: ticket.job.ID, place: ticket.place };
  const told = await placeOfJobspec(given, given.cluster, document);
  if (isKnown(told)) return told.known;
  const input = await readInputQuietly(given, document);
  if (input === undefined) throw new UserError(`${told.unknown}. Plan it first.`);
  return withQuietProgress('Reading the jobspec', async (signal) => {
    const job = await parseJobspec(given, input, signal);
    return { id: job.ID, place: await placeOfParsed(given.cluster, job, signal) };
  });
}
