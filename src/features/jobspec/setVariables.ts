import * as path from 'node:path';
import { NothingToDo } from '../../base/userError.ts';
import { commands } from '../../platform/contributions.ts';
import { commandAction } from '../../platform/report.ts';
import { findJobspec } from '../../editor/jobspecs/findJobspec.ts';
import { askForAll } from '../../editor/jobspecs/jobspecInput.ts';
import type { JobspecServices } from '../../editor/jobspecs/services.ts';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = { doing: 'set variables', effect: 'read', about: 'jobspec' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Set variables of the jobspec',
  menus: { 'editor/context': [{ when: 'resourceLangId == nomad-job', group: '1_nomad@3' }] },
};

/** Asks for the values of all variables of a jobspec, and forgets the plan that was made without them. */
export async function setVariables(
  given: JobspecServices & Uses<'plans' | 'report'>,
  argument: unknown,
): Promise<void> {
  const document = await findJobspec(argument);
  const name = path.posix.basename(document.uri.path);
  const count = await askForAll(given, document);
  if (count === 0) throw new NothingToDo(`${name} declares no variable.`);
  given.plans.end(document.uri, 'variablesChanged');
  // Not awaited: the variables are set, whether or not anybody reads what is next.
  void given.report.done(`The variables of ${name} are set. Plan it to see what they change.`, [
    commandAction('Plan', commands.planJob, document.uri),
  ]);
}
