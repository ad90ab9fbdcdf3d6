import type { NomadError } from '../../nomad/http/errors.ts';
import type { Place } from '../../state/tables/place.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { KeptBytes, type Output } from './keptBytes.ts';
import { learnEnd, type Ending } from './learnEnd.ts';

/** A task that a command is run in. */
export interface RunTarget {
  readonly allocation: string;
  readonly task: string;
  readonly place: Place;
}

/** A command to run to its end, without a terminal. */
export interface CommandRun {
  /** The program and its arguments; no shell is added. */
  readonly command: readonly string[];
  /** What it reads from stdin; nothing where undefined. */
  readonly input?: Uint8Array | undefined;
  /** How much is kept of each of its two outputs. */
  readonly keepBytes: number;
}

/** How it went in one task. Its outputs are what came, in any case. */
export interface CommandResult {
  readonly end:
    | { readonly kind: 'exited'; readonly exitCode: number }
    /** It was refused, or lost: whether it ran to its end isn't known then. */
    | { readonly kind: 'failed'; readonly error: NomadError; readonly ending: Ending }
    /** The person left before it ended. */
    | { readonly kind: 'left'; readonly started: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly ms: number;
}

/** What the cluster tells of a session that was lost is waited for so long. */
const learnMs = 4000;

/**
 * Runs a command in a task (`/v1/client/allocation/:id/exec`) with its input, and collects what it says. Never rejects: a
 * refusal is a result too. When the signal aborts, the command is asked to end, and whether it does is up to it.
 */
export async function runCommand(
  client: PlacedClient,
  { allocation, task, place }: RunTarget,
  { command, input, keepBytes }: CommandRun,
  signal: AbortSignal,
): Promise<CommandResult> {
  const startMs = performance.now();
  const outputs = { stdout: new KeptBytes(keepBytes), stderr: new KeptBytes(keepBytes) };
  const result = (end: CommandResult['end']): CommandResult => {
    const ms = performance.now() - startMs;
    return { end, stdout: outputs.stdout.end(), stderr: outputs.stderr.end(), ms };
  };
  if (signal.aborted) return result({ kind: 'left', started: false });
  const session = client.allocations.exec(allocation, { task, command: [...command], tty: false, ...place, signal });
  session.onOutput(({ stream, data }) => {
    outputs[stream].push(data);
  });
  if (input !== undefined) session.write(input);
  session.closeStdin();
  const end = await session.ended;
  if (end.kind === 'exited') return result(end);
  if (hasAborted(signal)) {
    await session.left;
    return result({ kind: 'left', started: true });
  }
  const ended = { allocation, task, place, error: end.error };
  const ending = await learnEnd(client, ended, AbortSignal.any([signal, AbortSignal.timeout(learnMs)]), 'cause');
  return result({ kind: 'failed', error: end.error, ending });
}

/** Asked anew after a wait. */
function hasAborted({ aborted }: AbortSignal): boolean {
  return aborted;
}

/**
 * Runs the same command in several tasks, a few at once. What happens in one is nothing to the others. Never rejects.
 *
 * @param onDone is told how many are over
 * @returns a result for each, in the order of the targets
 */
export async function runInAll(
  client: PlacedClient,
  targets: readonly RunTarget[],
  run: CommandRun,
  { atOnce, signal, onDone }: { atOnce: number; signal: AbortSignal; onDone?: (done: number) => void },
): Promise<readonly CommandResult[]> {
  const results = new Map<number, CommandResult>();
  const waiting = [...targets.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, target] = next;
      results.set(at, await runCommand(client, target, run, signal));
      onDone?.(results.size);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, targets.length) }, work));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
