import type { ExecSession, TerminalSize } from '../../nomad/sessions/exec.ts';
import type { Place } from '../../state/tables/place.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';

/** A program to start in a task, with a terminal. */
interface Shell {
  readonly task: string;
  readonly command: readonly string[];
  readonly place: Place;
  /** Where the terminal knows it already. */
  readonly size: TerminalSize | undefined;
}

/** Opens a session; how that goes is told by the session itself. Ended by its `dispose`. */
export function openShell(client: PlacedClient, allocation: string, shell: Shell): ExecSession {
  const { task, command, place, size } = shell;
  const options = { task, command: [...command], tty: true, ...place };
  return client.allocations.exec(allocation, size === undefined ? options : { ...options, size });
}
