import assert from 'node:assert/strict';
import { commands } from '../../../src/platform/contributions.ts';

type Name = keyof typeof commands;

/** Commands that are about the window, the connection or a text, and send nothing about a job. */
const aboutNoJob: ReadonlySet<Name> = new Set<Name>([
  'refresh',
  'connect',
  'cancelConnect',
  'showMenu',
  'setToken',
  'sendToken',
  'forgetToken',
  'chooseNamespace',
  'showLog',
  'filterJobs',
  'clearFilter',
  'showProblemsOnly',
  'showAllJobs',
  'newJobspec',
  'pauseLogs',
  'resumeLogs',
  'clearLogs',
  'goToEndOfLogs',
  'filterLogs',
  'setLogOptions',
  'loadOlderLogs',
  'saveLogs',
  'compareLogs',
]);

/**
 * Sees that every command about a job, a deployment or an allocation is in `used`; a new command is one of them, until it is
 * named above. Says nothing where only some of the tests run.
 */
export function assertAllTried(used: ReadonlySet<Name> | undefined): void {
  if (process.env['MOCHA_GREP'] !== undefined) return;
  const missing = (Object.keys(commands) as Name[]).filter((name) => !aboutNoJob.has(name) && used?.has(name) !== true);
  assert.deepEqual(missing, [], 'commands that were not tried');
}
