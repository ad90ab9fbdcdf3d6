import { UserError } from '../../base/userError.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { runCommand, type RunTarget } from '../exec/runCommand.ts';
import { endWords } from '../exec/runWords.ts';
import { chooseRelay, hostFor, probeCommand, readProbe, type Relay } from './relays.ts';

/** How a port of a task can be reached by commands in it. */
export interface RelayWay {
  readonly relay: Relay;
  /** Within the allocation. */
  readonly host: string;
  /** Whether something listens on the port now; true where that can't be seen. */
  readonly isListening: boolean;
}

const keepBytes = 256 * 1024;

/**
 * Looks into a task for a program that can pass a connection on, and for who listens on the port.
 *
 * @throws UserError where the task has none, or no command can be run in it; the signal's reason
 */
export async function findRelay(
  client: PlacedClient,
  target: RunTarget,
  port: number,
  signal: AbortSignal,
): Promise<RelayWay> {
  const result = await runCommand(client, target, { command: probeCommand, keepBytes }, signal);
  signal.throwIfAborted();
  if (result.end.kind !== 'exited') throw new UserError(`${lower(endWords(result, target.task, '/bin/sh'))}.`);
  const { head, missingBytes } = result.stdout;
  const probe = readProbe(head.toString('latin1'));
  // Of a table that was cut off nobody knows what else listens.
  const found = missingBytes > 0 ? { ...probe, listeners: undefined } : probe;
  const relay = chooseRelay(found);
  if (relay === undefined) {
    const wanted = 'socat, nc, ncat, busybox, perl or bash';
    throw new UserError(
      `task ${target.task} has no program that could pass a connection on: none of ${wanted} is in its image.`,
    );
  }
  return { relay, ...hostFor(port, found) };
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
