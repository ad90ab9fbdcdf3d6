import { Cluster, type ClusterOptions } from '../../../simulator/cluster/cluster.ts';
import { jobKey } from '../../../simulator/state/records.ts';
import { FakeClock } from '../../../support/fakeClock.ts';

export interface Harness {
  readonly cluster: Cluster;
  readonly clock: FakeClock;
  /** The newest deployment of a job in the default namespace. */
  readonly deployment: (id: string) => NonNullable<ReturnType<Cluster['store']['latestDeployment']>>;
  readonly allocations: (id: string) => ReturnType<Cluster['store']['allocationsOf']>;
}

/** Runs `test` with a cluster whose time stands still until it is moved. */
export async function withCluster(
  test: (harness: Harness) => Promise<void>,
  options: Partial<ClusterOptions> = {},
): Promise<void> {
  const clock = new FakeClock();
  const defaults = { clock, seed: 7, rawExec: false, speed: 1, nomad: '2.0', nodes: 1 } as const;
  const cluster = new Cluster({ ...defaults, ...options });
  try {
    await test({
      cluster,
      clock,
      deployment: (id) => {
        const latest = cluster.store.latestDeployment(jobKey('default', id));
        if (latest === undefined) throw new Error(`${id} has no deployment`);
        return latest;
      },
      allocations: (id) => cluster.store.allocationsOf(jobKey('default', id)),
    });
  } finally {
    await cluster.dispose();
  }
}
