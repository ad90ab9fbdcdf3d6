import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock, turn } from './fakeClock.ts';
import type { Outside, OutsideProcess } from '../simulator/runtime/outside.ts';
import type { Disposable } from '../../src/base/lifetime.ts';

/**
 * The `sleep` of tasks: says for how long, and waits for the word to go on. Asked whether it is still there, after a
 * signal, it says so. Some shells that were interrupted go on unless what they waited for ends by an interrupt, too.
 */
const sleepScript = `#!/bin/sh
d=\${0%/*}
mkfifo "$d/$$" || exit 1
exec 3<>"$d/$$"
echo "$$ $PPID $1" >"$d/asked"
while read -r word <&3; do
  [ "$word" = end ] && exit 0
  if [ "$word" = interrupt ]; then
    kill -INT $$
    exit 0
  fi
  echo "$$ $PPID here" >"$d/asked"
done
`;

/** How long a process may be at work before it is taken to hang. Nothing is decided by it but that the test fails. */
const hangMs = 100_000;

interface Asleep {
  readonly pid: number;
  readonly untilMs: number;
  readonly timer: Disposable;
}

class Process implements OutsideProcess {
  readonly of: 'task' | 'session';
  pid = 0;
  asleep: Asleep | undefined;
  interrupted = false;
  readonly #world: World;

  constructor(world: World, of: 'task' | 'session') {
    this.#world = world;
    this.of = of;
  }

  started(pid: number): void {
    this.pid = pid;
    this.#world.changed();
  }

  heard(): void {
    this.#world.changed();
  }

  signalled(signal: NodeJS.Signals): void {
    if (signal === 'SIGINT') this.interrupted = true;
    this.#world.signalled(this);
  }

  ended(): void {
    this.#world.ended(this);
  }
}

/** Time as the replay has it, for the simulator and for the real processes of its tasks. */
export class World implements Outside, Disposable {
  readonly clock = new FakeClock(Date.UTC(2026, 4, 12, 10, 30, 12, 345), () => this.quiet());
  readonly programs: string;
  readonly #asked: Socket;
  readonly #processes = new Set<Process>();
  readonly #busy = new Set<Process>();
  #works = 0;
  #changes = 0;
  #rest = '';
  #waiting: (() => void)[] = [];

  constructor() {
    this.programs = mkdtempSync(join(tmpdir(), 'nomad-replay-'));
    writeFileSync(join(this.programs, 'sleep'), sleepScript, { mode: 0o755 });
    const pipe = join(this.programs, 'asked');
    execFileSync('mkfifo', [pipe]);
    // Open for writing too, so that it has no end.
    this.#asked = new Socket({ fd: openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK), writable: false });
    this.#asked.setEncoding('utf8').on('data', (text: string) => {
      this.#hear(text);
    });
  }

  /** When a process of a session that sleeps will go on. */
  get sessionWakesAtMs(): number | undefined {
    const times = [...this.#processes].flatMap(({ of, asleep }) =>
      of === 'session' && asleep ? [asleep.untilMs] : [],
    );
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Whether no process of a session has anything to do at this moment. */
  get isSessionResting(): boolean {
    return [...this.#processes].every(({ of, pid }) => of === 'task' || isResting(pid));
  }

  process(of: 'task' | 'session'): OutsideProcess {
    const process = new Process(this, of);
    this.#processes.add(process);
    if (of === 'task') this.#busy.add(process);
    this.changed();
    return process;
  }

  async during<T>(work: Promise<T>): Promise<T> {
    this.#works += 1;
    try {
      return await work;
    } finally {
      this.#works -= 1;
      this.changed();
    }
  }

  changed(): void {
    this.#changes += 1;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves when every process waits for the clock, or has ended, and all that they said was heard. */
  async quiet(): Promise<void> {
    for (;;) {
      const seen = this.#changes;
      // What was written before these turns began is read within them.
      await turn();
      await turn();
      if (seen !== this.#changes) continue;
      if (this.#busy.size === 0 && this.#works === 0) return;
      await this.#change();
    }
  }

  signalled(process: Process): void {
    this.#busy.add(process);
    this.changed();
    if (process.asleep !== undefined) this.#tell(process.asleep.pid, 'here');
  }

  ended(process: Process): void {
    process.asleep?.timer.dispose();
    this.#processes.delete(process);
    this.#busy.delete(process);
    this.changed();
  }

  dispose(): void {
    this.#asked.destroy();
    rmSync(this.programs, { recursive: true, force: true });
  }

  async #change(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push(resolve);
      const pids = [...this.#busy].map(({ pid }) => pid).join(', ');
      const hung = `Waited in vain for ${pids === '' ? 'an answer' : `processes ${pids}`}`;
      timer = setTimeout(reject, hangMs, new Error(hung));
    }).finally(() => {
      clearTimeout(timer);
    });
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const [pid = '', parent = '', word = ''] = line.split(' ');
      this.#onWord(Number(pid), Number(parent), word);
    }
    this.changed();
  }

  #onWord(pid: number, parent: number, word: string): void {
    const process = [...this.#processes].find((each) => each.pid === pid || each.pid === parent);
    if (word === 'here') {
      this.#onHere(pid, process);
      return;
    }
    if (process !== undefined) this.#busy.delete(process);
    const ms = Number(word) * 1000;
    const timer = this.clock.timer(ms, () => {
      this.#wake(pid, process);
    });
    if (process === undefined) return;
    process.asleep = { pid, timer, untilMs: this.clock.now() + ms };
  }

  /** What a shell waits for is still there after a signal; the shell itself may be about to end. */
  #onHere(pid: number, process: Process | undefined): void {
    if (process === undefined) return;
    const after = process.pid === pid ? 'lives' : signalledState(process.pid);
    if (after === 'lives') this.#busy.delete(process);
    else if (after === 'undecided') this.#tell(pid, 'here');
  }

  #wake(pid: number, process: Process | undefined): void {
    if (process?.asleep?.pid === pid) process.asleep = undefined;
    const interrupted = process?.interrupted === true && process.pid !== pid;
    if (interrupted) process.interrupted = false;
    if (!this.#tell(pid, interrupted ? 'interrupt' : 'end')) return;
    unlinkSync(join(this.programs, String(pid)));
    if (process === undefined || !this.#processes.has(process)) return;
    this.#busy.add(process);
  }

  /** False when nobody listens any more. */
  #tell(pid: number, word: 'end' | 'interrupt' | 'here'): boolean {
    try {
      const pipe = openSync(join(this.programs, String(pid)), constants.O_WRONLY | constants.O_NONBLOCK);
      writeSync(pipe, `${word}\n`);
      closeSync(pipe);
      return true;
    } catch {
      return false;
    }
  }
}

/** Whether a process waits for something. Only Linux tells; elsewhere it is taken to do so. */
function isResting(pid: number): boolean {
  if (process.platform !== 'linux') return true;
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('S');
  } catch {
    return true;
  }
}

/** What a signal did to a process: nothing yet, its end, or less than that. Only Linux tells; elsewhere it is taken to live. */
function signalledState(pid: number): 'undecided' | 'ends' | 'lives' {
  if (process.platform !== 'linux') return 'lives';
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
    if (/^State:\s+[ZX]/m.test(status)) return 'ends';
    const mask = (name: string) => BigInt(`0x${new RegExp(`^${name}:\\s+([0-9a-f]+)`, 'm').exec(status)?.[1] ?? '0'}`);
    const pending = (mask('SigPnd') | mask('ShdPnd')) & ~mask('SigBlk');
    return pending === 0n ? 'lives' : 'undecided';
  } catch {
    return 'ends';
  }
}
