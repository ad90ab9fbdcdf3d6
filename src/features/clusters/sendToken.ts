import { NothingToDo } from '../../base/userError.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { parseAddress } from '../../nomad/http/connection.ts';
import { setByWorkspace } from '../../platform/settings.ts';
import { TlsConsent, trustOfWorkspace } from '../../platform/tlsConsent.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { reconnect } from './reconnect.ts';
import { changedWords } from './withheldTokens.ts';

export const entry = { doing: 'send the token', joint: 'to', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = { title: 'Send the token that is kept back' };

/** Asks whether the token that is kept back may be sent, though the workspace decides which server is trusted. */
export async function sendToken(given: Uses<'ask' | 'connection' | 'current' | 'extension' | 'views'>): Promise<void> {
  const settings = given.connection();
  const { displayAddress } = parseAddress(settings.address);
  const consent = new TlsConsent(given.extension.workspaceState);
  const names = trustOfWorkspace(settings, setByWorkspace);
  if (names.length === 0 || consent.isGiven(settings)) throw new NothingToDo('No token is kept back.');
  const answer = await given.ask.confirm({
    question: `Send your token to ${displayAddress}?`,
    detail: [
      `The settings of this workspace decide which server is trusted there: ${names.join(', ')}.`,
      ...(consent.hasChanged(settings) ? [changedWords(settings)] : []),
      'Whoever wrote them could have chosen a server that keeps the token.',
    ],
    button: 'Send the token',
    grave: true,
  });
  if (answer !== 'button') return;
  await consent.give(settings);
  await reconnect(given);
}
