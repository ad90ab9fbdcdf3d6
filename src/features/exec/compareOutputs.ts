import * as vscode from 'vscode';
import { NothingToDo } from '../../base/userError.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = { doing: 'compare the outputs', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = { title: 'Compare outputs' };

/** Compares what most allocations said with what another one did, of the output in the active editor or a lens over it. */
export async function compareOutputs(
  { ask, outputs }: Uses<'ask' | 'outputs'>,
  argument: unknown,
  group: unknown,
): Promise<void> {
  const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
  const others = uri && outputs.others(uri);
  if (uri === undefined || others === undefined)
    throw new NothingToDo('Open the output of a command that ran in several allocations first.');
  if (others.length === 0) throw new NothingToDo('All outputs are equal.');
  const choices = others.map((name, at) => ({ label: name, value: at + 1 }));
  const [only] = choices;
  const at =
    typeof group === 'number'
      ? group
      : others.length === 1
        ? only?.value
        : await ask.pick('Compare the most frequent output with', choices);
  if (at !== undefined) await outputs.compare(uri, at);
}
