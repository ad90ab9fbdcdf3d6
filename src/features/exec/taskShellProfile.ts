import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifetime.ts';
import { UserError } from '../../base/userError.ts';
import type { Workbench } from '../../commands/workbench.ts';
import { terminalProfiles } from '../../platform/contributions.ts';

/** A shell in a task in VS Code's list of terminals; what it takes is read from disk with the first one. */
export class TaskShellProfile implements vscode.TerminalProfileProvider, Disposable {
  readonly #workbench: Workbench;
  readonly #registration: Disposable;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
    this.#registration = vscode.window.registerTerminalProfileProvider(terminalProfiles.taskShell, this);
  }

  /** @throws UserError without words where there is to be no terminal: VS Code shows the words of any other */
  async provideTerminalProfile(): Promise<vscode.TerminalProfile> {
    const { taskShell } = await import('./taskShell.ts');
    const profile = await taskShell(this.#workbench);
    if (profile === undefined) throw new UserError('');
    return profile;
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
