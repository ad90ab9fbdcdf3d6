import { readFile } from 'node:fs/promises';
import { Edit, Language, Parser } from 'web-tree-sitter';
import type { Node, Tree } from 'web-tree-sitter';
import type { Disposable } from '../base/lifetime.ts';
import { TextLines } from './text.ts';

/** Where the two wasm files are: tree-sitter itself and the HCL grammar. Absolute paths. */
export interface ParserFiles {
  readonly runtime: string;
  readonly grammar: string;
}

/** A text longer to read than this is given up: the extension host has other things to do. */
const defaultTimeLimitMs = 2000;

/**
 * The runtime keeps its wasm instance to itself, one for the process, and two inits at a time would mix two of them up;
 * so the one init that runs or has succeeded is kept here beside it.
 */
let runtimeReady: Promise<void> | undefined;

async function initRuntime(path: string): Promise<void> {
  const attempt = (runtimeReady ??= readFile(path).then((bytes) =>
    Parser.init({ wasmBinary: new Uint8Array(bytes).buffer }),
  ));
  try {
    await attempt;
  } catch (error) {
    if (runtimeReady === attempt) runtimeReady = undefined;
    throw error;
  }
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

  /** A copy of the tree, told how its text became `text`, for the next parse to start from. The caller deletes it. */
  editedFor(text: string): Tree | undefined {
    const copy = this.#tree?.copy();
    copy?.edit(changeBetween(this, text));
    return copy;
  }

  dispose(): void {
    this.#tree?.delete();
    this.#tree = undefined;
  }
}

/** Reads HCL. Errors in the text are no errors here: the tree says where they are. */
export class JobspecParser implements Disposable {
  readonly #parser: Parser;
  readonly #timeLimitMs: number;
  #disposed = false;

  private constructor(language: Language, timeLimitMs: number) {
    this.#parser = new Parser();
    this.#parser.setLanguage(language);
    this.#timeLimitMs = timeLimitMs;
  }

  /**
   * Loads the wasm files (about 10 ms). The runtime is loaded once in a process, the first `wasm.runtime` that works is
   * the one used.
   *
   * @throws when a file can't be read or is no such wasm; a later call tries again
   */
  static async load(wasm: ParserFiles, options: { readonly timeLimitMs?: number } = {}): Promise<JobspecParser> {
    await initRuntime(wasm.runtime);
    const language = await Language.load(new Uint8Array(await readFile(wasm.grammar)));
    return new JobspecParser(language, options.timeLimitMs ?? defaultTimeLimitMs);
  }

  /**
   * Reads a text. With `previous`, the tree of an earlier version of the same text, only what changed is read again;
   * `previous` stays the caller's. After {@link dispose}, or beyond the time limit, the tree has no root.
   */
  parse(text: string, previous?: JobspecTree): JobspecTree {
    if (this.#disposed) return new JobspecTree(text, undefined);
    const start = performance.now();
    const earlier = previous?.editedFor(text);
    try {
      const progressCallback = (): boolean => performance.now() - start > this.#timeLimitMs;
      const tree = this.#parser.parse(text, earlier, { progressCallback });
      if (tree === null) this.#parser.reset();
      return new JobspecTree(text, tree ?? undefined);
    } finally {
      earlier?.delete();
    }
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#parser.delete();
  }
}

/** The one edit that turns the text of `before` into `text`: everything between their common start and common end. */
function changeBetween(before: JobspecTree, text: string): Edit {
  const old = before.text;
  const shorter = Math.min(old.length, text.length);
  let start = 0;
  while (start < shorter && old.charCodeAt(start) === text.charCodeAt(start)) start++;
  let tail = 0;
  while (tail < shorter - start && old.charCodeAt(old.length - 1 - tail) === text.charCodeAt(text.length - 1 - tail)) {
    tail++;
  }
  const point = (lines: TextLines, offset: number) => {
    const { line, character } = lines.position(offset);
    return { row: line, column: character };
  };
  const newLines = new TextLines(text);
  return new Edit({
    startIndex: start,
    oldEndIndex: old.length - tail,
    newEndIndex: text.length - tail,
    startPosition: point(before.lines, start),
    oldEndPosition: point(before.lines, old.length - tail),
    newEndPosition: point(newLines, text.length - tail),
  });
}
