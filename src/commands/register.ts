import * as vscode from 'vscode';
import { Lifetime } from '../base/lifetime.ts';
import { commandNames } from '../platform/commandNames.ts';
import type { Command, Features } from './command.ts';
import type { Workbench } from './workbench.ts';

/** Registers every command. What a feature does is read from disk with its first call, so that no window waits for it. */
export function registerCommands(workbench: Workbench, features: Features): Lifetime {
  const life = new Lifetime();
  for (const feature of Object.keys(commandNames) as (keyof Features)[]) {
    for (const name of commandNames[feature]) {
      const call = async (...given: unknown[]) => {
        const [{ invoke }, { commands }] = await Promise.all([import('./gate.ts'), features[feature]()]);
        // That each feature has the commands of its names was checked by types where they are listed.
        await invoke(workbench, (commands as Readonly<Record<typeof name, Command>>)[name], given);
      };
      life.own(vscode.commands.registerCommand(`nomad.${name}`, call));
    }
  }
  return life;
}
