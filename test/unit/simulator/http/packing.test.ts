import assert from 'node:assert/strict';
import { gunzipSync, constants } from 'node:zlib';
import { describe, it } from 'mocha';
import { GzipPieces } from '../../../simulator/http/packing.ts';
import { withSimulator } from './http.ts';

describe('compressed pieces', () => {
  it('can be unpacked as they come, and are one file in the end', () => {
    const pieces = new GzipPieces();
    const first = pieces.add(Buffer.from('one '));
    const second = pieces.add(Buffer.from('two'));
    const sofar = gunzipSync(Buffer.concat([first, second]), { finishFlush: constants.Z_SYNC_FLUSH });
    assert.equal(sofar.toString(), 'one two');
    // Checks length and sum too.
    assert.equal(gunzipSync(Buffer.concat([first, second, pieces.end()])).toString(), 'one two');
    assert.equal(gunzipSync(new GzipPieces().end()).length, 0);
  });

  it('are sent of refusals too, of which older agents then do not tell the type', async () => {
    for (const nomad of ['2.0', '1.6'] as const) {
      await withSimulator({ jobs: 1, nomad }, async ({ simulator, call }) => {
        const [id = ''] = simulator.cluster.store.allocations.keys();
        const path = `/v1/client/fs/stat/${id}?path=nope`;
        const packed = await call('GET', path, undefined, { 'Accept-Encoding': 'gzip' });
        const type = nomad === '1.6' ? null : 'text/plain; charset=utf-8';
        assert.deepEqual([packed.headers.get('content-encoding'), packed.headers.get('content-type')], ['gzip', type]);
        const plain = await call('GET', path, undefined, { 'Accept-Encoding': 'identity' });
        assert.equal(plain.headers.get('content-encoding'), null);
        assert.deepEqual([plain.status, plain.text], [packed.status, packed.text]);
      });
    }
  });

  it('are given up for an answer that nobody expected', () =>
    withSimulator({ jobs: 1 }, async ({ simulator, call }) => {
      const { store, runtime } = simulator.cluster;
      const [id = ''] = store.allocations.keys();
      runtime.directories.resolve = () => {
        throw new Error('the disk is gone');
      };
      for (const word of ['ls', 'stat', 'cat', 'readat', 'stream']) {
        for (const coding of ['gzip', 'identity']) {
          const path = `/v1/client/fs/${word}/${id}?path=alloc&offset=0`;
          const { status, text } = await call('GET', path, undefined, { 'Accept-Encoding': coding });
          assert.deepEqual([status, text], [500, 'Error: the disk is gone'], `${word} ${coding}`);
        }
      }
    }));
});
