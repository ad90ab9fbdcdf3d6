import { isNomadError } from '../nomad/http/errors.ts';
import type { Job } from '../nomad/types/job.ts';
import type { Place } from '../state/tables/place.ts';
import type { PlacedClient } from '../state/tables/placedClient.ts';

/** What a version of a job was made from. */
export interface JobSource {
  readonly text: string;
  readonly format: 'hcl' | 'json';
}

/**
 * The number of the version that a job has now.
 *
 * @throws NomadError, as `notFound`; the signal's reason
 */
export async function currentVersion(
  client: PlacedClient,
  id: string,
  place: Place,
  signal: AbortSignal,
): Promise<number> {
  const { value } = await client.jobs.read(id, { ...place, signal });
  return value.Version;
}

/**
 * Reads the source of one version: the submitted jobspec, else the job as JSON.
 *
 * @throws NomadError where the job is not there; the signal's reason
 */
export async function readSource(
  client: PlacedClient,
  id: string,
  version: number,
  place: Place & { readonly signal?: AbortSignal },
): Promise<JobSource> {
  try {
    const { value } = await client.jobs.submission(id, version, place);
    return { text: value.Source, format: value.Format === 'json' ? 'json' : 'hcl' };
  } catch (error) {
    // A job that was not submitted with its source, or an agent before 1.6: the job itself is what there is.
    if (!isNomadError(error, 'notFound', 'unsupported')) throw error;
  }
  const { value } = await client.jobs.versions(id, place);
  const job = value.Versions.find((one: Job) => one.Version === version) ?? value.Versions[0];
  return { text: `${JSON.stringify(job, undefined, 2)}\n`, format: 'json' };
}
