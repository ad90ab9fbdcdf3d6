import type { TextRange } from './syntax/text.ts';

/** What the server says about a jobspec, at its place in the text. */
export interface HclProblem {
  /** In the jobspec. For the value of a variable, where that variable is declared. */
  readonly range: TextRange;
  /** The server's words. Data, not markdown. */
  readonly message: string;
  /** Whether the jobspec is at fault or the values given for its variables. */
  readonly origin: 'jobspec' | 'variables';
  /** Of a problem with a value: the place in the variables text that was sent. */
  readonly variablesRange?: TextRange;
}
