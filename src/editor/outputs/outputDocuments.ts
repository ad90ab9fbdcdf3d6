import * as vscode from 'vscode';
import { fileName, plain } from '../../base/plain.ts';
import { Lifetime } from '../../base/lifetime.ts';
import type { ClusterId } from '../../state/clusters/clusterId.ts';
import { commands, schemes } from '../../platform/contributions.ts';
import { documentUri } from '../../platform/documentUri.ts';
import { LensCommands } from '../../platform/lensCommands.ts';
import { showDiff } from '../../platform/window.ts';
import { ReadOnlyDocuments } from '../documents/readOnlyDocuments.ts';

/** Results that are equal, as a document of their own. */
export interface OutputGroup {
  /** `5 of 6, exit code 0` */
  readonly name: string;
  /** Where it stands in the document of all. */
  readonly line: number;
  readonly text: () => string;
}

/** What a command said. */
export interface OutputDocument {
  readonly cluster: ClusterId;
  /** `web uptime` */
  readonly name: string;
  readonly text: string;
  /** The largest first, which the others are compared with. */
  readonly groups: readonly OutputGroup[];
}

/** What commands in tasks said, as read-only documents, each of its own. */
export class OutputDocuments implements vscode.Disposable, vscode.CodeLensProvider {
  readonly #life = new Lifetime();
  readonly #commands = this.#life.own(new LensCommands());
  readonly #texts = this.#life.own(new ReadOnlyDocuments(schemes.output));
  readonly #shown = new Map<string, OutputDocument>();
  #runs = 0;

  constructor() {
    this.#life.own(vscode.languages.registerCodeLensProvider({ scheme: schemes.output }, this));
    this.#life.own(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.#shown.delete(uri.toString());
      }),
    );
  }

  async show(output: OutputDocument): Promise<void> {
    this.#runs += 1;
    const of = { cluster: output.cluster, run: String(this.#runs) };
    const uri = documentUri(schemes.output, `${fileName(output.name)} output.txt`, of);
    this.#texts.set(uri, output.text);
    this.#shown.set(uri.toString(), output);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const { uri } = document;
    const [first, ...others] = this.#shown.get(uri.toString())?.groups ?? [];
    if (first === undefined) return [];
    return others.map(({ line }, at) => {
      const range = new vscode.Range(line, 0, line, 0);
      const title = `Compare with ${first.name}`;
      return this.#commands.lens(document, range, title, commands.compareOutputs, [uri, at + 1]);
    });
  }

  /** What else than the most frequent result is in the document, by name; undefined for a document of another kind. */
  others(uri: vscode.Uri): readonly string[] | undefined {
    return this.#shown
      .get(uri.toString())
      ?.groups.slice(1)
      .map(({ name }) => name);
  }

  /** Compares the most frequent result with another one, by its place. Resolves to false where either is gone. */
  async compare(uri: vscode.Uri, at: number): Promise<boolean> {
    const output = this.#shown.get(uri.toString());
    const first = output?.groups[0];
    const other = output?.groups[at];
    if (output === undefined || first === undefined || other === undefined) return false;
    const side = (group: OutputGroup) => {
      const of = { cluster: output.cluster, of: uri.query, group: group.name };
      const address = documentUri(schemes.output, `${fileName(`${output.name} ${group.name}`)}.txt`, of);
      this.#texts.set(address, group.text());
      return address;
    };
    await showDiff(side(first), side(other), plain(`${output.name}: ${first.name} ↔ ${other.name}`));
    return true;
  }

  dispose(): void {
    this.#life.dispose();
  }
}
