import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import { isKnown, type Told } from '../../hcl/evaluation/told.ts';
import { jobKey } from '../../state/tables/keys.ts';
import { placeOfJob, regionName, type Place } from '../../state/tables/place.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import { plain } from '../../base/plain.ts';
import { showDiff } from '../../platform/window.ts';
import { placeOfParsed, shownOf, surroundingsOf } from '../../state/clusters/places.ts';
import { findJobspec } from '../../editor/jobspecs/findJobspec.ts';
import { readInputQuietly, resolveDocument } from '../../editor/jobspecs/jobspecInput.ts';
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

/** A job as Nomad knows it. */
interface Named {
  readonly id: string;
  readonly place: Place;
}

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
async function jobOf(given: Used, document: vscode.TextDocument): Promise<Named> {
  const ticket = given.plans.ticketOf(document.uri);
  if (ticket !== undefined) return { id: ticket.job.ID, place: ticket.place };
  const told = await resolveDocument(given, document);
  if (told === undefined) throw new UserError('the file has no job block.');
  const { id, namespace, region } = told;
  if (isKnown(id) && isKnown(namespace) && isKnown(region)) {
    const job = { Namespace: namespace.known ?? '', Region: region.known ?? '' };
    return { id: id.known, place: placeOfJob(job, await surroundingsOf(given.cluster)) };
  }
  const input = await readInputQuietly(given, document);
  if (input === undefined) throw notKnown({ id, namespace, region });
  return withQuietProgress('Reading the jobspec', async (signal) => {
    const job = await parseJobspec(given, input, signal);
    return { id: job.ID, place: await placeOfParsed(given.cluster, job, signal) };
  });
}

function notKnown(parts: Readonly<Record<string, Told<unknown>>>): Error {
  for (const [name, told] of Object.entries(parts)) {
    if (!isKnown(told))
      return new UserError(`the ${name} of the job is not known before a plan: ${told.unknown}. Plan it first.`);
  }
  return new UserError('the job is not known before a plan. Plan it first.');
}
