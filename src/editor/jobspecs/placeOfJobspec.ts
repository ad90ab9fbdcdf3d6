import type * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import { isKnown, type Told } from '../../hcl/evaluation/told.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import { surroundingsOf } from '../../state/clusters/places.ts';
import { placeOfJob, type Place } from '../../state/tables/place.ts';
import { resolveDocument } from './jobspecInput.ts';
import type { JobspecServices } from './services.ts';

/** A job as Nomad knows it. */
export interface NamedJob {
  readonly id: string;
  readonly place: Place;
}

/**
 * Which job a jobspec makes, and where: from its text and the values of its variables, without a question. What is unknown
 * is so with a reason that ends a sentence: `the id of the job is not known before a plan: …`.
 *
 * @throws UserError for a file without a job
 */
export async function placeOfJobspec(
  services: JobspecServices,
  cluster: Cluster,
  document: vscode.TextDocument,
): Promise<Told<NamedJob>> {
  const told = await resolveDocument(services, document);
  if (told === undefined) throw new UserError('the file has no job block.');
  const { id, namespace, region } = told;
  if (!isKnown(id)) return notKnown('id', id);
  if (!isKnown(namespace)) return notKnown('namespace', namespace);
  if (!isKnown(region)) return notKnown('region', region);
  const job = { Namespace: namespace.known ?? '', Region: region.known ?? '' };
  return { known: { id: id.known, place: placeOfJob(job, await surroundingsOf(cluster)) } };
}

function notKnown(name: string, { unknown }: { readonly unknown: string }): { readonly unknown: string } {
  return { unknown: `the ${name} of the job is not known before a plan: ${unknown}` };
}
