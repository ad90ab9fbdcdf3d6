import { NothingToDo } from '../../base/userError.ts';
import type { Deed, Uses } from '../../commands/command.ts';
import { followWithProgress } from '../../commands/followWithProgress.ts';
import { promote } from '../../operations/deployments.ts';
import { counted } from '../../platform/words.ts';
import type { DeploymentGroupRecord, DeploymentRecord } from '../../state/tables/records.ts';
import { attemptedOn, chooseDeployment, healthyCanaries, named, unpromoted } from './chosenDeployment.ts';
import type { Chosen } from './chosenDeployment.ts';

/** The deployment to promote, of which something waits. */
export function choosePromotable(given: Uses<'cluster' | 'ask'>, argument: unknown): Promise<Chosen | undefined> {
  return chooseDeployment(given, argument, {
    deed: 'Promote a deployment',
    none: 'No deployment waits for a promotion',
    accept: (one) => one.needsPromotion,
  });
}

/** @throws NothingToDo where no group waits */
export function waitingGroups({ cluster }: Uses<'cluster'>, deployment: DeploymentRecord): DeploymentGroupRecord[] {
  const groups = unpromoted(deployment);
  if (groups.length > 0) return groups;
  const had = deployment.groups.some((group) => group.promoted);
  const state = had ? 'is promoted already' : 'has no canary that waits for a promotion';
  throw new NothingToDo(`${named(deployment)} ${state} on ${cluster.label}.`);
}

/**
 * The promotion of some groups of a deployment.
 *
 * @param names what Nomad is told; all groups where undefined
 */
export function promotionOf(
  given: Uses<'cluster' | 'report'>,
  chosen: Chosen,
  groups: readonly DeploymentGroupRecord[],
  names?: readonly string[],
): Deed {
  const { deployment, place } = chosen;
  const { id, jobKey, jobVersion } = deployment;
  return {
    title: `Promote ${named(deployment)}`,
    place,
    detail: groups.map(effectOf),
    button: 'Promote',
    progress: `Promoting ${names === undefined ? '' : `${names.join(', ')} of `}${named(deployment)}`,
    attempted: attemptedOn(chosen, 'promote'),
    act: async () => {
      const { DeploymentModifyIndex: index } = await promote(given.cluster.client, id, place, names);
      const target = { jobKey, jobVersion, deploymentId: id, region: place.region };
      return () => {
        followWithProgress(given, target, { deployment: id, index });
      };
    },
  };
}

function effectOf(group: DeploymentGroupRecord): string {
  const others = Math.max(0, group.desiredTotal - group.desiredCanaries);
  const canaries = `${String(healthyCanaries(group))} of ${counted(group.desiredCanaries, 'canary', 'canaries')} healthy`;
  return `${group.name}: ${canaries}; then ${counted(others, 'more allocation')} of the new version, and the old ones stop.`;
}
