import { Agent } from 'node:http';
import { Cluster } from '../../src/state/clusters/cluster.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import { JobFilter } from '../../src/tree/filter.ts';
import { maxRowsPerParent } from '../../src/tree/arrange.ts';
import { jobLayout } from '../../src/tree/jobLayout.ts';
import { paint } from '../../src/tree/repaint.ts';
import { RowTree } from '../../src/tree/rowTree.ts';
import { bareGet, withSimulator } from './cluster.ts';
import { startWire } from '../support/wire.ts';
import { compare, heapBytes } from './figures.ts';
import type { Bench, Figure } from './figures.ts';

/**
 * From the start of a connection to the first rows of the jobs view as VS Code gets them, and to all of them, whatever the
 * size of the cluster. Requests and bytes are counted on the wire, the event stream among the bytes.
 */
export const listing: Bench = {
  name: 'listing',
  async run() {
    return [
      ...(await measure('100Jobs', 100, 10, 15)),
      ...(await measure('1000Jobs', 1000, 3, 15)),
      ...(await measure('10000Jobs', 10_000, 10, 5)),
    ];
  },
};

async function measure(name: string, jobs: number, allocationsPerJob: number, rounds: number): Promise<Figure[]> {
  const options = ['--jobs', String(jobs), '--allocations-per-job', String(allocationsPerJob)];
  return withSimulator(options, async (address) => {
    const agent = new Agent({ keepAlive: true });
    try {
      // First, since what earlier rounds leave behind would count against it.
      const { requests, kilobytes, firstMb, heapMb, allMs } = await watchOpening(address, jobs);
      const { ms, ratio } = await compare(
        rounds,
        async () => {
          const { cluster } = await open(address);
          cluster.dispose();
        },
        () => bareGet(agent, `${address}/v1/jobs?namespace=*`),
      );
      return [
        { name: `listing.${name}.requests`, unit: 'requests', value: requests },
        { name: `listing.${name}.bytes`, unit: 'kB', value: kilobytes },
        { name: `listing.${name}.rows`, unit: 'ms', value: ms },
        { name: `listing.${name}.rowsOverBareList`, unit: '×', value: ratio },
        { name: `listing.${name}.heapOfFirstRows`, unit: 'MB', value: firstMb },
        { name: `listing.${name}.all`, unit: 'ms', value: allMs },
        { name: `listing.${name}.heap`, unit: 'MB', value: heapMb },
      ];
    } finally {
      agent.destroy();
    }
  });
}

/** The cluster and its first rows; the caller disposes the cluster. */
async function open(address: string): Promise<{ cluster: Cluster; tree: RowTree }> {
  const cluster = new Cluster({ client: new NomadClient({ address }), label: 'bench', namespace: '*' });
  cluster.start();
  await cluster.ready(AbortSignal.timeout(60_000));
  const tree = new RowTree(jobLayout, {
    cluster: cluster.id,
    store: cluster.store,
    namespace: '*',
    filter: new JobFilter(),
    now: () => Date.now(),
    loadFailure: () => undefined,
    allocationsTruncated: false,
  });
  const rows = tree.children();
  if (rows.length === 0) throw new Error('There are no rows.');
  for (const row of rows) paint(tree, row);
  return { cluster, tree };
}

/** What is sent and held until there are rows, and once all of them are there. */
async function watchOpening(address: string, jobs: number) {
  const wire = await startWire(address);
  try {
    const before = heapBytes();
    const startMs = performance.now();
    const { cluster, tree } = await open(wire.address);
    const { length: requests } = wire.requests.filter((line) => !line.includes('/v1/event/stream'));
    const kilobytes = wire.received / 1000;
    const firstMb = (heapBytes() - before) / 1e6;
    await cluster.whole(AbortSignal.timeout(60_000));
    const allMs = performance.now() - startMs;
    // What follows the rows, such as the list of deployments, would otherwise be caught half-read.
    await cluster.refresh();
    const heapMb = (heapBytes() - before) / 1e6;
    const known = cluster.store.jobs.size;
    if (known !== jobs) throw new Error(`There are ${String(known)} jobs instead of ${String(jobs)}.`);
    // One row counts those that are not shown.
    const wanted = jobs > maxRowsPerParent ? maxRowsPerParent + 1 : jobs;
    const { length } = tree.children();
    if (length !== wanted) throw new Error(`There are ${String(length)} rows instead of ${String(wanted)}.`);
    cluster.dispose();
    return { requests, kilobytes, firstMb, heapMb, allMs };
  } finally {
    await wire.close();
  }
}
