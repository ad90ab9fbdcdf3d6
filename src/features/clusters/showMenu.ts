import * as vscode from 'vscode';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { commands } from '../../platform/contributions.ts';
import { withoutCredentials } from '../../nomad/http/connection.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = { doing: 'show the menu', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = { title: 'Show cluster menu' };

/** What the status bar's item leads to. */
export async function showMenu({ ask, connection, current }: Uses<'ask' | 'connection' | 'current'>): Promise<void> {
  const label = current.get()?.label ?? withoutCredentials(connection().address);
  const choices = [
    { label: 'Choose namespace', icon: 'symbol-namespace', value: commands.chooseNamespace },
    { label: 'Connect to another cluster', icon: 'plug', value: commands.connect },
    { label: 'Set token', icon: 'key', value: commands.setToken },
    { label: 'Forget token', icon: 'trash', value: commands.forgetToken },
    { label: 'Open the Web UI', icon: 'link-external', value: commands.openWebUi },
    { label: 'Refresh', icon: 'refresh', value: commands.refresh },
    { label: 'Show the log of this extension', icon: 'output', value: commands.showLog },
  ];
  const command = await ask.pick(`Nomad cluster ${label}`, choices);
  if (command !== undefined) await vscode.commands.executeCommand(command);
}
