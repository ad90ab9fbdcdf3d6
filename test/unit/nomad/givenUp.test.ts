import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { NomadClient } from '../../../src/nomad/client.ts';

describe('a request with a body', () => {
  it('that is given up at any moment fails with the reason, and with nothing else', async () => {
    const server = createServer((_, response) => response.end('[]'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const client = new NomadClient({ address });
    const loose: unknown[] = [];
    const note = (error: unknown) => loose.push(error);
    process.prependListener('uncaughtException', note);
    try {
      for (let turns = 0; turns < 60; turns += 1) {
        const giving = new AbortController();
        const asked = client.jobs.statusesOf([{ id: 'web', namespace: 'default' }], { signal: giving.signal });
        asked.catch(() => undefined);
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        giving.abort();
        await asked.catch((error: unknown) => {
          assert.equal((error as Error).name, 'AbortError');
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.deepEqual(loose, []);
    } finally {
      process.removeListener('uncaughtException', note);
      client.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
