import type { CommandEntry, Deed, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { choosePromotable, promotionOf, waitingGroups } from './promotion.ts';

export const entry = {
  doing: 'promote',
  effect: 'change',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Promote',
  icon: '$(check)',
  menus: {
    'view/item/context': [
      { when: 'view =~ /^nomad\\./ && viewItem =~ /\\bpromotable\\b/ && isWorkspaceTrusted', group: 'inline@1' },
      { when: 'view =~ /^nomad\\./ && viewItem =~ /\\bpromotable\\b/', group: '1_deployment@1' },
    ],
  },
};

/** Promotes all canaries of a deployment. */
export async function promoteDeployment(
  given: Uses<'cluster' | 'ask' | 'report'>,
  argument: unknown,
): Promise<Deed | undefined> {
  const chosen = await choosePromotable(given, argument);
  return chosen && promotionOf(given, chosen, waitingGroups(given, chosen.deployment));
}
