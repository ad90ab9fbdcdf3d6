import * as vscode from 'vscode';
import type { Allocated } from '../model/allocated.ts';
import { commands } from '../platform/contributions.ts';
import type { RowFace } from './face.ts';
import type { Row, RowTree } from './rows.ts';
import { factTable } from './text.ts';
import { factsOf } from './facts.ts';

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
  if (command !== undefined) item.command = { ...command, arguments: [row] };
  return item;
}

function commandOf(row: Row, face: RowFace): { title: string; command: string } | undefined {
  if (row.kind === 'deployment' && / active( |$)/.test(` ${face.contextValue}`)) {
    return { title: 'Show rollout', command: commands.showRollout };
  }
  if (row.kind !== 'message') return undefined;
  if (row.topic === 'failed') return { title: 'Refresh', command: commands.refresh };
  return row.topic === 'hidden' ? { title: 'Clear filter', command: commands.clearFilter } : undefined;
}

/**
 * The facts of a row as a table. What a server said is escaped, and nothing in it is trusted.
 *
 * @param given what was read for it, of an allocation
 */
export function tooltip(tree: RowTree, row: Row, given?: Allocated): vscode.MarkdownString | string {
  const { title, facts } = factsOf(tree, row, given);
  if (facts.length === 0) return title;
  const text = new vscode.MarkdownString(factTable(title, facts));
  text.isTrusted = false;
  text.supportHtml = false;
  text.supportThemeIcons = false;
  return text;
}
