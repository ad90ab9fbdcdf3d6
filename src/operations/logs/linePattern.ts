import { createContext, Script } from 'node:vm';
import type { Context } from 'node:vm';
import { UserError } from '../../base/userError.ts';
import { printable } from '../../base/plain.ts';

/** Where in a line a pattern was found: from and behind, counted as strings are. */
export type Range = readonly [from: number, to: number];

/** So much text is looked through at once, and for no longer than that. */
const batchLength = 256 * 1024;
const batchLimitMs = 500;
/** More places in a line than anybody looks at. */
const maxRanges = 100;

/** For each line, where the pattern was found, as one list of numbers; nothing of the pattern is in the code itself. */
const search = new Script(`
  texts.map((text) => {
    pattern.lastIndex = 0;
    const found = [];
    for (let match; found.length < ${String(maxRanges * 2)} && (match = pattern.exec(text)) !== null; ) {
      found.push(match.index, match.index + match[0].length);
      if (match[0] === '') pattern.lastIndex += 1;
    }
    return found;
  })
`);

/**
 * A regular expression of a person's, with which lines are looked through. One that would take for ever is given up after
 * half a second: Node's `vm` can break off what a plain `test` can't, and a thread of its own would have to be given all
 * lines.
 */
export class LinePattern {
  readonly #context: Context;

  /** @throws {UserError} for what is no regular expression */
  constructor(source: string, { caseSensitive = false }: { readonly caseSensitive?: boolean } = {}) {
    let pattern: RegExp;
    try {
      pattern = new RegExp(source, caseSensitive ? 'g' : 'gi');
    } catch (error) {
      const words = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : '';
      throw new UserError(`${printable(words)} is not a regular expression`);
    }
    this.#context = createContext({ pattern, texts: [] });
  }

  /**
   * For each of the texts where the pattern was found; an empty list where it was not.
   *
   * @throws {UserError} when that takes too long
   */
  find(texts: readonly string[]): Range[][] {
    const found: Range[][] = [];
    for (let from = 0; from < texts.length;) {
      let to = from;
      for (let length = 0; to < texts.length && length < batchLength; to += 1) length += (texts[to]?.length ?? 0) + 1;
      for (const numbers of this.#run(texts.slice(from, to))) found.push(rangesOf(numbers));
      from = to;
    }
    return found;
  }

  /** Whether a text has it. */
  test(text: string): boolean {
    return (this.find([text])[0]?.length ?? 0) > 0;
  }

  #run(texts: readonly string[]): readonly (readonly number[])[] {
    this.#context['texts'] = texts;
    try {
      return search.runInContext(this.#context, { timeout: batchLimitMs }) as number[][];
    } catch (error) {
      // It is an error of the context's own.
      if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
        throw new UserError('the regular expression takes too long; it may repeat what is repeated already');
      }
      throw error;
    } finally {
      this.#context['texts'] = [];
    }
  }
}

function rangesOf(numbers: readonly number[]): Range[] {
  const ranges: Range[] = [];
  for (let at = 0; at < numbers.length; at += 2) ranges.push([numbers[at] ?? 0, numbers[at + 1] ?? 0]);
  return ranges;
}
