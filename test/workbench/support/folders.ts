import * as vscode from 'vscode';

/** A folder that was to be added to the window. */
export interface TakenFolders {
  readonly all: { readonly uri: vscode.Uri; readonly name?: string }[];
  dispose(): void;
}

/** Takes the folders that are added to the window until it is disposed: a second one would end this extension host. */
export function takeFolders(): TakenFolders {
  const all: TakenFolders['all'] = [];
  const { updateWorkspaceFolders } = vscode.workspace;
  const replace = (value: unknown) =>
    Object.defineProperty(vscode.workspace, 'updateWorkspaceFolders', { value, configurable: true, writable: true });
  replace((_start: number, _gone: number | null, ...added: TakenFolders['all']) => {
    all.push(...added);
    return true;
  });
  return {
    all,
    dispose: () => {
      replace(updateWorkspaceFolders);
    },
  };
}
