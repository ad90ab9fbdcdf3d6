import type * as vscode from 'vscode';
import type { ClusterId } from '../../state/clusters/clusterId.ts';
import { givenFor, withGiven, type GivenFor } from './givenFor.ts';

/** Values by the names of the variables, which come from outside: never the keys of an object of ours. */
type Values = ReadonlyMap<string, string>;

/**
 * The values that a person gave for the variables of a jobspec, remembered for the file and the cluster: what is right for
 * a test cluster may be wrong in production. They may be secrets, so they live in VS Code's secret storage and nowhere else.
 */
export class VariableValues {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  /** @param cluster undefined where there is no connection */
  async get(jobspec: vscode.Uri, cluster: ClusterId | undefined): Promise<GivenFor<Values>> {
    const { here, elsewhere } = givenFor(parse(await this.#secrets.get(key(jobspec))), cluster, isValues);
    return { here: mapOf(here), elsewhere: mapOf(elsewhere) };
  }

  async set(jobspec: vscode.Uri, cluster: ClusterId | undefined, values: Values): Promise<void> {
    const kept = parse(await this.#secrets.get(key(jobspec)));
    const next = withGiven(kept, cluster, Object.fromEntries(values), isValues);
    await this.#secrets.store(key(jobspec), JSON.stringify(next));
  }
}

function key(jobspec: vscode.Uri): string {
  return `nomad.variables:${jobspec.toString()}`;
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function isValues(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((one) => typeof one === 'string')
  );
}

function mapOf(values: Readonly<Record<string, string>> | undefined): Values | undefined {
  return values && new Map(Object.entries(values));
}
