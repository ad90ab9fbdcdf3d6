import * as vscode from 'vscode';
import { NothingToDo } from '../../base/userError.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { addressOf, forwardsOf, openInBrowser, type OpenForward } from './forwards.ts';

export const entry = { doing: 'show the forwarded ports', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = { title: 'Show forwarded ports' };

/** Lists the forwarded ports, to open one in a browser, copy its address or stop it. */
export async function showForwards({ ask, extension }: Uses<'ask' | 'extension'>): Promise<void> {
  const forwards = forwardsOf(extension);
  if (forwards.all.length === 0)
    throw new NothingToDo('No port is forwarded. Forward one from the row of an allocation or a task.');
  const one = await ask.pick('Forwarded ports', forwards.all.map(choiceOf));
  if (one === undefined) return;
  const deed = await ask.pick(`${addressOf(one)} → ${one.where}`, [
    { label: 'Open in browser', value: 'open' as const },
    { label: 'Copy address', value: 'copy' as const },
    { label: 'Stop', value: 'stop' as const },
  ]);
  if (deed === 'open') await openInBrowser(one);
  else if (deed === 'copy') await vscode.env.clipboard.writeText(addressOf(one));
  else if (deed === 'stop') forwards.stop(one);
}

function choiceOf(one: OpenForward) {
  const { open, total } = one.forward.connections;
  const failure = one.forward.lastFailure;
  const counts = `${String(open)} open of ${String(total)} ${total === 1 ? 'connection' : 'connections'}`;
  return {
    label: addressOf(one),
    description: one.where,
    detail: `${one.way} · ${counts}${failure === undefined ? '' : ` · the last one failed: ${failure}`}`,
    value: one,
  };
}
