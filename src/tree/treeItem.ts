import * as vscode from 'vscode';
import { commands } from '../platform/contributions.ts';
import type { RowFace } from './face.ts';
import type { Click } from './opening.ts';
import type { Row } from './rows.ts';

/** A row as VS Code wants it. The tooltip comes later, when somebody asks for it. */
export function treeItem(row: Row, face: RowFace): vscode.TreeItem {
  const { None, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(face.label, face.collapsible === 'none' ? None : Collapsed);
  item.id = row.id;
  item.description = face.description;
  item.contextValue = face.contextValue;
  item.accessibilityInformation = { label: face.accessibleLabel };
  if (face.icon !== undefined) {
    const color = face.color === undefined ? undefined : new vscode.ThemeColor(face.color);
    item.iconPath = new vscode.ThemeIcon(face.icon, color);
  }
  const command = commandOf(row, face);
  if (command !== undefined) item.command = command;
  return item;
}

/** A row with a command no longer folds when it is clicked, so most of those that fold have none. */
function commandOf(row: Row, face: RowFace): vscode.Command | undefined {
  if (row.kind === 'deployment' && / active( |$)/.test(` ${face.contextValue}`)) {
    return { title: 'Show rollout', command: commands.showRollout, arguments: [row] };
  }
  if (row.kind === 'message') {
    if (row.topic === 'failed') return { title: 'Refresh', command: commands.refresh, arguments: [row] };
    return row.topic === 'hidden'
      ? { title: 'Clear filter', command: commands.clearFilter, arguments: [row] }
      : undefined;
  }
  if (face.collapsible !== 'none') return undefined;
  const click: Click = { clicked: row };
  return { title: 'Open', command: commands.openRow, arguments: [click] };
}
