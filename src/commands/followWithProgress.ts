import { parseJobKey } from '../state/tables/keys.ts';
import { followRollout } from '../operations/followRollout.ts';
import type { Rollout, RolloutTarget } from '../operations/rollout.ts';
import { isCancelled } from '../base/cancel.ts';
import { once } from '../base/events.ts';
import type { Cluster } from '../state/clusters/cluster.ts';
import { commands } from '../platform/contributions.ts';
import { commandAction, type Action } from '../platform/report.ts';
import { withProgress } from '../platform/signals.ts';
import type { Uses } from './command.ts';

type Used = Uses<'cluster' | 'report'>;

/** A write on a deployment, and the index that the deployment has since. */
interface Written {
  readonly deployment: string;
  readonly index: number;
}

/**
 * Shows how a rollout goes until it ends or needs a decision. Returns at once; leaving the notification leaves the
 * rollout alone.
 *
 * @param written what was just decided, so that it isn't asked for again before the cluster has told of it
 */
export function followWithProgress(connected: Used, target: RolloutTarget, written?: Written): void {
  void followToEnd(connected, target, written).catch((error: unknown) =>
    connected.report.failure(error, { what: `follow ${target.jobKey}`, cluster: connected.cluster.label }),
  );
}

async function followToEnd(connected: Used, target: RolloutTarget, written?: Written): Promise<void> {
  const { cluster } = connected;
  let last: Rollout | undefined;
  const startedMs = Date.now();
  try {
    const watch = async (signal: AbortSignal, say: (sentence: string) => void) => {
      if (written !== undefined) await untilTold(cluster, written, signal);
      for await (const rollout of followRollout(cluster, target, signal)) {
        if (rollout.sentence !== last?.sentence) say(rollout.sentence);
        last = rollout;
        if (rollout.phase === 'needsPromotion' && rollout.promotable === true) break;
      }
    };
    await withProgress(`Rollout on ${whereOf(connected, target)}`, watch, 'Stop watching');
  } catch (error) {
    // Cancelled, or the cluster was left: the job goes on either way, and its rows say how.
    if (isCancelled(error)) return;
    throw error;
  }
  if (last !== undefined) await tellEnd(connected, target, last, Date.now() - startedMs);
}

async function untilTold(cluster: Cluster, { deployment, index }: Written, signal: AbortSignal): Promise<void> {
  const told = () => (cluster.store.deployments.get(deployment)?.modifyIndex ?? index) >= index;
  if (!told()) await once(cluster.onDidChange, AbortSignal.any([signal, cluster.signal]), told);
}

/** The cluster, and where in it when that is not what the views show. */
function whereOf({ cluster }: Used, { jobKey, region }: RolloutTarget): string {
  const { namespace } = parseJobKey(jobKey);
  const within = [
    ...(region === undefined || region === cluster.region ? [] : [`region ${region}`]),
    ...(cluster.namespace === '*' || cluster.namespace === namespace ? [] : [`namespace ${namespace}`]),
  ];
  return within.length === 0 ? cluster.label : `${cluster.label}, ${within.join(', ')}`;
}

async function tellEnd(connected: Used, target: RolloutTarget, rollout: Rollout, tookMs: number): Promise<void> {
  const { report } = connected;
  const job = { cluster: connected.cluster.id, job: target.jobKey, region: target.region };
  const sentence = `${rollout.sentence} on ${whereOf(connected, target)}`;
  switch (rollout.phase) {
    case 'needsPromotion':
      await report.done(sentence, [
        ...deploymentActions(job, rollout, ['Promote', commands.promoteDeployment], ['Fail', commands.failDeployment]),
      ]);
      return;
    case 'done':
      await report.done(tookMs < 1500 ? sentence : `${sentence} after ${seconds(tookMs)}`);
      return;
    default:
      await report.problem(sentence, [
        commandAction('Show logs', commands.showLogs, job),
        commandAction('Show state and events', commands.showEvents, job),
        commandAction('Revert', commands.revertJob, job),
      ]);
  }
}

function deploymentActions(
  job: object,
  { deploymentId: deployment }: Rollout,
  ...buttons: readonly [title: string, command: string][]
): Action[] {
  if (deployment === undefined) return [];
  return buttons.map(([title, command]) => commandAction(title, command, { ...job, deployment }));
}

function seconds(ms: number): string {
  const whole = Math.round(ms / 1000);
  return whole < 120 ? `${String(whole)} s` : `${String(Math.round(whole / 60))} min`;
}
