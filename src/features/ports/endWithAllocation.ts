import { taskWords, type ChosenTask } from '../../commands/chosenTask.ts';
import type { Uses } from '../../commands/command.ts';
import { readAftermath } from '../../operations/allocations.ts';
import { causeOf } from '../../operations/exec/sessionEnd.ts';
import { hasEnded } from '../../state/tables/taskState.ts';
import { addressOf, forwardsOf, type OpenForward } from './forwards.ts';

type Used = Uses<'cluster' | 'report' | 'extension'>;

const askMs = 5000;

/** Stops a forwarded port when its allocation stops or its cluster is left, and says why. */
export function endWithAllocation(given: Used, chosen: ChosenTask, one: OpenForward): void {
  const { cluster } = given;
  const { allocation, place } = chosen;
  const stop = (cause: string) => {
    const address = addressOf(one);
    if (!forwardsOf(given.extension).stop(one)) return;
    void given.report.problem(`${address} no longer leads to ${one.where}: ${cause}.`);
  };
  const onAbort = () => {
    stop('the window has left the cluster');
  };
  cluster.signal.addEventListener('abort', onAbort, { once: true });
  one.life.onEnd(() => {
    cluster.signal.removeEventListener('abort', onAbort);
  });
  // What is in another region isn't in the store: there the connections alone tell.
  if (place.region !== undefined) return;
  let isOver = false;
  const look = () => {
    const now = cluster.store.allocations.get(allocation.id);
    if (isOver || now === undefined || (!hasEnded(now) && now.desiredStatus !== 'stop')) return;
    isOver = true;
    void causeNow(given, chosen).then(stop);
  };
  one.life.own(cluster.onDidChange(look));
  look();
}

/** Never rejects. */
async function causeNow({ cluster }: Used, { allocation, task, place }: ChosenTask): Promise<string> {
  const unknown = `${taskWords({ allocation, task })} has ended`;
  const signal = AbortSignal.any([cluster.signal, AbortSignal.timeout(askMs)]);
  const aftermath = await readAftermath(cluster.client, allocation.id, place, signal).catch(() => undefined);
  const cause = aftermath === undefined ? undefined : causeOf(aftermath, task);
  return cause === undefined ? unknown : cause.charAt(0).toLowerCase() + cause.slice(1);
}
