import * as vscode from 'vscode';
import { commands } from '../platform/contributions.ts';
import type { RowFace } from './face.ts';
import type { Click } from './opening.ts';
import { kindOf } from './kinds/kinds.ts';
import { paint } from './repaint.ts';
import type { Row } from './rows.ts';
import type { RowTree } from './rowTree.ts';

/** A row as VS Code wants it. The tooltip comes later, when somebody asks for it. */
export function treeItem(tree: RowTree, row: Row): vscode.TreeItem {
  const face = paint(tree, row);
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
  const command = commandOf(tree, row, face);
  if (command !== undefined) item.command = command;
  return item;
}

/** A row with a command no longer folds when it is clicked, so most of those that fold have none. */
function commandOf(tree: RowTree, row: Row, face: RowFace): vscode.Command | undefined {
  const kind = kindOf(row);
  if (kind.opensAtOnce === true) {
    const command = kind.opens(tree.source.store, row);
    return command === undefined ? undefined : { title: 'Open', command, arguments: [row] };
  }
  if (face.collapsible !== 'none') return undefined;
  const click: Click = { clicked: row };
  return { title: 'Open', command: commands.openRow, arguments: [click] };
}
