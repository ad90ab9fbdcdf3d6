import * as vscode from 'vscode';

/** What a variable file says now: the text in its editor if that has unsaved changes, else the text on disk. */
export async function variableFileText(uri: vscode.Uri): Promise<string> {
  const edited = unsavedEditor(uri);
  if (edited !== undefined) return edited.getText();
  // Not through a document: one that isn't shown may be older than the file.
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

/** The document of a file that has text that is not saved. */
export function unsavedEditor(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((one) => one.isDirty && one.uri.toString() === uri.toString());
}
