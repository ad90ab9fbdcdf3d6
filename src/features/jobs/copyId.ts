import * as vscode from 'vscode';
import { printable } from '../../base/plain.ts';
import { UserError } from '../../base/userError.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { allocationTarget, deploymentIdOf, jobTarget, nodeTarget, targetsOf } from '../../commands/targets.ts';
import { parseJobKey } from '../../state/tables/keys.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = {
  doing: 'copy the id',
  effect: 'read',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Copy id',
  menus: { 'view/item/context': [{ when: 'view =~ /^nomad\\./ && viewItem =~ /\\bcopyable\\b/', group: '9_copy@1' }] },
};

/** Puts the ids of the selected rows on the clipboard, a line each. */
export async function copyId({ cluster }: Uses<'cluster'>, argument: unknown, selection: unknown): Promise<void> {
  const ids = targetsOf(argument, selection).map((target) => {
    const key = jobTarget(cluster.store, target);
    return (
      allocationTarget(target) ??
      nodeTarget(target) ??
      deploymentIdOf(target) ??
      (key === undefined ? undefined : parseJobKey(key).id)
    );
  });
  const known = ids.filter((id) => id !== undefined);
  if (known.length === 0) throw new UserError('nothing is selected that has an id.');
  // An id with a line end in it would run what follows when it is pasted into a shell.
  await vscode.env.clipboard.writeText(known.map(printable).join('\n'));
}
