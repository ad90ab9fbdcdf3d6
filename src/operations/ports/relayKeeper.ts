import { systemClock, type Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';
import type { ExecSession } from '../../nomad/sessions/exec.ts';

/** How long the keeper hears nothing until it ends what it keeps, and how often it hears of us. */
export interface Patience {
  readonly seconds: number;
  readonly beatMs: number;
}

const usual: Patience = { seconds: 60, beatMs: 15_000 };
/** A shell that can't do it ends sooner than that. */
const atOnceMs = 5000;
/** It stays for the connections that may follow. */
const lingerMs = 30_000;

/**
 * Each line that it reads names the processes that it keeps from then on. Where none comes in time, or no more can come, it
 * ends them. In a process of its own: Nomad kills the command itself once its session is lost, and nothing that it started.
 */
function keeperCommand(seconds: number): readonly string[] {
  const script = `exec 4<&0
{ pids=; while IFS= read -r -t ${String(seconds)} line <&4; do pids=$line; done
[ -z "$pids" ] || kill $pids 2>/dev/null; } &
wait $!`;
  // Not every sh can stop to wait for input; where bash is none, that of BusyBox can.
  const best = 'command -v bash >/dev/null 2>&1 && exec bash -c "$1"; eval "$1"';
  return ['/bin/sh', '-c', best, 'nomad-workbench-keeper', script];
}

interface Options {
  /** Starts a command in the task. */
  readonly open: (command: readonly string[]) => ExecSession;
  readonly patience?: Patience | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Ends the processes of relays in a task that nobody can end any more: Nomad tells a command neither that its session is lost
 * nor that its window is gone, and a relay whose other side is silent would wait for good. So a command beside them is told
 * of them again and again, and ends them when it hears nothing.
 */
export class RelayKeeper implements Disposable {
  readonly #options: Options;
  readonly #pids = new Set<number>();
  #session: ExecSession | undefined;
  #timer: Disposable | undefined;
  /** The task has no shell that can do it. */
  #isUseless = false;
  #isOver = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Takes charge of processes. */
  keep(pids: readonly number[]): void {
    if (this.#isOver) return;
    for (const pid of pids) this.#pids.add(pid);
    this.#start();
    this.#tell();
  }

  /** They have ended, or were ended. */
  release(pids: readonly number[]): void {
    for (const pid of pids) this.#pids.delete(pid);
    if (this.#session !== undefined && !this.#isOver) this.#tell();
  }

  /** Ends what is left. */
  dispose(): void {
    this.#isOver = true;
    this.#stop();
  }

  #start(): void {
    if (this.#session !== undefined || this.#isUseless) return;
    const { open, patience = usual, clock = systemClock } = this.#options;
    const startedMs = clock.now();
    const session = open(keeperCommand(patience.seconds));
    this.#session = session;
    session.onEnd((end) => {
      if (this.#session !== session) return;
      this.#session = undefined;
      this.#timer?.dispose();
      this.#isUseless = end.kind === 'exited' && clock.now() - startedMs < atOnceMs;
    });
  }

  #tell(): void {
    const { clock = systemClock, patience = usual } = this.#options;
    this.#session?.write(`${[...this.#pids].join(' ')}\n`);
    this.#timer?.dispose();
    this.#timer =
      this.#pids.size > 0
        ? clock.timer(patience.beatMs, () => {
            this.#tell();
          })
        : clock.timer(lingerMs, () => {
            this.#stop();
          });
  }

  #stop(): void {
    this.#timer?.dispose();
    const session = this.#session;
    this.#session = undefined;
    session?.closeStdin();
  }
}
