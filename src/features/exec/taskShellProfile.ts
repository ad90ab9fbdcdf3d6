import * as vscode from 'vscode';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';
import { UserError } from '../../base/userError.ts';
import type { Workbench } from '../../commands/workbench.ts';
import { terminalProfiles } from '../../platform/contributions.ts';

/** A shell in a task in VS Code's list of terminals; what it takes is read from disk with the first one. */
export class TaskShellProfile implements vscode.TerminalProfileProvider, Disposable {
  readonly #workbench: Workbench;
  readonly #life = new Lifetime();
  readonly #made = new WeakSet<object>();

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
    this.#life.own(vscode.window.registerTerminalProfileProvider(terminalProfiles.taskShell, this));
    // Chosen from the palette, VS Code leaves it in a panel that is hidden.
    this.#life.own(
      vscode.window.onDidOpenTerminal((terminal) => {
        if (this.#made.has(ptyOf(terminal.creationOptions))) terminal.show();
      }),
    );
  }

  /** @throws UserError without words where there is to be no terminal: VS Code shows the words of any other */
  async provideTerminalProfile(): Promise<vscode.TerminalProfile> {
    const { taskShell } = await import('./taskShell.ts');
    const profile = await taskShell(this.#workbench);
    if (profile === undefined) throw new UserError('');
    this.#made.add(ptyOf(profile.options));
    return profile;
  }

  dispose(): void {
    this.#life.dispose();
  }
}

/** What a terminal runs, where that is of an extension; else itself. */
function ptyOf(options: vscode.TerminalOptions | vscode.ExtensionTerminalOptions): object {
  return 'pty' in options ? options.pty : options;
}
