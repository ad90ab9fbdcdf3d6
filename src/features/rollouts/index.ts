import { command, type CommandsOf } from '../../commands/command.ts';
import * as showRollout from './showRollout.ts';

/** What is read from disk with the first use of the feature. Written by `npm run manifest` from the files of the commands. */
export const commands: CommandsOf<{
  showRollout: typeof showRollout.manifest;
}> = {
  showRollout: command(showRollout.entry, showRollout.showRollout),
};
