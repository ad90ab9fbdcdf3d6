import type * as vscode from 'vscode';
import { command, type Command } from '../../commands/command.ts';
import { invoke } from '../../commands/gate.ts';
import type { Workbench } from '../../commands/workbench.ts';
import { terminalProfile } from '../../platform/window.ts';
import { chooseTask } from '../../commands/chosenTask.ts';
import { shellsOf } from './chooseCommand.ts';
import { entry } from './exec.ts';
import { execDeed, execTitle } from './execDeed.ts';
import type { ShowTerminal } from './openTerminal.ts';

/**
 * A shell in a task as VS Code wants it that offers one in its list of terminals: asks for the task, through the gate as
 * the command of the rows does. Undefined where the person leaves, or where that was refused, which the gate has told.
 * Never rejects.
 */
export async function taskShell(workbench: Workbench): Promise<vscode.TerminalProfile | undefined> {
  let profile: vscode.TerminalProfile | undefined;
  await invoke(
    workbench,
    execShowing((text, pty) => {
      profile = terminalProfile(text, pty);
    }),
    [],
  );
  return profile;
}

/** The command of the rows, whose terminal is handed over instead of shown. */
function execShowing(show: ShowTerminal): Command {
  return command(entry, async (given) => {
    const chosen = await chooseTask(given, undefined, execTitle);
    return chosen && execDeed(given, chosen, await shellsOf(given, chosen), show);
  });
}
