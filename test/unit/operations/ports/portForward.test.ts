import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { PortForward } from '../../../../src/operations/ports/portForward.ts';

describe('a port that is forwarded', () => {
  it('says that a port of this machine is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await assert.rejects(
      PortForward.listen(port, () => Promise.resolve(undefined)),
      { message: `port ${String(port)} is in use already on this machine.` },
    );
    server.close();
    await once(server, 'close');
  });
});
