import type { Uses } from '../../commands/command.ts';
import { openOne } from './openOne.ts';

/** Empties the document; what comes from then on is shown. Nothing is lost on the cluster. */
export async function clearLogs(given: Uses<'logs'>, argument: unknown): Promise<void> {
  (await openOne(given, argument)).clear();
}
