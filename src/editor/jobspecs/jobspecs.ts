import * as path from 'node:path';
import type * as vscode from 'vscode';
import type { Lifetime } from '../../base/lifetime.ts';
import type { Jobspec, readJobspec } from '../../hcl/jobspec.ts';
import type { JobspecParser } from '../../hcl/syntax/parse.ts';
import type { VariableFile, readVariableFile } from '../../hcl/evaluation/variableFile.ts';

/** What reads jobspecs: from disk with the first of them, which no window has to wait for. */
interface Reader {
  readonly parser: JobspecParser;
  readonly readJobspec: typeof readJobspec;
  readonly readVariableFile: typeof readVariableFile;
}

/** The structure of jobspecs, read once a version of a document. The parser loads with the first jobspec. */
export class Jobspecs {
  readonly #folder: string;
  readonly #life: Lifetime;
  readonly #cache = new WeakMap<vscode.TextDocument, { version: number; jobspec: Jobspec }>();
  #reader: Promise<Reader> | undefined;

  /** @param folder where the wasm files of the parser are */
  constructor(folder: string, life: Lifetime) {
    this.#folder = folder;
    this.#life = life;
  }

  async read(document: vscode.TextDocument): Promise<Jobspec> {
    const known = this.#cache.get(document);
    if (known?.version === document.version) return known.jobspec;
    const { version } = document;
    const { parser, readJobspec } = await (this.#reader ??= this.#load());
    const jobspec = readJobspec(parser, document.getText());
    this.#cache.set(document, { version, jobspec });
    return jobspec;
  }

  /** Reads a text with values for variables. @param name of its file, for people */
  async readVariables(text: string, name: string): Promise<VariableFile> {
    const { parser, readVariableFile } = await (this.#reader ??= this.#load());
    return readVariableFile(parser, text, name);
  }

  async #load(): Promise<Reader> {
    const [{ JobspecParser }, { readJobspec }, { readVariableFile }] = await Promise.all([
      import('../../hcl/syntax/parse.ts'),
      import('../../hcl/jobspec.ts'),
      import('../../hcl/evaluation/variableFile.ts'),
    ]);
    const parser = await JobspecParser.load({
      runtime: path.join(this.#folder, 'web-tree-sitter.wasm'),
      grammar: path.join(this.#folder, 'tree-sitter-hcl.wasm'),
    });
    return { parser: this.#life.own(parser), readJobspec, readVariableFile };
  }
}
