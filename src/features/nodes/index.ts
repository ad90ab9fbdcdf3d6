import { command, type CommandsOf } from '../../commands/command.ts';
import * as copyConstraint from './copyConstraint.ts';
import * as showNode from './showNode.ts';

/** What is read from disk with the first use of the feature. Written by `npm run manifest` from the files of the commands. */
export const commands: CommandsOf<{
  copyConstraint: typeof copyConstraint.manifest;
  showNode: typeof showNode.manifest;
}> = {
  copyConstraint: command(copyConstraint.entry, copyConstraint.copyConstraint),
  showNode: command(showNode.entry, showNode.showNode),
};
