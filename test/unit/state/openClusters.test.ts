import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NomadClient } from '../../../src/nomad/client.ts';
import { Cluster } from '../../../src/state/clusters/cluster.ts';
import { clusterId, clusterIdWords } from '../../../src/state/clusters/clusterId.ts';
import { CurrentCluster } from '../../../src/state/clusters/current.ts';
import { OpenClusters } from '../../../src/state/clusters/openClusters.ts';
import { FakeClock } from '../../support/fakeClock.ts';

/** Nothing listens there; a cluster doesn't mind. */
function makeCluster(address: string, region?: string): Cluster {
  const client = new NomadClient({ address, ...(region === undefined ? {} : { region }) });
  return new Cluster({ client, label: 'any', namespace: 'default', clock: new FakeClock() });
}

describe('the id of a cluster', () => {
  it('is that of the agent and the region that is asked for, however the address is spelled', () => {
    const ids = [
      makeCluster('http://127.0.0.1:1'),
      makeCluster('http://127.0.0.1:1/'),
      makeCluster('HTTP://127.0.0.1:1/ui/jobs'),
      makeCluster('http://127.0.0.1:1', 'west'),
      makeCluster('http://127.0.0.1:1/nomad'),
      makeCluster('https://127.0.0.1:1'),
      makeCluster('http://127.0.0.1:2'),
    ].map((cluster) => {
      cluster.dispose();
      return cluster.id;
    });
    assert.equal(new Set(ids.slice(0, 3)).size, 1);
    assert.equal(new Set(ids.slice(2)).size, 5);
  });

  it('holds no password of the address', () => {
    const cluster = makeCluster('http://me:hunter2@127.0.0.1:1');
    cluster.dispose();
    assert.equal(cluster.id, 'http://127.0.0.1:1');
  });

  it('reads as the host, and the region where there is one, whatever its name', () => {
    assert.equal(clusterIdWords(clusterId('https://prod:4646/', undefined)), 'prod:4646');
    assert.equal(clusterIdWords(clusterId('https://prod:4646', 'eu#1')), 'prod:4646, region eu#1');
    assert.equal(clusterIdWords('anything'), 'anything');
  });
});

describe('open clusters', () => {
  it('are found by their ids until they are disposed, two of them side by side', () => {
    const clusters = new OpenClusters();
    const [east, west] = [makeCluster('http://127.0.0.1:1', 'east'), makeCluster('http://127.0.0.1:1', 'west')];
    for (const cluster of [east, west]) clusters.add(cluster);
    assert.deepEqual([clusters.get(east.id), clusters.get(west.id)], [east, west]);
    east.dispose();
    assert.deepEqual([clusters.get(east.id), clusters.get(west.id)], [undefined, west]);
    west.dispose();
  });

  it('are the latest of an id, which the end of an earlier one does not take away', () => {
    const clusters = new OpenClusters();
    const [before, now, late] = [
      makeCluster('http://127.0.0.1:1'),
      makeCluster('http://127.0.0.1:1'),
      makeCluster('http://127.0.0.1:1'),
    ];
    for (const cluster of [before, now]) clusters.add(cluster);
    before.dispose();
    assert.equal(clusters.get(now.id), now);
    late.dispose();
    clusters.add(late);
    assert.equal(clusters.get(now.id), now);
    now.dispose();
  });

  it('have the one that is looked at among them, as long as it is', async () => {
    const clusters = new OpenClusters();
    const current = new CurrentCluster(() => Promise.resolve(makeCluster('http://127.0.0.1:1')), undefined, clusters);
    const first = await current.connect();
    assert.equal(clusters.get(first.id), first);
    const second = await current.reconnect();
    assert.equal(clusters.get(first.id), second);
    current.disconnect();
    assert.equal(clusters.get(first.id), undefined);
    current.dispose();
  });
});
