import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { systemClock, type Clock } from '../../../src/base/clock.ts';
import { Lifetime } from '../../../src/base/lifetime.ts';
import type { TaskPlace } from './environment.ts';
import { interpolate, references } from './environment.ts';
import type { Outside, OutsideProcess } from './outside.ts';
import { findProgram, signalNumber, signalOf, type ProcessTable } from './processes.ts';
import type { RotatingLog } from './rotating-log.ts';
import type { ReportTask, TaskRun, TaskSpec } from './task.ts';

/** What a task is started with. */
export interface RunContext {
  spec: TaskSpec;
  place: TaskPlace;
  environment: Record<string, string>;
  stdout: RotatingLog;
  stderr: RotatingLog;
  clock: Clock;
  random: () => number;
  processes: ProcessTable;
  report: ReportTask;
  outside: Outside | undefined;
}

// How long output of an ended process may still arrive when a process outside its session holds the pipe.
const lateOutputMs = 500;

const leastMs = 1000;

const settings = [
  ...['command', 'args', 'work_dir', 'oom_score_adj', 'denied_envvars'],
  ...['cgroup_v1_override', 'cgroup_v2_override'],
];

const launchFailed = 'failed to launch command with executor: rpc error: code = Unknown desc = ';

/** A raw_exec task: a real process in the task's directory, the leader of a session of its own. */
export class RawExecRun implements TaskRun {
  readonly driver = 'raw_exec';
  readonly surroundings: { folder: string; environment: Record<string, string> };
  readonly sessions = new Lifetime();
  readonly finished: Promise<void>;
  readonly #context: RunContext;
  #child: ChildProcess | undefined;
  #finish: () => void = () => undefined;
  #killTimer: { dispose(): unknown } | undefined;
  #running = false;
  #silent = false;
  #outside: OutsideProcess | undefined;
  /** When it was measured last, by the machine's own clock, and what it had used of the processor by then. */
  #measured = { atMs: performance.now(), cpuMs: 0, percent: 0 };

  constructor(context: RunContext) {
    this.#context = context;
    this.surroundings = { folder: context.place.folder, environment: context.environment };
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#launch();
  }

  get running(): boolean {
    return this.#running;
  }

  measure(): { readonly percent: number; readonly rssBytes: number } | undefined {
    const pid = this.#child?.pid;
    const usage = pid === undefined || !this.#running ? undefined : this.#context.processes.measure(pid);
    if (usage === undefined) return undefined;
    const before = this.#measured;
    const atMs = performance.now();
    // A node measures once a second; in less time, a share of the processor is a matter of chance.
    if (atMs - before.atMs >= leastMs) {
      const percent = (Math.max(0, usage.cpuMs - before.cpuMs) / (atMs - before.atMs)) * 100;
      this.#measured = { atMs, cpuMs: usage.cpuMs, percent };
    }
    return { percent: this.#measured.percent, rssBytes: usage.rssBytes };
  }

  stop({ signal, timeoutMs }: { signal?: string; timeoutMs: number }): void {
    const pid = this.#child?.pid;
    if (pid === undefined || !this.#running) return;
    // What a shell waits for does not get it, so that a trap runs only after that; all ends with the shell.
    this.#context.processes.signal(pid, signalOf(signal));
    this.#outside?.signalled(signalOf(signal));
    this.#killTimer?.dispose();
    this.#killTimer = this.#context.clock.timer(timeoutMs, () => {
      this.#context.processes.kill(pid);
      this.#outside?.signalled('SIGKILL');
    });
  }

