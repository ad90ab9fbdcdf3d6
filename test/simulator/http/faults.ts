/** One thing that goes wrong. A rule without `method` or `path` fits every request. */
export interface FaultRule {
  readonly method?: string;
  /** A path; `*` stands for any text, also across slashes. */
  readonly path?: string;
  /** How many requests it applies to; without it, all. */
  readonly count?: number;
  /** Waits before anything else. */
  readonly delayMs?: number;
  /** Cuts the connection instead of answering. */
  readonly drop?: boolean;
  /** Sends the first half of the body, then cuts the connection. */
  readonly half?: boolean;
  /** Answers with this status and `text`. */
  readonly status?: number;
  readonly text?: string;
  /** With `status`: the text is a page, as of a proxy. */
  readonly html?: boolean;
  /** Event streams: answered with success and silence, then closed. */
  readonly denyEvents?: boolean;
  /** Exec: the connection is cut after this many frames of output. */
  readonly dropExecAfter?: number;
}

interface ActiveRule extends FaultRule {
  left: number;
}

/** Makes the simulator misbehave on demand. */
export class Faults {
  #rules: ActiveRule[] = [];
  readonly #dropStreams: () => void;
  readonly #forgetEvents: () => void;

  constructor(actions: { readonly dropStreams: () => void; readonly forgetEvents: () => void }) {
    this.#dropStreams = actions.dropStreams;
    this.#forgetEvents = actions.forgetEvents;
  }

  /** Adds a rule; earlier rules come first. */
  set(rule: FaultRule): void {
    this.#rules.push({ ...rule, left: rule.count ?? Infinity });
  }

  clear(): void {
    this.#rules = [];
  }

  /** Cuts every open event stream. */
  dropEventStreams(): void {
    this.#dropStreams();
  }

  /** Forgets buffered events, so that a stream that resumes has a gap. */
  dropEventBuffer(): void {
    this.#forgetEvents();
  }

  /** The rule for a request; using it counts. */
  take(method: string, path: string): FaultRule | undefined {
    const rule = this.#rules.find((item) => item.left > 0 && fits(item, method, path));
    if (rule === undefined) return undefined;
    rule.left -= 1;
    return rule;
  }
}

function fits(rule: FaultRule, method: string, path: string): boolean {
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
  if (rule.path === undefined) return true;
  const source = rule.path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source}$`).test(path);
}
