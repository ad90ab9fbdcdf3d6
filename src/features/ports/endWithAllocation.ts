import { taskWords, type ChosenTask } from '../../commands/chosenTask.ts';
import type { Uses } from '../../commands/command.ts';
import { readAftermath } from '../../operations/allocations.ts';
import { causeOf } from '../../operations/exec/sessionEnd.ts';
import { Lifetime } from '../../base/lifetime.ts';
import { commands } from '../../platform/contributions.ts';
import { commandAction } from '../../platform/report.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import { hasEnded } from '../../state/tables/taskState.ts';
import { addressOf, forwardsOf, type OpenForward } from './forwards.ts';

type Used = Uses<'cluster' | 'clusters' | 'current' | 'report' | 'extension'>;

const askMs = 5000;

/**
 * Stops a forwarded port when its allocation stops or its cluster is left, and says why. It outlives a connection to the
 * cluster that is made anew, as with another token.
 */
export function endWithAllocation(given: Used, chosen: ChosenTask, one: OpenForward): void {
  const { cluster, clusters, current, extension, report } = given;
  const { allocation, task, place } = chosen;
  const logs = { cluster: cluster.id, job: allocation.jobKey, allocation: allocation.id, task, region: place.region };
  const stop = (cause: string) => {
    const address = addressOf(one);
    if (!forwardsOf(extension).stop(one)) return;
    void report.problem(`${address} no longer leads to ${one.where}: ${cause}.`, [
      commandAction('Show logs', commands.showLogs, logs),
    ]);
  };
  let watching: Lifetime | undefined;
  const watch = () => {
    watching?.dispose();
    watching = undefined;
    const now = clusters.get(cluster.id);
    if (now !== undefined) watching = watchAllocation(now, chosen, stop);
    else if (current.get() !== undefined) stop('the window has left the cluster');
  };
  one.life.own(current.onDidChange(watch));
  one.life.onEnd(() => watching?.dispose());
  watch();
}

/** What the store doesn't have, as of another region, is told by the connections alone. */
function watchAllocation(cluster: Cluster, chosen: ChosenTask, stop: (cause: string) => void): Lifetime {
  const life = new Lifetime();
  if (!cluster.covers(chosen.place)) return life;
  const look = () => {
    const now = cluster.store.allocations.get(chosen.allocation.id);
    if (now === undefined || (!hasEnded(now) && now.desiredStatus !== 'stop')) return;
    life.dispose();
    void causeNow(cluster, chosen).then(stop);
  };
  cluster.hold(life.signal());
  life.own(cluster.onDidChange(look));
  look();
  return life;
}

/** Never rejects. */
async function causeNow(cluster: Cluster, { allocation, task, place }: ChosenTask): Promise<string> {
  const unknown = `${taskWords({ allocation, task })} has ended`;
  const signal = AbortSignal.any([cluster.signal, AbortSignal.timeout(askMs)]);
  const aftermath = await readAftermath(cluster.client, allocation.id, place, signal).catch(() => undefined);
  const cause = aftermath === undefined ? undefined : causeOf(aftermath, task);
  return cause === undefined ? unknown : cause.charAt(0).toLowerCase() + cause.slice(1);
}
