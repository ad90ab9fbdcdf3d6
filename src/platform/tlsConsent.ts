import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
 * Which settings that decide whether an https server is trusted come from the workspace, which may be somebody else's.
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
 * for that address with those settings and those authorities, in that workspace, and for nothing else.
 */
export class TlsConsent {
  readonly #state: vscode.Memento;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  isGiven(settings: ConnectionSettings): boolean {
    return this.#given(settings) === fingerprint(settings);
  }

  /** True where leave was given, and the files of the authorities held something else then. */
  hasChanged(settings: ConnectionSettings): boolean {
    return this.#given(settings) !== undefined && !this.isGiven(settings);
  }

  async give(settings: ConnectionSettings): Promise<void> {
    await this.#state.update(key(settings), fingerprint(settings));
  }

  #given(settings: ConnectionSettings): string | undefined {
    const given: unknown = this.#state.get(key(settings));
    return typeof given === 'string' ? given : undefined;
  }
}

function key({ address, tls }: ConnectionSettings): string {
  const { caFile, caPath, serverName, skipVerify } = tls;
  return `nomad.tlsConsent:${hash(JSON.stringify([address, caFile, caPath, serverName, skipVerify]))}`;
}

/** Of what the files of the authorities hold, as SHA-256 in hex: nothing of their text is kept. */
export function fingerprint({ tls: { caFile, caPath } }: ConnectionSettings): string {
  const names = caPath ? attempt(() => readdirSync(caPath).sort(), []) : [];
  const files = [...(caFile ? [caFile] : []), ...names.map((name) => join(caPath ?? '', name))];
  return hash(JSON.stringify(files.map((file) => [file, hash(attempt(() => readFileSync(file), Buffer.alloc(0)))])));
}

function hash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** What can't be read now is another thing than it was, or will be. */
function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
