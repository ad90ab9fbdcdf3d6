import { command, type CommandsOf } from '../../commands/command.ts';
import * as forwardJobspecPort from './forwardJobspecPort.ts';
import * as forwardPort from './forwardPort.ts';
import * as showForwards from './showForwards.ts';

/** What is read from disk with the first use of the feature. Written by `npm run manifest` from the files of the commands. */
export const commands: CommandsOf<{
  forwardJobspecPort: typeof forwardJobspecPort.manifest;
  forwardPort: typeof forwardPort.manifest;
  showForwards: typeof showForwards.manifest;
}> = {
  forwardJobspecPort: command(forwardJobspecPort.entry, forwardJobspecPort.forwardJobspecPort),
  forwardPort: command(forwardPort.entry, forwardPort.forwardPort),
  showForwards: command(showForwards.entry, showForwards.showForwards),
};
