import * as vscode from 'vscode';
import { Lifetime } from '../base/lifetime.ts';
import { commands } from '../platform/contributions.ts';
import type { Workbench } from './workbench.ts';

/** Registers every command. What they do is read from disk with the first call, so that no window waits for it. */
export function registerCommands(workbench: Workbench): Lifetime {
  const life = new Lifetime();
  for (const id of Object.values(commands)) {
    const call = async (...given: unknown[]) => {
      const { invoke } = await import('./table.ts');
      await invoke(workbench, id, given);
    };
    life.own(vscode.commands.registerCommand(id, call));
  }
  return life;
}
