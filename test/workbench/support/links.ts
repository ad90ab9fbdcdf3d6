import * as vscode from 'vscode';

/** Links that would have been opened outside of VS Code. A Uri in place of a text is told by its type: it loses encodings. */
export interface TakenLinks {
  readonly all: unknown[];
  dispose(): void;
}

/** Takes the links that are opened until it is disposed. In test mode VS Code lets its `env` be replaced. */
export function takeLinks(): TakenLinks {
  const all: unknown[] = [];
  const { openExternal } = vscode.env;
  const replace = (value: unknown) =>
    Object.defineProperty(vscode.env, 'openExternal', { value, configurable: true, writable: true });
  replace((link: unknown) => {
    all.push(link);
    return Promise.resolve(true);
  });
  return {
    all,
    dispose: () => {
      replace(openExternal);
    },
  };
}
