import { NothingToDo } from '../../base/userError.ts';
import type { CommandEntry, Deed, Uses } from '../../commands/command.ts';
import { pickJob } from '../../commands/pickers.ts';
import { jobTarget, regionTarget } from '../../commands/targets.ts';
import { readJobNow, stopJob as stop, type JobNow } from '../../operations/stopJob.ts';
import { attempt } from '../../platform/attempt.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import { counted } from '../../platform/words.ts';
import { parseJobKey, placeOf } from '../../state/tables/keys.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = {
  doing: 'stop the job',
  effect: 'destroy',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Stop job',
  icon: '$(debug-stop)',
  menus: { 'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /\\bstoppable\\b/', group: '2_job@3' }] },
};

/** Stops a job; its versions stay, so that it can be started again by a revert. */
export async function stopJob(given: Uses<'cluster' | 'ask' | 'report'>, argument: unknown): Promise<Deed | undefined> {
  const { cluster, report } = given;
  const { client, store, label } = cluster;
  const fit = { word: 'stoppable', none: 'No job can be stopped' } as const;
  const key = jobTarget(store, argument) ?? (await pickJob(given, 'Stop a job', fit));
  if (key === undefined) return undefined;
  const { namespace, id } = parseJobKey(key);
  const place = placeOf(key, regionTarget(argument));
  const what = `stop ${id}`;
  const now = await withQuietProgress(`Reading ${id}`, (signal) =>
    attempt({ what, needs: { capability: 'read-job', namespace } }, () => readJobNow(client, id, place, signal)),
  );
  if (now?.job.Stop === true) throw new NothingToDo(`${id} is stopped already on ${label}.`);
  return {
    title: `Stop ${id}`,
    place,
    detail: [effectOf(now), 'The job and its versions are kept, and a revert starts it again.'],
    button: 'Stop',
    progress: `Stopping ${id}`,
    attempted: { what, needs: { capability: 'submit-job', namespace } },
    act: async () => {
      await stop(client, id, place);
      return () => void report.done(`${id} is stopped on ${label}`);
    },
  };
}

/** What stopping does, in numbers where they are known. */
function effectOf(now: JobNow | undefined): string {
  if (now === undefined) return 'How much of it runs can’t be seen with this token.';
  const { job, running } = now;
  if ((job.Periodic ?? null) !== null) return 'No further run is started. Runs that are under way go on.';
  if ((job.ParameterizedJob ?? null) !== null) return 'It can’t be dispatched any more. Runs that are under way go on.';
  if (running > 0) return `${counted(running, 'running allocation')} will be stopped.`;
  return 'None of its allocations runs now, and none will be started any more.';
}
