import type { Disposable } from '../../../src/base/lifetime.ts';
import { Lifetime } from '../../../src/base/lifetime.ts';
import { signalNumber, signalOf } from './processes.ts';
import type { RunContext } from './raw-exec.ts';
import type { RotatingLog } from './rotating-log.ts';
import type { Script, ScriptOutput } from './script.ts';
import type { TaskRun } from './task.ts';

const ending = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGQUIT']);

/** A task without a process: it follows a {@link Script} on the runtime's clock and writes real log files. */
export class SimulatedRun implements TaskRun {
  readonly driver: string;
  readonly surroundings = undefined;
  readonly sessions = new Lifetime();
  readonly finished: Promise<void>;
  readonly #context: RunContext;
  readonly #script: Script;
  readonly #timers = new Set<Disposable>();
  #finish: () => void = () => undefined;
  #pendingOutputs = 0;
  #waitingForOutput = false;
  #begun = false;
  #ended = false;

  constructor(context: RunContext, script: Script) {
    this.#context = context;
    this.#script = script;
    this.driver = context.spec.task.Driver;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    if (script.startBlockMs > 0) {
      this.#after(script.startBlockMs, () => {
        this.#begin();
      });
    } else {
      this.#begin();
    }
  }

  get running(): boolean {
    return !this.#ended;
  }

  stop({ signal, timeoutMs }: { signal?: string; timeoutMs: number }): void {
    if (this.#ended) return;
    const name = signalOf(signal);
    const delayMs = this.#script.killAfterMs ?? Math.min(timeoutMs, 50 + this.#context.random() * 150);
    this.#after(delayMs, () => {
      this.#end(this.#script.killed ?? { exitCode: 128 + signalNumber(name), signal: signalNumber(name) });
    });
  }

  signal(name: string): string | undefined {
    if (!this.#begun || this.#ended) return 'Task not running';
    if (this.#script.signalError !== undefined) return this.#script.signalError;
    const signal = signalOf(name);
    if (ending.has(signal)) this.#end({ exitCode: 128 + signalNumber(signal), signal: signalNumber(signal) });
    else this.#context.stderr.write(`received ${signal}\n`);
    return undefined;
  }

  dispose(): void {
    this.#ended = true;
    for (const timer of this.#timers) timer.dispose();
    this.#timers.clear();
    this.sessions.dispose();
    this.#finish();
  }

  #begin(): void {
    const { report, stdout, stderr } = this.#context;
    const script = this.#script;
    if (script.startError !== undefined) {
      this.#ended = true;
      report({ kind: 'failedToStart', message: script.startError });
      this.dispose();
      return;
    }
    for (const event of script.events) report({ kind: 'event', event });
    this.#begun = true;
    report({ kind: 'started' });
    this.#write(stdout, script.stdout);
    this.#write(stderr, script.stderr);
    if (script.runForMs === undefined) return;
    this.#after(script.runForMs, () => {
      // A task that has not written all its output yet goes on until it has.
      this.#waitingForOutput = true;
      this.#endWhenWritten();
    });
  }

  #write(log: RotatingLog, { first, line, repeat, everyMs }: ScriptOutput): void {
    if (first !== '') log.write(first);
    if (line === '' || repeat <= 0) return;
    const finite = Number.isFinite(repeat);
    if (finite) this.#pendingOutputs += 1;
    let left = repeat;
    const next = () => {
      log.write(line);
      left -= 1;
      if (left > 0) {
        this.#after(everyMs, next);
      } else {
        this.#pendingOutputs -= 1;
        this.#endWhenWritten();
      }
    };
    this.#after(everyMs, next);
  }

  #endWhenWritten(): void {
    if (this.#waitingForOutput && this.#pendingOutputs === 0) this.#end(this.#script.exit);
  }

  #end(exit: { exitCode: number; signal: number; oomKilled?: boolean }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#context.report({ kind: 'exited', ...exit });
    this.dispose();
  }

  #after(delayMs: number, run: () => void): void {
    const timer = this.#context.clock.timer(delayMs, () => {
      this.#timers.delete(timer);
      if (!this.#ended) run();
    });
    this.#timers.add(timer);
  }
}
