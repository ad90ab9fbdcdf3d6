import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { silentLog } from '../../../src/base/log.ts';
import { readRequest } from '../../../src/nomad/http/query.ts';
import { Transport } from '../../../src/nomad/http/transport.ts';
import { afterTest, json, serve } from './servers.ts';

describe('Transport requests', () => {
  it('are answered whatever the one who looks on throws', async () => {
    const server = await serve((_, response) => {
      json(response, { ok: true });
    });
    const errors: string[] = [];
    const onRequest = () => {
      throw new Error('an onlooker that fails');
    };
    const log = { ...silentLog, error: (message: string) => errors.push(message) };
    const transport = new Transport({ address: server.address }, { onRequest, log });
    afterTest(() => {
      transport.dispose();
    });
    const { value } = await transport.json(readRequest('/v1/jobs'));
    assert.deepEqual(value, { ok: true });
    assert.match(errors.join(), /an onlooker that fails\n.*onlookers\.test\.ts/);
  });
});
