import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Agent } from 'node:http';
import { Cluster } from '../../src/state/clusters/cluster.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import { JobFilter } from '../../src/tree/filter.ts';
import { maxRowsPerParent } from '../../src/tree/arrange.ts';
import { jobLayout } from '../../src/tree/jobLayout.ts';
import { paint } from '../../src/tree/repaint.ts';
import { RowTree } from '../../src/tree/rowTree.ts';
import { bareGet, withSimulator } from './cluster.ts';
import { compare, heapBytes } from './figures.ts';
import type { Bench, Figure } from './figures.ts';

/** From the start of a connection to all top rows of the jobs view as VS Code gets them, which asks for all of them. */
export const listing: Bench = {
  name: 'listing',
  async run() {
    return [...(await measure('1000Jobs', 1000, 3, 15)), ...(await measure('10000Jobs', 10_000, 10, 5))];
  },
};

async function measure(name: string, jobs: number, allocationsPerJob: number, rounds: number): Promise<Figure[]> {
  const options = ['--jobs', String(jobs), '--allocations-per-job', String(allocationsPerJob)];
  return withSimulator(options, async (address) => {
    const agent = new Agent({ keepAlive: true });
    try {
      // First, since what earlier rounds leave behind would count against it.
      const { requests, heapMb } = await watchOpening(address, jobs);
      const { ms, ratio } = await compare(
        rounds,
        () => openOnce(address, jobs),
        () => bareGet(agent, `${address}/v1/jobs/statuses?namespace=*`),
      );
      return [
        { name: `listing.${name}.requests`, unit: 'requests', value: requests },
        { name: `listing.${name}.rows`, unit: 'ms', value: ms },
        { name: `listing.${name}.rowsOverBareRead`, unit: '×', value: ratio },
        { name: `listing.${name}.heap`, unit: 'MB', value: heapMb },
      ];
    } finally {
      agent.destroy();
    }
  });
}

async function openOnce(address: string, jobs: number): Promise<void> {
  const { cluster } = await open(address, jobs);
  cluster.dispose();
}

/** The cluster and its rows; the caller disposes the cluster. */
async function open(address: string, jobs: number): Promise<{ cluster: Cluster; tree: RowTree }> {
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
  const known = cluster.store.jobs.size;
  if (known !== jobs) throw new Error(`There are ${String(known)} jobs instead of ${String(jobs)}.`);
  const rows = tree.children();
  // One row counts those that are not shown.
  const wanted = jobs > maxRowsPerParent ? maxRowsPerParent + 1 : jobs;
  if (rows.length !== wanted) throw new Error(`There are ${String(rows.length)} rows instead of ${String(wanted)}.`);
  for (const row of rows) paint(tree, row);
  return { cluster, tree };
}

/** Requests that are sent before there are rows, and what store and rows hold once there are. */
async function watchOpening(address: string, jobs: number): Promise<{ requests: number; heapMb: number }> {
  let requests = 0;
  const count = () => {
    requests += 1;
  };
  const before = heapBytes();
  subscribe('http.client.request.start', count);
  const held = await open(address, jobs).finally(() => unsubscribe('http.client.request.start', count));
  // What follows the rows, such as the list of deployments, would otherwise be caught half-read.
  await held.cluster.refresh();
  const heapMb = (heapBytes() - before) / 1e6;
  if (held.tree.rows.size !== held.tree.children().length) throw new Error('Rows were lost.');
  held.cluster.dispose();
  return { requests, heapMb };
}
