import type { Uses } from '../../commands/command.ts';
import { openOne } from './openOne.ts';

/** Leaves the document as it is. What comes meanwhile is kept, as far as there is room. */
export async function pauseLogs(given: Uses<'logs'>, argument: unknown): Promise<void> {
  await (await openOne(given, argument)).pause(true);
}

/** Shows what came meanwhile, and goes on. */
export async function resumeLogs(given: Uses<'logs'>, argument: unknown): Promise<void> {
  await (await openOne(given, argument)).pause(false);
}
