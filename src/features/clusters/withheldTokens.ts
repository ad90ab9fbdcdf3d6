import type * as vscode from 'vscode';
import type { Disposable } from '../../base/lifetime.ts';
import { parseAddress } from '../../nomad/http/connection.ts';
import type { ConnectionSettings } from '../../platform/connectionSettings.ts';
import { setByWorkspace } from '../../platform/settings.ts';
import { fingerprint, TlsConsent, trustOfWorkspace } from '../../platform/tlsConsent.ts';
import type { Workbench } from '../../commands/workbench.ts';

/** Keeps a token back where the workspace decides which server is trusted, until the person says that it may be sent. */
export class WithheldTokens {
  readonly #consent: TlsConsent;

  /** @param state of the workspace, where the leave is kept */
  constructor(state: vscode.Memento) {
    this.#consent = new TlsConsent(state);
  }

  isWithheld(settings: ConnectionSettings): boolean {
    return trustOfWorkspace(settings, setByWorkspace).length > 0 && !this.#consent.isGiven(settings);
  }

  /** Tells of each connection that has a token which is not sent. */
  readonly follow = (workbench: Workbench): Disposable =>
    workbench.current.onDidChange((cluster) => {
      const settings = workbench.connection();
      if (cluster !== undefined && this.isWithheld(settings)) void this.#tell(workbench, settings);
    });

  async #tell(workbench: Workbench, settings: ConnectionSettings): Promise<void> {
    const { displayAddress, basicAuth } = parseAddress(settings.address);
    const kept = (await workbench.tokens.get(displayAddress)) ?? settings.environmentToken;
    if ((kept ?? settings.httpAuth ?? basicAuth) === undefined) return;
    const names = trustOfWorkspace(settings, setByWorkspace).join(' and ');
    const why = `the settings of this workspace decide which server is trusted there (${names})`;
    const send = async () => {
      await this.#consent.give(settings);
      await workbench.current.reconnect();
    };
    const actions = [{ title: 'Send the token', run: send }];
    const changed = this.#consent.hasChanged(settings) ? ` ${changedWords(settings)}` : '';
    await workbench.report.problem(`Your token is not sent to ${displayAddress}: ${why}.${changed}`, actions);
  }
}

/** For a person who has agreed before. */
export function changedWords(settings: ConnectionSettings): string {
  const now = fingerprint(settings).slice(0, 16);
  return `What the files of the authorities hold has changed since you agreed (SHA-256 now ${now}…).`;
}
