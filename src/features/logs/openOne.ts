import { NothingToDo } from '../../base/userError.ts';
import type { Uses } from '../../commands/command.ts';
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

/** What a token needs to read what a document is of. */
export function needsOf({ sources, of }: OpenLog): { readonly capability: string; readonly namespace: string } {
  const { namespace } = sources[0]?.source.place ?? { namespace: 'default' };
  return { capability: of.target.file === undefined ? 'read-logs' : 'read-fs', namespace };
}
