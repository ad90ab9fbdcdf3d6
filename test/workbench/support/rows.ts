import * as vscode from 'vscode';
import type { ViewId } from '../../../src/platform/contributions.ts';
import { views } from '../../../src/platform/contributions.ts';
import type { Row } from '../../../src/tree/rows.ts';
import type { OpenWorkbench } from './host.ts';

/** A row with what VS Code draws of it. */
export interface DrawnRow {
  readonly row: Row;
  readonly item: vscode.TreeItem;
  readonly label: string;
  readonly description: string;
  readonly contextValue: string;
  readonly tooltip: string;
}

/** The rows of a view, or those under one of them, asked for as VS Code does. */
export async function rowsOf(workbench: OpenWorkbench, parent?: Row, view: ViewId = views.jobs): Promise<DrawnRow[]> {
  const tree = workbench.views.tree(view);
  const rows = await tree.getChildren(parent);
  const { token } = new vscode.CancellationTokenSource();
  const drawn = rows.map(async (row) => {
    const item = tree.getTreeItem(row);
    const { tooltip } = await tree.resolveTreeItem(item, row, token);
    return {
      row,
      item,
      label: typeof item.label === 'string' ? item.label : (item.label?.label ?? ''),
      description: typeof item.description === 'string' ? item.description : '',
      contextValue: item.contextValue ?? '',
      tooltip: tooltip instanceof vscode.MarkdownString ? tooltip.value : (tooltip ?? ''),
    };
  });
  return Promise.all(drawn);
}
