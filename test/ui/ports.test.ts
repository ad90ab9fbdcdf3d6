import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'mocha';
import { jobspec } from './support/jobspec.ts';
import { useStage } from './support/stage.ts';

describe('a forwarded port', () => {
  const stage = useStage();
  let server: Server;
  let port = '';

  before(async () => {
    // Tasks of raw_exec have the network of this machine.
    server = createServer((_, response) => response.writeHead(200, { connection: 'close' }).end('ok'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = String((server.address() as AddressInfo).port);
    const { cluster, workbench } = stage();
    await cluster.runToEnd(jobspec('box'), 'box', 1);
    await workbench.expandRow('Jobs', 'box');
    await workbench.waitForRows('Jobs', (rows) => rows.some((row) => row.label === 'app[0]'));
  });
  beforeEach(async () => {
    await stage().workbench.tidyUp();
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  it('is chosen from the menu of a row, answers, and is stopped from its list', async () => {
    const { workbench } = stage();
    await workbench.quickPickFrom('Jobs', 'app[0]', 'Forward port…', 'Forward a port of box app[0] server');
    await workbench.screenshot('60-forward-port');
    await workbench.pickItem('Other port…');
    await workbench.inputBox('Port in box app[0] server');
    await workbench.enterText(port);
    await workbench.inputBox('Port of this machine');
    await workbench.enterText('0');
    const message = await workbench.toast(' leads to port ');
    const at = /127\.0\.0\.1:\d+/.exec(message)?.[0] ?? '';
    assert.equal(await (await fetch(`http://${at}/`)).text(), 'ok');
    await workbench.statusBarItem('1 port').click();
    await workbench.quickPick();
    await workbench.screenshot('61-forwarded-ports');
    await workbench.pickItem(at);
    await workbench.pickItem('Stop');
    await workbench.statusBarItem('1 port').waitFor({ state: 'detached' });
  });
});
