import type { Deed, Uses } from '../../commands/command.ts';
import { choosePromotable, promotionOf, waitingGroups } from './promotion.ts';

/** Promotes all canaries of a deployment. */
export async function promoteDeployment(
  given: Uses<'cluster' | 'ask' | 'report'>,
  argument: unknown,
): Promise<Deed | undefined> {
  const chosen = await choosePromotable(given, argument);
  return chosen && promotionOf(given, chosen, waitingGroups(given, chosen.deployment));
}
