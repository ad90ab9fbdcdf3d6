import { cancelConnect } from './cancelConnect.ts';
import { chooseNamespace } from './chooseNamespace.ts';
import { connect } from './connect.ts';
import { forgetToken } from './forgetToken.ts';
import { refresh } from './refresh.ts';
import { sendToken } from './sendToken.ts';
import { setToken } from './setToken.ts';
import { showLog } from './showLog.ts';
import { showMenu } from './showMenu.ts';

/** What is read from disk with the first use of the feature. */
export const handlers = {
  connect,
  cancelConnect,
  refresh,
  chooseNamespace,
  setToken,
  sendToken,
  forgetToken,
  showMenu,
  showLog,
};
