import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { constraintOf } from '../../operations/nodes/nodeText.ts';
import { schemes } from '../../platform/contributions.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = { doing: 'copy the constraint', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Copy as constraint',
  icon: '$(copy)',
  menus: {
    commandPalette: [{ when: 'resourceScheme == nomad-node' }],
    'editor/title': [{ when: 'resourceScheme == nomad-node', group: 'navigation@1' }],
    'editor/context': [{ when: 'resourceScheme == nomad-node', group: '9_cutcopypaste@4' }],
  },
};

/** Puts the attributes on the lines of the cursors on the clipboard, as constraints of a jobspec. */
export async function copyConstraint({ report }: Uses<'report'>): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme !== schemes.node) throw new UserError('no document of a node is open here.');
  const lines = editor.selections.flatMap(({ start, end }) =>
    Array.from({ length: end.line - start.line + 1 }, (_, at) => start.line + at),
  );
  const found = [...new Set(lines)].map((at) => constraintOf(editor.document.lineAt(at).text));
  const constraints = found.filter((one) => one !== undefined);
  if (constraints.length === 0) throw new UserError('put the cursor on an attribute first.');
  await vscode.env.clipboard.writeText(constraints.join('\n'));
  void report.done(
    constraints.length === 1 ? 'The constraint is copied' : `${String(constraints.length)} constraints are copied`,
  );
}
