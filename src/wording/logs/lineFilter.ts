/** Which lines are shown: those in which an expression is found, with some before and after, or all others. */
export interface LineRule {
  /** A regular expression, as it was typed. */
  readonly source: string;
  /** `hide` leaves out what is found, and has no context. */
  readonly way: 'keep' | 'hide';
  /** So many lines of the same log before and after. */
  readonly context: number;
}

/** What a person typed is no expression. @returns the sentence that says so, or nothing */
export function patternProblem(typed: string): string | undefined {
  try {
    new RegExp(typed);
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    // `Invalid regular expression: /(/: Unterminated group`
    return `This is no regular expression: ${said.slice(said.lastIndexOf(': ') + 2)}.`;
  }
}

/** Capitals count only where there are some, as in VS Code's own search of lists. */
export function mindsCapitals(typed: string): boolean {
  return /\p{Lu}/u.test(typed.replace(/\\./g, ''));
}

/** Takes lines one after another, and gives those to show: the context belongs to its log, not to its neighbours. */
export class LineFilter<Line extends { readonly log: string }> {
  readonly #rule: LineRule;
  /** The last lines of each log that were not shown, and how many after a find are shown still. */
  readonly #logs = new Map<string, { before: Line[]; after: number }>();

  constructor(rule: LineRule) {
    this.#rule = rule;
  }

  /**
   * The line itself, nothing, or what has to come before it as well.
   *
   * @param found whether the expression is found in it
   */
  take(line: Line, found: boolean): readonly Line[] {
    const { way, context } = this.#rule;
    if (way === 'hide') return found ? [] : [line];
    const log = this.#logOf(line.log);
    if (found) {
      log.after = context;
      return [...log.before.splice(0), line];
    }
    if (log.after > 0) {
      log.after -= 1;
      return [line];
    }
    log.before.push(line);
    if (log.before.length > context) log.before.shift();
    return [];
  }

  #logOf(name: string): { before: Line[]; after: number } {
    let log = this.#logs.get(name);
    if (log === undefined) this.#logs.set(name, (log = { before: [], after: 0 }));
    return log;
  }
}
