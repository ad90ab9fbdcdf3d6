import * as vscode from 'vscode';
import type { ClusterView } from './clusterView.ts';
import type { Row } from './rows.ts';

/**
 * The row that has the keyboard's focus in one of the views, which is the only selected one there afterwards; nothing
 * where none has it.
 *
 * VS Code tells what is selected, not what has the focus, and arrow keys move the focus alone. What is selected or no
 * longer selected after the command that turns the selection of the focused row round is that row.
 */
export async function focusedRow(views: readonly ClusterView[]): Promise<Row | undefined> {
  const before = views.map((view) => view.selection);
  await vscode.commands.executeCommand('list.toggleSelection');
  for (const [at, view] of views.entries()) {
    const row = turned(before[at] ?? [], view.selection);
    if (row === undefined) continue;
    await view.reveal(row);
    return row;
  }
  return undefined;
}

function turned(before: readonly Row[], after: readonly Row[]): Row | undefined {
  return after.find((row) => !before.includes(row)) ?? before.find((row) => !after.includes(row));
}
