import * as vscode from 'vscode';
import { Lifetime } from '../base/lifetime.ts';
import type { CommandEntry } from './command.ts';
import type { Command } from './gate.ts';
import type { Workbench } from './workbench.ts';

/** A feature, whatever its commands. */
interface AnyFeature {
  readonly commands: Readonly<Record<string, CommandEntry>>;
  readonly read: () => Promise<{ readonly handlers: Readonly<Record<string, (...given: never[]) => unknown>> }>;
}

/** Registers every command. What a feature does is read from disk with its first call, so that no window waits for it. */
export function registerCommands(workbench: Workbench, features: readonly AnyFeature[]): Lifetime {
  const life = new Lifetime();
  for (const { commands, read } of features) {
    for (const [name, entry] of Object.entries(commands)) {
      const call = async (...given: unknown[]) => {
        const [{ invoke }, { handlers }] = await Promise.all([import('./gate.ts'), read()]);
        // Whether it fits its entry was checked by types where the feature was put together.
        await invoke(workbench, { entry, body: handlers[name] as Command['body'] }, given);
      };
      life.own(vscode.commands.registerCommand(`nomad.${name}`, call));
    }
  }
  return life;
}
