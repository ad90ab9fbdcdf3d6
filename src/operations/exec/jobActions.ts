import { UserError } from '../../base/userError.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { ExecSession, TerminalSize } from '../../nomad/sessions/exec.ts';
import type { JobAction } from '../../nomad/types/job.ts';
import type { Place } from '../../state/tables/place.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';

/**
 * The actions that the tasks of a job offer (`/v1/job/:id/actions`), by name.
 *
 * @throws UserError where the agent is older than 1.7, which brought them; NomadError; the signal's reason
 */
export async function readActions(
  client: PlacedClient,
  job: string,
  place: Place,
  signal: AbortSignal,
): Promise<readonly JobAction[]> {
  try {
    const { value } = await client.jobs.actions(job, { ...place, signal });
    return [...value].sort((a, b) => (a.Name < b.Name ? -1 : 1));
  } catch (error) {
    // Those that know actions refuse a job that they don't know; those that don't take the path for that of a job.
    if (!isNomadError(error, 'notFound')) throw error;
    throw new UserError('this Nomad has no actions; 1.7 and newer have them.');
  }
}

/** An action to run, and where. */
interface ActionRun {
  readonly job: string;
  readonly action: string;
  readonly task: string;
  readonly allocation: string;
  readonly place: Place;
  readonly size: TerminalSize | undefined;
}

/** Runs an action with a terminal; how that goes is told by the session itself. Ended by its `dispose`. */
export function openAction(client: PlacedClient, run: ActionRun): ExecSession {
  const { job, action, task, allocation: allocationId, place, size } = run;
  return client.jobs.action(job, { action, task, allocationId, tty: true, ...place, size });
}
