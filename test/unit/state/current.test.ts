import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isCancelled } from '../../../src/base/cancel.ts';
import { onListenerFailure } from '../../../src/base/events.ts';
import { Cluster } from '../../../src/state/clusters/cluster.ts';
import { CurrentCluster } from '../../../src/state/clusters/current.ts';
import { NomadClient } from '../../../src/nomad/client.ts';
import { NomadError } from '../../../src/nomad/http/errors.ts';
import { FakeClock } from '../../support/fakeClock.ts';

/** Nothing listens there; a cluster doesn't mind. */
function makeCluster(label: string): Cluster {
  const client = new NomadClient({ address: 'http://127.0.0.1:1' });
  return new Cluster({ client, label, namespace: 'default', clock: new FakeClock() });
}

describe('current cluster', () => {
  it('is opened once, when it is first asked for', async () => {
    let opened = 0;
    const current = new CurrentCluster(() => Promise.resolve(makeCluster(String((opened += 1)))));
    const fired: (string | undefined)[] = [];
    current.onDidChange((cluster) => fired.push(cluster?.label));
    assert.equal(current.get(), undefined);
    const [one, other] = await Promise.all([current.connect(), current.connect()]);
    assert.equal(one, other);
    assert.equal(await current.connect(), one);
    assert.deepEqual([opened, fired], [1, ['1']]);
    current.dispose();
    assert.ok(one.signal.aborted);
  });

  it('is another after a reconnect, and the one before is ended', async () => {
    let opened = 0;
    const current = new CurrentCluster(() => Promise.resolve(makeCluster(String((opened += 1)))));
    const fired: (string | undefined)[] = [];
    const first = await current.connect();
    current.onDidChange((cluster) => fired.push(cluster?.label));
    const second = await current.reconnect();
    assert.deepEqual(fired, [undefined, '2']);
    assert.ok(first.signal.aborted && !second.signal.aborted);
    current.disconnect();
    assert.equal(current.get(), undefined);
    assert.ok(second.signal.aborted);
    current.dispose();
  });

  it('ends what was opened too late', async () => {
    let finish: (cluster: Cluster) => void = () => undefined;
    const current = new CurrentCluster(() => new Promise((resolve) => (finish = resolve)));
    const connecting = current.connect();
    current.disconnect();
    const late = makeCluster('late');
    finish(late);
    await assert.rejects(connecting, isCancelled);
    assert.ok(late.signal.aborted);
    assert.equal(current.get(), undefined);
    current.dispose();
    await assert.rejects(current.connect(), isCancelled);
  });

  it('is open whatever one who listens to it throws', async () => {
    const current = new CurrentCluster(() => Promise.resolve(makeCluster('a')));
    const told: unknown[] = [];
    const listening = onListenerFailure((error) => told.push(error));
    current.onDidChange(() => {
      throw new Error('a view that fails');
    });
    const cluster = await current.connect();
    assert.equal(current.get(), cluster);
    current.dispose();
    listening.dispose();
    assert.deepEqual(told.map(String), ['Error: a view that fails', 'Error: a view that fails']);
    assert.ok(cluster.signal.aborted);
  });

  it('remembers why it could not be opened until it could', async () => {
    let fails = true;
    const error = new NomadError('address', 'That is no address.');
    const current = new CurrentCluster(() => (fails ? Promise.reject(error) : Promise.resolve(makeCluster('a'))));
    await assert.rejects(current.connect(), { name: 'NomadError' });
    assert.equal(current.lastError, error);
    fails = false;
    await current.connect();
    assert.equal(current.lastError, undefined);
    current.dispose();
  });
});
