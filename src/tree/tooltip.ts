import * as vscode from 'vscode';
import type { Allocated } from '../wording/allocated.ts';
import { factsOf } from './facts.ts';
import type { Row } from './rows.ts';
import type { RowTree } from './rowTree.ts';
import { factTable } from './text.ts';

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
