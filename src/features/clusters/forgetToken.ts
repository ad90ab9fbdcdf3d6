import type { CommandEntry, Uses } from '../../commands/command.ts';
import { parseAddress } from '../../nomad/http/connection.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { reconnect } from './reconnect.ts';

export const entry = { doing: 'forget the token', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = { title: 'Forget token' };

/** Removes the stored token of the present address. */
export async function forgetToken(
  given: Uses<'connection' | 'current' | 'report' | 'tokens' | 'views'>,
): Promise<void> {
  const { displayAddress } = parseAddress(given.connection().address);
  await given.tokens.forget(displayAddress);
  if (given.current.get() !== undefined) await reconnect(given);
  void given.report.done(`No token is kept for ${displayAddress} any longer`);
}
