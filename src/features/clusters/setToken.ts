import { isCancelled } from '../../base/cancel.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { parseAddress } from '../../nomad/http/connection.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import { usesTokens } from '../../operations/clusters.ts';
import { commands } from '../../platform/contributions.ts';
import { commandAction } from '../../platform/report.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { reconnect } from './reconnect.ts';

export const entry = { doing: 'set the token', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Set token',
  icon: '$(key)',
  menus: { 'view/title': [{ when: 'view =~ /^nomad\\./', group: '1_cluster@3' }] },
};

type Used = Uses<'ask' | 'connection' | 'current' | 'report' | 'tokens' | 'views'>;

/** Asks for a token and keeps it in the secret storage, for the present address alone. */
export async function setToken(given: Used): Promise<void> {
  const { displayAddress } = parseAddress(given.connection().address);
  const token = await given.ask.text({
    title: `Token for ${displayAddress}`,
    prompt: 'The secret id of an ACL token, or a JWT. It is kept in the secret storage, for this address alone.',
    secret: true,
    check: (text) => (text.trim() === '' ? 'A token is needed. To use none, choose "Forget token".' : undefined),
  });
  if (token === undefined) return;
  await given.tokens.set(displayAddress, token.trim());
  try {
    await reconnect(given);
  } catch (error) {
    // The token is set all the same; what the cluster makes of it is told below, and by the views.
    if (!isNomadError(error, 'denied')) throw error;
  }
  await warnOfToken(given);
}

/** A token that was typed wrong is told at once, not at the first request that is refused. */
async function warnOfToken({ current, report, tokens }: Used): Promise<void> {
  const cluster = current.get();
  // A token that is withheld can't be checked.
  if (cluster === undefined || !tokens.offered) return;
  try {
    if (!(await usesTokens(cluster.client))) {
      void report.done(`${cluster.label} does not use ACLs; it takes any token`);
    } else if (cluster.state.kind === 'failed') {
      void report.problem(`${cluster.label} knows the token, but it may not list jobs in ${cluster.namespace}`, [
        commandAction('Choose namespace', commands.chooseNamespace),
        commandAction('Set token', commands.setToken),
      ]);
    }
  } catch (error) {
    if (isCancelled(error)) return;
    const cause = isNomadError(error) ? (error.body ?? error.message) : 'no answer';
    void report.problem(`${cluster.label} does not know the token: ${cause}`, [
      commandAction('Set token', commands.setToken),
    ]);
  }
}
