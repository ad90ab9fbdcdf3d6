import { readFileSync, readdirSync, statSync, accessSync, constants } from 'node:fs';
import { constants as osConstants } from 'node:os';
import path from 'node:path';
import type { Disposable } from '../../../src/base/lifetime.ts';
import { Survivors } from './survivors.ts';

/**
 * The processes that a runtime started, each the leader of a session of its own.
 *
 * Whatever a process starts stays in its session, so that killing the session leaves nothing behind; that also holds
 * when this program ends without disposing, or is killed.
 */
export class ProcessTable implements Disposable {
  /** When each was started. */
  readonly #leaders = new Map<number, number>();
  readonly #survivors = new Survivors();
  readonly #onExit = () => {
    this.killAll();
  };

  constructor() {
    process.on('exit', this.#onExit);
  }

  track(pid: number): void {
    this.#leaders.set(pid, Date.now());
    this.#survivors.add(pid);
  }

  /** Signals a leader alone. */
  signal(pid: number, name: NodeJS.Signals): void {
    send(pid, name);
  }

  /** Kills a leader with all that it started. */
  kill(pid: number): void {
    const startedAt = this.#leaders.get(pid) ?? -Infinity;
    killSessions(new Set([pid]), Date.now() - startedAt < surelyNewerMs ? isSince(pid) : undefined);
  }

  /** Kills what an ended leader left behind, and forgets it. */
  release(pid: number): void {
    if (!this.#leaders.has(pid)) return;
    this.kill(pid);
    this.#leaders.delete(pid);
    this.#survivors.remove(pid);
  }

  /** What a leader and all that it started have used of the processor, and hold in memory; undefined without /proc. */
  measure(pid: number): { readonly cpuMs: number; readonly rssBytes: number } | undefined {
    const all = sessionMembers(new Set([pid])).map(usageOf);
    if (all.length === 0) return undefined;
    return {
      cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      rssBytes: all.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
    };
  }

  killAll(): void {
    killSessions(new Set(this.#leaders.keys()));
  }

  dispose(): void {
    this.killAll();
    this.#leaders.clear();
    this.#survivors.dispose();
    process.off('exit', this.#onExit);
  }
}

/** The signal of a name with or without `SIG`; an unknown name is an interrupt, as with Nomad's raw_exec. */
export function signalOf(name: string | undefined): NodeJS.Signals {
  const upper = (name ?? '').toUpperCase();
  const full = upper.startsWith('SIG') ? upper : `SIG${upper}`;
  return full in osConstants.signals ? (full as NodeJS.Signals) : 'SIGINT';
}

export const signalNumber = (name: NodeJS.Signals): number => osConstants.signals[name];

/** Finds a program as `execve` and a shell would. Answers its path, or the reason in Go's words. */
export function findProgram(
  command: string,
  folder: string,
  searchPath: string,
): { file: string; error?: undefined } | { file?: undefined; error: string } {
  if (command.includes('/')) {
    const file = path.resolve(folder, command);
    const fault = executableFault(file);
    return fault === undefined ? { file } : { error: `fork/exec ${command}: ${fault}` };
  }
  for (const place of searchPath.split(path.delimiter)) {
    const file = path.join(place, command);
    if (place !== '' && executableFault(file) === undefined) return { file };
  }
  return { error: `exec: ${JSON.stringify(command)}: executable file not found in $PATH` };
}

function executableFault(file: string): string | undefined {
  try {
    if (!statSync(file).isFile()) return 'permission denied';
    accessSync(file, constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'permission denied' : 'no such file or directory';
  }
}

function killSessions(leaders: ReadonlySet<number>, isMeant?: (pid: number) => boolean): void {
  if (leaders.size === 0) return;
  for (const pid of leaders) send(-pid, 'SIGKILL');
  for (const pid of sessionMembers(leaders, isMeant)) send(pid, 'SIGKILL');
}

/**
 * Processes of the given sessions. Where there is no /proc, process groups have to do.
 *
 * @param isMeant which processes may belong to one of them; any by default
 */
function sessionMembers(leaders: ReadonlySet<number>, isMeant: (pid: number) => boolean = () => true): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isMeant(pid) && leaders.has(sessionOf(pid)));
}

/** Ids are given in turn, and begin anew after the highest: no machine starts that many processes within this time. */
const surelyNewerMs = 60_000;

/**
 * Whether a process was started after another, by their ids. A machine has hundreds of processes, and to look at each of
 * them takes longer than all else that the end of a task needs.
 */
function isSince(first: number): (pid: number) => boolean {
  const last = lastId();
  if (last === undefined) return () => true;
  return last >= first ? (pid) => pid >= first && pid <= last : (pid) => pid >= first || pid <= last;
}

/** The id that was given last. */
function lastId(): number | undefined {
  try {
    const id = Number(readFileSync('/proc/loadavg', 'utf8').trim().split(' ').at(-1));
    return id > 0 ? id : undefined;
  } catch {
    return undefined;
  }
}

function sessionOf(pid: number): number {
  // After the name come state, parent, group and session.
  return Number(statOf(pid)?.[3] ?? -1);
}

/** Of `/proc/<pid>/stat` what is after the name, which may hold anything; nothing where the process is gone. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** As everywhere on Linux. */
const tickMs = 10;
const pageBytes = 4096;

function usageOf(pid: number): { readonly cpuMs: number; readonly rssBytes: number } {
  const stat = statOf(pid) ?? [];
  const number = (at: number) => Number(stat[at] ?? 0);
  // The 14th, 15th and 24th field: time in user and system mode, and resident pages.
  return { cpuMs: (number(11) + number(12)) * tickMs, rssBytes: number(21) * pageBytes };
}

function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already.
  }
}
