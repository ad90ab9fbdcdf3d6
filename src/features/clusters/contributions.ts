import { feature } from '../../commands/command.ts';

/** The connection to a cluster: its address, its namespace, its token. */
export const clusters = feature(
  {
    connect: { doing: 'connect', joint: 'to', effect: 'read' },
    cancelConnect: { doing: 'stop connecting', effect: 'read' },
    refresh: { doing: 'refresh', effect: 'read' },
    chooseNamespace: { doing: 'choose a namespace', effect: 'read' },
    setToken: { doing: 'set the token', effect: 'read' },
    sendToken: { doing: 'send the token', joint: 'to', effect: 'read' },
    forgetToken: { doing: 'forget the token', effect: 'read' },
    showMenu: { doing: 'show the menu', effect: 'read' },
    showLog: { doing: 'show the log', effect: 'read' },
  },
  () => import('./index.ts'),
);
