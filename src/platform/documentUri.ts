import * as vscode from 'vscode';

/** What a document of ours is of, beside its name; `cluster` is the id of the cluster that it is from. */
export type DocumentOf = Readonly<Record<string, string | undefined>> & { readonly cluster: string };

/**
 * The address of a document of ours. It says which cluster the document is from, so that commands on it act there or
 * not at all, even after a window reload.
 *
 * @param name as on the tab; what is before a slash is the folders over it
 */
export function documentUri(scheme: string, name: string, of: DocumentOf): vscode.Uri {
  const fields = Object.entries(of).filter((field): field is [string, string] => field[1] !== undefined);
  return vscode.Uri.from({ scheme, path: `/${name}`, query: new URLSearchParams(fields).toString() });
}

/** What {@link documentUri} was given; nothing for the address of another document. */
export function documentOf({ query }: vscode.Uri): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(new URLSearchParams(query));
}