  signal(name: string): string | undefined {
    const pid = this.#child?.pid;
    if (pid === undefined || !this.#running) return 'Task not running';
    this.#context.processes.signal(pid, signalOf(name));
    this.#outside?.signalled(signalOf(name));
    return undefined;
  }

  dispose(): void {
    this.#silent = true;
    this.#killTimer?.dispose();
    this.sessions.dispose();
    if (this.#child?.pid !== undefined && this.#running) this.#context.processes.kill(this.#child.pid);
  }

  #launch(): void {
    const { spec, place, environment, processes } = this.#context;
    const config = spec.task.Config ?? {};
    const problems = problemsOf(config);
    if (problems.length > 0) {
      this.#reject(problems);
      return;
    }
    const values = references(spec, environment);
    const command = interpolate(text(config['command']), values);
    const args = (Array.isArray(config['args']) ? config['args'] : []).map((arg) => interpolate(text(arg), values));
    const program = locate(command, place.folder, environment['PATH'] ?? '');
    if (program.error !== undefined) {
      this.#fail(program.error);
      return;
    }
    const child = started(() =>
      spawn(program.file, args, {
        argv0: command,
        cwd: place.folder,
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      }),
    );
    if (child instanceof Error) {
      this.#fail(`fork/exec ${program.file}: ${reasonOf(child)}`);
      return;
    }
    this.#child = child;
    this.#outside = this.#context.outside?.process('task');
    if (child.pid !== undefined) processes.track(child.pid);
    this.#watch(child);
  }

  #watch(child: ChildProcess): void {
    const { stdout, stderr, report } = this.#context;
    child.stdout?.on('data', (data: Buffer) => {
      this.#outside?.heard();
      stdout.write(data);
    });
    child.stderr?.on('data', (data: Buffer) => {
      this.#outside?.heard();
      stderr.write(data);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      this.#fail(`fork/exec ${child.spawnfile}: ${reasonOf(error)}`);
    });
    this.#running = child.pid !== undefined;
    if (child.pid !== undefined) this.#outside?.started(child.pid);
    child.once('spawn', () => {
      report({ kind: 'started' });
    });
    child.once('exit', (code, signal) => {
      void this.#exited(child, code, signal);
    });
  }

  async #exited(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    this.#running = false;
    this.#killTimer?.dispose();
    this.sessions.dispose();
    // As with Nomad's executor nothing of the task survives its main process.
    if (child.pid !== undefined) this.#context.processes.release(child.pid);
    await outputEnd(child);
    if (!this.#silent) {
      const number = signal === null ? 0 : signalNumber(signal);
      this.#context.report({ kind: 'exited', exitCode: code ?? 128 + number, signal: number });
    }
    this.#outside?.ended();
    this.#finish();
  }

  #reject(problems: readonly string[]): void {
    const all = ['failed to parse config: ', ...problems];
    const message = `${String(all.length)} errors occurred:\n${all.map((each) => `\t* ${each}\n`).join('')}\n`;
    this.#context.report({ kind: 'failedToStart', message, invalid: true });
    this.#finish();
  }

  #fail(reason: string): void {
    this.#running = false;
    this.#context.report({ kind: 'failedToStart', message: launchFailed + reason });
    this.#outside?.ended();
    this.#finish();
  }
}

/** What a driver says of settings that are none of its own, or are missing. */
function problemsOf(config: Readonly<Record<string, unknown>>): string[] {
  const missing = 'Missing required argument: The argument "command" is required, but no definition was found.';
  const unknown = Object.keys(config).filter((name) => !settings.includes(name));
  return [
    ...('command' in config ? [] : [missing]),
    ...unknown.map((name) => `Invalid label: No argument or block type is named ${JSON.stringify(name)}.`),
  ];
}

/** A process, or why there is none: arguments that are too long are refused at once. */
function started(start: () => ChildProcess): ChildProcess | NodeJS.ErrnoException {
  try {
    return start();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'EACCES') return 'permission denied';
  return error.code === 'E2BIG' ? 'argument list too long' : error.message;
}

/** Resolves when all output of an ended child was read. */
function outputEnd(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      timer.dispose();
      child.off('close', end);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve();
    };
    const timer = systemClock.timer(lateOutputMs, end);
    child.once('close', end);
  });
}

/** Looks for a task's program where Nomad does: in `local`, in the task's directory, then on the host. */
function locate(
  command: string,
  folder: string,
  searchPath: string,
): { file: string; error?: undefined } | { error: string } {
  for (const place of [path.join(folder, 'local', command), path.join(folder, command)]) {
    if (command !== '' && existsSync(place)) return { file: place };
  }
  const found = findProgram(command, folder, searchPath);
  if (found.error === undefined) return found;
  if (found.error.endsWith('permission denied')) return { error: found.error };
  return { error: `binary ${JSON.stringify(command)} could not be found` };
}

const text = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
