import { NothingToDo } from '../../base/userError.ts';
import type { Uses } from '../../commands/command.ts';
import { isOfAgent } from '../../operations/logs/types.ts';
import type { OpenLog } from '../../editor/logs/openLog.ts';

/**
 * The log that a command is about: the one in the editor, or another by the address of its document.
 *
 * @throws NothingToDo where there is none
 */
export async function openOne({ logs }: Uses<'logs'>, argument: unknown): Promise<OpenLog> {
  const log = (await logs.open()).named(argument);
  if (log === undefined) throw new NothingToDo('No logs are open in the editor. Open some first (Nomad: Show logs).');
  return log;
}

/** What a token needs to read what a document is of, which is none of an agent's. */
export function needsOf({ sources, of: { target } }: OpenLog): {
  readonly capability: string;
  readonly namespace: string;
} {
  const source = sources[0]?.source;
  const namespace = source === undefined || source.kind === 'agent' ? 'default' : source.place.namespace;
  return { capability: !isOfAgent(target) && target.file !== undefined ? 'read-fs' : 'read-logs', namespace };
}
