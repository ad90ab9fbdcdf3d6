import * as path from 'node:path';
import type * as vscode from 'vscode';
import type { Lifetime } from '../base/lifetime.ts';
import { JobspecParser } from '../hcl/parse.ts';
import { scanJobspec, type Jobspec } from '../hcl/jobspec.ts';
import { readVariableFile, type VariableFile } from '../hcl/variableFile.ts';

/** The structure of jobspecs, read once a version of a document. The parser loads with the first jobspec. */
export class Jobspecs {
  readonly #folder: string;
  readonly #life: Lifetime;
  readonly #cache = new WeakMap<vscode.TextDocument, { version: number; jobspec: Jobspec }>();
  #parser: Promise<JobspecParser> | undefined;

  /** @param folder where the wasm files of the parser are */
  constructor(folder: string, life: Lifetime) {
    this.#folder = folder;
    this.#life = life;
  }

  async read(document: vscode.TextDocument): Promise<Jobspec> {
    const known = this.#cache.get(document);
    if (known?.version === document.version) return known.jobspec;
    const { version } = document;
    const parser = await (this.#parser ??= this.#load());
    const tree = parser.parse(document.getText());
    try {
      const jobspec = scanJobspec(tree);
      this.#cache.set(document, { version, jobspec });
      return jobspec;
    } finally {
      tree.dispose();
    }
  }

  /** Reads a text with values for variables. @param name of its file, for people */
  async readVariables(text: string, name: string): Promise<VariableFile> {
    return readVariableFile(await (this.#parser ??= this.#load()), text, name);
  }

  async #load(): Promise<JobspecParser> {
    const parser = await JobspecParser.load({
      runtime: path.join(this.#folder, 'web-tree-sitter.wasm'),
      grammar: path.join(this.#folder, 'tree-sitter-hcl.wasm'),
    });
    return this.#life.own(parser);
  }
}
