import { readFile } from 'node:fs/promises';
import type * as TreeSitter from 'web-tree-sitter';
import type { Node, Parser, Tree } from 'web-tree-sitter';
import type { Disposable } from '../../base/lifetime.ts';
import { TextLines } from './text.ts';

/** Where the two wasm files are: tree-sitter itself and the HCL grammar. Absolute paths. */
export interface ParserFiles {
  readonly runtime: string;
  readonly grammar: string;
}

/** Loaded with the first jobspec: it is the heaviest part of all. */
type Library = typeof TreeSitter;

/** Parsing is given up after this time: the extension host has other things to do. */
const defaultTimeLimitMs = 2000;

/**
 * The runtime keeps its wasm instance to itself, one for the process, and two inits at a time would mix two of them up;
 * so the one init that runs or has succeeded is kept here beside it.
 */
let runtimeReady: Promise<Library> | undefined;

async function initRuntime(path: string): Promise<Library> {
  const attempt = (runtimeReady ??= loadLibrary(path));
  try {
    return await attempt;
  } catch (error) {
    if (runtimeReady === attempt) runtimeReady = undefined;
    throw error;
  }
}

async function loadLibrary(path: string): Promise<Library> {
  const [library, bytes] = await Promise.all([import('web-tree-sitter'), readFile(path)]);
  await library.Parser.init({ wasmBinary: new Uint8Array(bytes).buffer });
  return library;
}

/** The syntax tree of one version of a text. Owned by whoever asked for it: dispose it to free its memory. */
export class JobspecTree implements Disposable {
  readonly text: string;
  readonly lines: TextLines;
  #tree: Tree | undefined;

  /** Made by {@link JobspecParser.parse}. `tree` is undefined when the text took too long to read. */
  constructor(text: string, tree: Tree | undefined) {
    this.text = text;
    this.lines = new TextLines(text);
    this.#tree = tree;
  }

  /** The root of the tree; undefined when the text took too long to read, or after dispose. */
  get root(): Node | undefined {
    return this.#tree?.rootNode;
  }

  dispose(): void {
    this.#tree?.delete();
    this.#tree = undefined;
  }
}

/** Parses HCL. A mistake in the text throws nothing: the tree says where it is. */
export class JobspecParser implements Disposable {
  readonly #parser: Parser;
  readonly #timeLimitMs: number;
  #disposed = false;

  private constructor(parser: Parser, timeLimitMs: number) {
    this.#parser = parser;
    this.#timeLimitMs = timeLimitMs;
  }

  /**
   * Loads the wasm files (about 10 ms). The runtime is loaded once in a process, the first `wasm.runtime` that works is
   * the one used.
   *
   * @throws when a file can't be read or is no such wasm; a later call tries again
   */
  static async load(wasm: ParserFiles, options: { readonly timeLimitMs?: number } = {}): Promise<JobspecParser> {
    const library = await initRuntime(wasm.runtime);
    const language = await library.Language.load(new Uint8Array(await readFile(wasm.grammar)));
    const parser = new library.Parser();
    parser.setLanguage(language);
    return new JobspecParser(parser, options.timeLimitMs ?? defaultTimeLimitMs);
  }

  /** Reads a text. After {@link dispose}, or beyond the time limit, the tree has no root. */
  parse(text: string): JobspecTree {
    if (this.#disposed) return new JobspecTree(text, undefined);
    const start = performance.now();
    const progressCallback = (): boolean => performance.now() - start > this.#timeLimitMs;
    const tree = this.#parser.parse(readable(text), undefined, { progressCallback });
    if (tree === null) this.#parser.reset();
    return new JobspecTree(text, tree ?? undefined);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#parser.delete();
  }
}

/**
 * The grammar knows no exponent without a fraction (`1e3`), which HCL has: digits in its place leave all positions as
 * they are, and what a number or a string says is read from the text itself.
 */
function readable(text: string): string {
  return text.replace(/(?<![\w.-])\d+[eE][+-]?\d+(?![\w.])/g, (number) => '0'.repeat(number.length));
}
