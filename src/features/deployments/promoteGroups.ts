import type { CommandEntry, Deed, Uses } from '../../commands/command.ts';
import type { DeploymentGroupRecord, DeploymentRecord } from '../../state/tables/records.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { healthyCanaries, named } from './chosenDeployment.ts';
import { choosePromotable, promotionOf, waitingGroups } from './promotion.ts';

export const entry = {
  doing: 'promote',
  effect: 'change',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Promote some groups',
  icon: '$(checklist)',
  menus: {
    'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /\\bmultigroup\\b/', group: '1_deployment@2' }],
  },
};

/** Promotes the canaries of chosen groups; the others go on waiting. */
export async function promoteGroups(
  given: Uses<'cluster' | 'ask' | 'report'>,
  argument: unknown,
): Promise<Deed | undefined> {
  const chosen = await choosePromotable(given, argument);
  if (chosen === undefined) return undefined;
  const groups = await chooseGroups(given, chosen.deployment);
  if (groups === undefined || groups.length === 0) return undefined;
  const names = groups.map((group) => group.name);
  return promotionOf(given, chosen, groups, names);
}

/** Those that are ready are ticked from the start; a single group is not asked for. */
async function chooseGroups(
  given: Uses<'cluster' | 'ask'>,
  deployment: DeploymentRecord,
): Promise<readonly DeploymentGroupRecord[] | undefined> {
  const groups = waitingGroups(given, deployment);
  if (groups.length === 1) return groups;
  const choices = groups.map((group) => ({
    label: group.name,
    description: `canary ${String(healthyCanaries(group))} healthy of ${String(group.desiredCanaries)}`,
    picked: healthyCanaries(group) >= group.desiredCanaries,
    value: group,
  }));
  return given.ask.pickMany(`Promote groups of ${named(deployment)} on ${given.cluster.label}`, choices);
}
