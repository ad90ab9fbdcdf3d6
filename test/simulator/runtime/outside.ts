/**
 * Told of what goes on outside of this program, in real processes, so that a clock of a test's own can stand still until it
 * is over.
 */
export interface Outside {
  /** A folder of programs that tasks find before the machine's own: such as a `sleep` that asks the test's clock. */
  readonly programs: string;
  /** A process is about to start: that of a task, or of a session beside one, which waits for its client most of the time. */
  process(of: 'task' | 'session'): OutsideProcess;
  /** Something that ends by itself. */
  during<T>(work: Promise<T>): Promise<T>;
}

/**
 * One process. A task's is at work from its start on, until it waits for the test's clock, or has ended; a session's only
 * from then on when that clock told it to go on.
 */
export interface OutsideProcess {
  started(pid: number): void;
  /** Some of its output came. */
  heard(): void;
  /** It was sent a signal, which may end what it waits for. */
  signalled(signal: NodeJS.Signals): void;
  /** It has ended, and what follows from that has been told. */
  ended(): void;
}
