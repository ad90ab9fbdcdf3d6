import { command, type CommandsOf } from '../../commands/command.ts';
import * as cancelConnect from './cancelConnect.ts';
import * as chooseNamespace from './chooseNamespace.ts';
import * as connect from './connect.ts';
import * as forgetToken from './forgetToken.ts';
import * as refresh from './refresh.ts';
import * as sendToken from './sendToken.ts';
import * as setToken from './setToken.ts';
import * as showLog from './showLog.ts';
import * as showMenu from './showMenu.ts';

/** What is read from disk with the first use of the feature. Written by `npm run manifest` from the files of the commands. */
export const commands: CommandsOf<{
  cancelConnect: typeof cancelConnect.manifest;
  chooseNamespace: typeof chooseNamespace.manifest;
  connect: typeof connect.manifest;
  forgetToken: typeof forgetToken.manifest;
  refresh: typeof refresh.manifest;
  sendToken: typeof sendToken.manifest;
  setToken: typeof setToken.manifest;
  showLog: typeof showLog.manifest;
  showMenu: typeof showMenu.manifest;
}> = {
  cancelConnect: command(cancelConnect.entry, cancelConnect.cancelConnect),
  chooseNamespace: command(chooseNamespace.entry, chooseNamespace.chooseNamespace),
  connect: command(connect.entry, connect.connect),
  forgetToken: command(forgetToken.entry, forgetToken.forgetToken),
  refresh: command(refresh.entry, refresh.refresh),
  sendToken: command(sendToken.entry, sendToken.sendToken),
  setToken: command(setToken.entry, setToken.setToken),
  showLog: command(showLog.entry, showLog.showLog),
  showMenu: command(showMenu.entry, showMenu.showMenu),
};
