import { spawn, type ChildProcess } from 'node:child_process';
import type { Disposable } from '../../../src/base/lifetime.ts';

/**
 * Notes the leaders of sessions that it is told of, a line each, and kills those sessions when nobody is left to tell it
 * more. Processes of a session that left its group are found where there is a /proc.
 */
const script = `
leaders=' '
while read -r mark pid; do
  case $mark in
    +) leaders="$leaders$pid " ;;
    -) leaders="\${leaders%% $pid *} \${leaders#* $pid }" ;;
  esac
done
for pid in $leaders; do kill -9 -- "-$pid" 2>/dev/null; done
for file in /proc/[0-9]*/stat; do
  read -r line 2>/dev/null <"$file" || continue
  pid=\${line%% *}
  set -- \${line##*) }
  case $leaders in *" $4 "*) kill -9 "$pid" 2>/dev/null ;; esac
done
`;

/**
 * A process beside this one that ends what this one started, should this one be killed: then there is no time left to do
 * it here. It is started with the first process that it is told of.
 */
export class Survivors implements Disposable {
  #watcher: ChildProcess | undefined;

  add(pid: number): void {
    this.#tell(`+ ${String(pid)}\n`);
  }

  remove(pid: number): void {
    if (this.#watcher !== undefined) this.#tell(`- ${String(pid)}\n`);
  }

  dispose(): void {
    // It must not do what is done here already: the ids may be those of others by now.
    this.#watcher?.kill('SIGKILL');
    this.#watcher = undefined;
  }

  #tell(line: string): void {
    this.#watcher ??= this.#start();
    this.#watcher.stdin?.write(line);
  }

  #start(): ChildProcess {
    // In a session of its own, so that what is meant for this process doesn't end it.
    const watcher = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    // Without a shell there is nothing that could be done.
    watcher.on('error', () => undefined);
    watcher.stdin.on('error', () => undefined);
    watcher.unref();
    (watcher.stdin as { unref?: () => void }).unref?.();
    return watcher;
  }
}
