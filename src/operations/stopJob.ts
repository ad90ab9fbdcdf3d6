import { UserError } from '../base/userError.ts';
import { isNomadError } from '../nomad/http/errors.ts';
import type { Job } from '../nomad/types/job.ts';
import type { Place } from '../state/tables/place.ts';
import type { PlacedClient } from '../state/tables/placedClient.ts';

/** A job as the server has it, since rows may be old. */
export interface JobNow {
  readonly job: Job;
  /** Allocations whose tasks run. */
  readonly running: number;
}

/**
 * Reads what stopping a job would stop; undefined where the token may not look at it, though it may be allowed to stop it.
 *
 * @throws UserError where there is no such job; NomadError; the signal's reason
 */
export async function readJobNow(
  client: PlacedClient,
  id: string,
  place: Place,
  signal: AbortSignal,
): Promise<JobNow | undefined> {
  try {
    const [{ value: job }, { value: allocations }] = await Promise.all([
      client.jobs.read(id, { ...place, signal }),
      client.jobs.allocations(id, { ...place, signal }),
    ]);
    return { job, running: allocations.filter((one) => one.ClientStatus === 'running').length };
  } catch (error) {
    if (isNomadError(error, 'denied')) return undefined;
    if (isNomadError(error, 'notFound')) throw new UserError('the job is no longer there.');
    throw error;
  }
}

/**
 * Stops a job; its versions stay, so that a revert starts it again. Not cancellable: a write that was sent may have been
 * done, whatever is heard of it.
 *
 * @throws UserError where there is no such job; NomadError
 */
export async function stopJob(client: PlacedClient, id: string, place: Place): Promise<void> {
  const { value } = await client.jobs.stop(id, place);
  // For a job that is gone, Nomad answers with success and no evaluation; so it does for one that has runs.
  if (value.EvalID === '' && (await isGone(client, id, place))) throw new UserError('the job is no longer there.');
}

async function isGone(client: PlacedClient, id: string, place: Place): Promise<boolean> {
  try {
    await client.jobs.read(id, place);
    return false;
  } catch (error) {
    // What can't be read may be there all the same, and Nomad has taken the stop.
    return isNomadError(error, 'notFound');
  }
}
