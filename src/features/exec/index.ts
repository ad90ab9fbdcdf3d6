import { command, type CommandsOf } from '../../commands/command.ts';
import * as compareOutputs from './compareOutputs.ts';
import * as exec from './exec.ts';
import * as execCommand from './execCommand.ts';
import * as runAction from './runAction.ts';
import * as runCommand from './runCommand.ts';

/** What is read from disk with the first use of the feature. Written by `npm run manifest` from the files of the commands. */
export const commands: CommandsOf<{
  compareOutputs: typeof compareOutputs.manifest;
  exec: typeof exec.manifest;
  execCommand: typeof execCommand.manifest;
  runAction: typeof runAction.manifest;
  runCommand: typeof runCommand.manifest;
}> = {
  compareOutputs: command(compareOutputs.entry, compareOutputs.compareOutputs),
  exec: command(exec.entry, exec.exec),
  execCommand: command(execCommand.entry, execCommand.execCommand),
  runAction: command(runAction.entry, runAction.runAction),
  runCommand: command(runCommand.entry, runCommand.runCommand),
};
