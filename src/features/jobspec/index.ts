import { command, type CommandsOf } from '../../commands/command.ts';
import * as compareSources from './compareSources.ts';
import * as newJobspec from './newJobspec.ts';
import * as planJob from './planJob.ts';
import * as runJob from './runJob.ts';
import * as setVariables from './setVariables.ts';

/** What is read from disk with the first use of the feature. Written by `npm run manifest` from the files of the commands. */
export const commands: CommandsOf<{
  compareSources: typeof compareSources.manifest;
  newJobspec: typeof newJobspec.manifest;
  planJob: typeof planJob.manifest;
  runJob: typeof runJob.manifest;
  setVariables: typeof setVariables.manifest;
}> = {
  compareSources: command(compareSources.entry, compareSources.compareSources),
  newJobspec: command(newJobspec.entry, newJobspec.newJobspec),
  planJob: command(planJob.entry, planJob.planJob),
  runJob: command(runJob.entry, runJob.runJob),
  setVariables: command(setVariables.entry, setVariables.setVariables),
};
