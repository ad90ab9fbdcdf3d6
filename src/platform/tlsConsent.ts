import { createHash } from 'node:crypto';
import type * as vscode from 'vscode';
import type { ConnectionSettings } from './connectionSettings.ts';
import type { Settings } from './contributions.ts';

/** Settings that decide which server is taken for the cluster, and so who is sent the token. */
const trusting = [
  'nomad.tls.skipVerify',
  'nomad.tls.caCert',
  'nomad.tls.caPath',
  'nomad.tls.serverName',
] as const satisfies readonly (keyof Settings)[];

/**
 * What of the trust in an https address comes from the workspace, which may be somebody else's.
 *
 * @param ofWorkspace what a workspace has set otherwise than the person
 */
export function trustOfWorkspace(
  { address }: Pick<ConnectionSettings, 'address'>,
  ofWorkspace: (name: keyof Settings) => unknown,
): string[] {
  if (!/^https:/i.test(address.trim())) return [];
  // A blank text takes away what the person has set, such as the one authority that is trusted.
  return trusting.filter((name) => {
    const value = ofWorkspace(name);
    return value !== undefined && value !== false;
  });
}

/**
 * A person's leave to send the token of an address although the workspace decides which server is trusted there. It is
 * for that address with those settings, in that workspace, and for nothing else.
 */
export class TlsConsent {
  readonly #state: vscode.Memento;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  isGiven(settings: ConnectionSettings): boolean {
    return this.#state.get(key(settings)) === true;
  }

  async give(settings: ConnectionSettings): Promise<void> {
    await this.#state.update(key(settings), true);
  }
}

function key({ address, tls }: ConnectionSettings): string {
  const { caFile, caPath, serverName, skipVerify } = tls;
  const parts = JSON.stringify([address, caFile, caPath, serverName, skipVerify]);
  return `nomad.tlsConsent:${createHash('sha256').update(parts).digest('hex')}`;
}
