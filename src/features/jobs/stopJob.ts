import { UserError, NothingToDo } from '../../base/userError.ts';
import { parseJobKey, placeOf, type JobKey } from '../../state/tables/keys.ts';
import { placeWords, type Place } from '../../state/tables/place.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { Job } from '../../nomad/types/job.ts';
import { attempt } from '../../platform/attempt.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import { counted } from '../../platform/words.ts';
import { shownOf } from '../../state/clusters/places.ts';
import { pickJob } from '../../commands/pickers.ts';
import { jobTarget, regionTarget } from '../../commands/targets.ts';
import type { Connected } from '../../commands/workbench.ts';

/** A job as the server has it, since rows may be old; nothing where the token may stop it but not look at it. */
type Now = { readonly job: Job; readonly running: number } | undefined;

/** Stops a job; its versions stay, so that it can be started again by a revert. */
export async function stopJob(connected: Connected, argument: unknown): Promise<void> {
  const { cluster } = connected;
  const key =
    jobTarget(cluster.store, argument) ??
    (await pickJob(connected, 'Stop a job', { word: 'stoppable', none: 'No job can be stopped' }));
  if (key === undefined) return;
  const { namespace, id } = parseJobKey(key);
  const place = placeOf(key, regionTarget(argument));
  const now = await readNow(connected, key, place);
  if (now?.job.Stop === true) throw new NothingToDo(`${id} is stopped already on ${cluster.label}.`);
  const answer = await connected.ask.confirm({
    question: `Stop ${id} on ${cluster.label}?`,
    detail: [
      placeWords(place, await shownOf(cluster)),
      effectOf(now),
      'The job and its versions are kept, and a revert starts it again.',
    ],
    button: 'Stop',
  });
  if (answer !== 'button') return;
  const needs = { capability: 'submit-job', namespace };
  const { value } = await withQuietProgress(`Stopping ${id}`, () =>
    attempt({ what: `stop ${id}`, needs }, () => cluster.client.jobs.stop(id, place)),
  );
  // For a job that is gone, Nomad answers with success and no evaluation; so it does for one that has runs.
  if (value.EvalID === '' && (await isGone(connected, id, place))) throw new UserError('the job is no longer there.');
  void connected.report.done(`${id} is stopped on ${cluster.label}`);
}

async function readNow({ cluster }: Connected, key: JobKey, place: Place): Promise<Now> {
  const { namespace, id } = parseJobKey(key);
  const doing = { what: `stop ${id}`, needs: { capability: 'read-job', namespace } };
  return withQuietProgress(`Reading ${id}`, async (signal) => {
    try {
      const [{ value: job }, { value: allocations }] = await Promise.all([
        cluster.client.jobs.read(id, { ...place, signal }),
        cluster.client.jobs.allocations(id, { ...place, signal }),
      ]);
      return { job, running: allocations.filter((one) => one.ClientStatus === 'running').length };
    } catch (error) {
      if (isNomadError(error, 'denied')) return undefined;
      if (isNomadError(error, 'notFound')) throw new UserError('the job is no longer there.');
      return attempt(doing, () => Promise.reject(error as Error));
    }
  });
}

/** What stopping does, in numbers where they are known. */
function effectOf(now: Now): string {
  if (now === undefined) return 'How much of it runs can’t be seen with this token.';
  const { job, running } = now;
  if ((job.Periodic ?? null) !== null) return 'No further run is started. Runs that are under way go on.';
  if ((job.ParameterizedJob ?? null) !== null) return 'It can’t be dispatched any more. Runs that are under way go on.';
  if (running > 0) return `${counted(running, 'running allocation')} will be stopped.`;
  return 'None of its allocations runs now, and none will be started any more.';
}

async function isGone({ cluster }: Connected, id: string, place: Place): Promise<boolean> {
  try {
    await cluster.client.jobs.read(id, place);
    return false;
  } catch (error) {
    // What can't be read may be there all the same, and Nomad has taken the stop.
    return isNomadError(error, 'notFound');
  }
}
