import { parseJobKey, placeOf } from '../model/keys.ts';
import { withQuietProgress } from '../platform/signals.ts';
import { counted } from '../platform/words.ts';
import { pickJob } from './pickers.ts';
import { jobTarget, regionTarget } from './targets.ts';
import type { Connected } from './workbench.ts';

/** Stops a job; its versions stay, so that it can be started again by a revert. */
export async function stopJob(connected: Connected, argument: unknown): Promise<void> {
  const { cluster } = connected;
  const key =
    jobTarget(cluster.store, argument) ??
    (await pickJob(connected, 'Stop a job', { word: 'stoppable', none: 'No job can be stopped' }));
  if (key === undefined) return;
  const { namespace, id } = parseJobKey(key);
  const region = regionTarget(argument);
  const running = cluster.store.allocationsOf(key).filter((one) => one.clientStatus === 'running').length;
  const answer = await connected.ask.confirm({
    question: `Stop ${id} on ${cluster.label}?`,
    detail: `Namespace ${namespace}. ${counted(running, 'running allocation')} will be stopped. The job and its versions are kept, and a revert starts it again.`,
    button: 'Stop',
  });
  if (answer !== 'button') return;
  const { value } = await withQuietProgress(`Stopping ${id}`, () => cluster.client.jobs.stop(id, placeOf(key, region)));
  // For a job that is gone, Nomad answers with success and no evaluation.
  if (value.EvalID === '' && cluster.store.jobs.get(key)?.periodic !== true) {
    const exists = await cluster.client.jobs.read(id, placeOf(key, region)).then(
      () => true,
      () => false,
    );
    if (!exists) throw new Error('the job is no longer there.');
  }
  void connected.report.done(`${id} is stopped on ${cluster.label}`);
}
