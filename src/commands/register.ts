import * as vscode from 'vscode';
import { Lifetime } from '../base/lifetime.ts';
import { commands, type CommandId } from '../platform/contributions.ts';
import type { Workbench } from './workbench.ts';

/** What the commands do. */
interface Table {
  readonly invoke: (workbench: Workbench, id: CommandId, given: readonly unknown[]) => Promise<void>;
}

/** Registers every command. What they do is read from disk with the first call, so that no window waits for it. */
export function registerCommands(workbench: Workbench, read: () => Promise<Table>): Lifetime {
  const life = new Lifetime();
  for (const id of Object.values(commands)) {
    const call = async (...given: unknown[]) => {
      const { invoke } = await read();
      await invoke(workbench, id, given);
    };
    life.own(vscode.commands.registerCommand(id, call));
  }
  return life;
}
