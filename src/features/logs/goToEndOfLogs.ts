import type { Uses } from '../../commands/command.ts';
import { openOne } from './openOne.ts';

/** Shows the newest lines, and those that come from then on. */
export async function goToEndOfLogs(given: Uses<'logs'>, argument: unknown): Promise<void> {
  (await openOne(given, argument)).goToEnd();
}
