import type { Uses } from '../../commands/command.ts';
import { parseAddress } from '../../nomad/http/connection.ts';
import { reconnect } from './reconnect.ts';

/** Removes the stored token of the present address. */
export async function forgetToken(
  given: Uses<'connection' | 'current' | 'report' | 'tokens' | 'views'>,
): Promise<void> {
  const { displayAddress } = parseAddress(given.connection().address);
  await given.tokens.forget(displayAddress);
  if (given.current.get() !== undefined) await reconnect(given);
  void given.report.done(`No token is kept for ${displayAddress} any longer`);
}
