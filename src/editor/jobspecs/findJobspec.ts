import * as path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../base/userError.ts';
import { languages } from '../../platform/contributions.ts';

/** The jobspec that `argument` names, or the one in the active editor. @throws Error with a sentence when there is none */
export async function findJobspec(argument: unknown): Promise<vscode.TextDocument> {
  if (argument instanceof vscode.Uri) return openJobspec(argument);
  const active = vscode.window.activeTextEditor?.document;
  if (active?.languageId === languages.jobspec) return active;
  const visible = vscode.window.visibleTextEditors.find((editor) => editor.document.languageId === languages.jobspec);
  if (visible !== undefined) return visible.document;
  throw new UserError('no jobspec is open. Open a file that ends in .nomad.hcl or .nomad first.');
}

async function openJobspec(uri: vscode.Uri): Promise<vscode.TextDocument> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch (error) {
    // VS Code's words, as of a file that is gone or too large, are for people; they name the file by its address.
    const why = error instanceof Error ? `: ${error.message}` : '';
    throw new UserError(`the file ${path.posix.basename(uri.path)} can't be opened${why}`);
  }
}
