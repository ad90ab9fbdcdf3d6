import { command, type CommandsOf } from '../../commands/command.ts';
import * as exec from './exec.ts';
import * as execCommand from './execCommand.ts';

/** What is read from disk with the first use of the feature. Written by `npm run manifest` from the files of the commands. */
export const commands: CommandsOf<{
  exec: typeof exec.manifest;
  execCommand: typeof execCommand.manifest;
}> = {
  exec: command(exec.entry, exec.exec),
  execCommand: command(execCommand.entry, execCommand.execCommand),
};
