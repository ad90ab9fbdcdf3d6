import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { root } from './paths.ts';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Takes what the program writes as it goes; otherwise its output is collected. */
  readonly print?: (text: string) => void;
  /** After this long the program is stopped and counts as failed. */
  readonly limitMs?: number;
}

export interface Finished {
  /** The exit code; 1 when a signal ended the program. */
  readonly code: number;
  /** Everything it wrote, in the order it arrived. Empty with `print`. */
  readonly output: string;
  readonly seconds: number;
}

const running = new Set<ChildProcess>();
let interruptedBy: NodeJS.Signals | undefined;

/** The signal that asked this process to stop, if any. */
export function interruption(): NodeJS.Signals | undefined {
  return interruptedBy;
}

/** Passes Ctrl+C and its like on to the programs that run, and lets them end before this process does. */
export function forwardSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interruptedBy = signal;
      for (const child of running) child.kill(signal);
    });
  }
}

/** Runs a program to its end. Rejects only when it cannot be started. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Finished> {
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const chunks: string[] = [];
  const take = options.print ?? ((text: string) => chunks.push(text));
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', take);
  const timer = options.limitMs === undefined ? undefined : setTimeout(() => child.kill(), options.limitMs);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status) => {
        resolve(status ?? 1);
      });
    });
    return { code, output: chunks.join(''), seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    clearTimeout(timer);
    running.delete(child);
  }
}
