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

  async get(jobspec: vscode.Uri): Promise<Readonly<Record<string, string>>> {
    const text = await this.#secrets.get(key(jobspec));
    return text === undefined ? {} : parseValues(text);
  }

  async set(jobspec: vscode.Uri, values: Readonly<Record<string, string>>): Promise<void> {
    await this.#secrets.store(key(jobspec), JSON.stringify(values));
  }
}

function key(jobspec: vscode.Uri): string {
  return `nomad.variables:${jobspec.toString()}`;
}

function parseValues(text: string): Record<string, string> {
  try {
    const values: unknown = JSON.parse(text);
    if (typeof values !== 'object' || values === null) return {};
    return Object.fromEntries(
      Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}
