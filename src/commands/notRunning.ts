import { UserError } from '../base/userError.ts';

/** What is to be done in a task needs one that runs: why it doesn't stands in what it said last. */
export class NotRunning extends UserError {
  /** What a command may be called on. */
  readonly of: {
    readonly cluster: string;
    readonly job: string;
    readonly allocation: string;
    readonly region: string | undefined;
    readonly task?: string;
  };

  constructor(message: string, of: NotRunning['of']) {
    super(message);
    this.of = of;
  }
}
