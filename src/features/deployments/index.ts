import { command, type CommandsOf } from '../../commands/command.ts';
import * as failDeployment from './failDeployment.ts';
import * as promoteDeployment from './promoteDeployment.ts';
import * as promoteGroups from './promoteGroups.ts';

/** What is read from disk with the first use of the feature. Written by `npm run manifest` from the files of the commands. */
export const commands: CommandsOf<{
  failDeployment: typeof failDeployment.manifest;
  promoteDeployment: typeof promoteDeployment.manifest;
  promoteGroups: typeof promoteGroups.manifest;
}> = {
  failDeployment: command(failDeployment.entry, failDeployment.failDeployment),
  promoteDeployment: command(promoteDeployment.entry, promoteDeployment.promoteDeployment),
  promoteGroups: command(promoteGroups.entry, promoteGroups.promoteGroups),
};
