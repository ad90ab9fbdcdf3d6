import type * as vscode from 'vscode';

/**
 * The values that a person gave for the variables of a jobspec, remembered for the file. They may be secrets, so they
 * live in VS Code's secret storage and nowhere else.
 */
export class VariableValues {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  /** By the names of the variables, which come from outside: never the keys of an object. */
  async get(jobspec: vscode.Uri): Promise<ReadonlyMap<string, string>> {
    const text = await this.#secrets.get(key(jobspec));
    return text === undefined ? new Map() : parseValues(text);
  }

  async set(jobspec: vscode.Uri, values: ReadonlyMap<string, string>): Promise<void> {
    if (values.size === 0) await this.#secrets.delete(key(jobspec));
    else await this.#secrets.store(key(jobspec), JSON.stringify(Object.fromEntries(values)));
  }
}

function key(jobspec: vscode.Uri): string {
  return `nomad.variables:${jobspec.toString()}`;
}

function parseValues(text: string): ReadonlyMap<string, string> {
  try {
    const values: unknown = JSON.parse(text);
    if (typeof values !== 'object' || values === null) return new Map();
    return new Map(Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return new Map();
  }
}
