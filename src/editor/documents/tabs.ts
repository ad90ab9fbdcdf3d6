import * as vscode from 'vscode';

/** The addresses of the texts in a tab: of both sides of a comparison. */
export function urisOf({ input }: vscode.Tab): readonly vscode.Uri[] {
  if (input instanceof vscode.TabInputText) return [input.uri];
  return input instanceof vscode.TabInputTextDiff ? [input.original, input.modified] : [];
}

/** The tabs with a text, comparisons with it too. */
export function tabsOf(uri: vscode.Uri): readonly vscode.Tab[] {
  const key = uri.toString();
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter((tab) => urisOf(tab).some((one) => one.toString() === key));
}

export function hasTab(uri: vscode.Uri): boolean {
  return tabsOf(uri).length > 0;
}

/** Whether VS Code has the text, in a tab or not. */
export function isOpen(uri: vscode.Uri): boolean {
  const key = uri.toString();
  return vscode.workspace.textDocuments.some((document) => document.uri.toString() === key);
}
