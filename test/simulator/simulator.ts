import { type Clock, systemClock } from '../../src/base/clock.ts';
import { Cluster } from './cluster/cluster.ts';
import { fill } from './fill.ts';
import type { AclOptions } from './http/acl.ts';
import type { Faults } from './http/faults.ts';
import { HttpServer, type TlsOptions } from './http/server.ts';
import type { Outside } from './runtime/outside.ts';
import { runSamples } from './samples/samples.ts';

export interface SimulatorOptions {
  /** 0, the default, for a free one. The host is always 127.0.0.1. */
  readonly port?: number;
  /** Run raw_exec tasks as real processes; so by default with samples. */
  readonly rawExec?: boolean;
  /** Start with the sample jobs. */
  readonly samples?: boolean;
  /** Fill the cluster with this many jobs that nothing runs behind. */
  readonly jobs?: number;
  readonly allocationsPerJob?: number;
  /** 1, or 3 with samples. */
  readonly nodes?: number;
  /** The same seed gives the same ids. */
  readonly seed?: number;
  readonly clock?: Clock;
  /** Told of what a clock of a test's own has to wait for. */
  readonly outside?: Outside;
  /** `2.0.3` is 2.0 with a list of statuses in which jobs that share a ModifyIndex hide one another. */
  readonly nomad?: '2.0' | '2.0.3' | '1.6';
  /** `global` by default. */
  readonly region?: string;
  readonly acl?: AclOptions;
  readonly tls?: TlsOptions;
  /** Divides the times that jobs ask for: min_healthy_time, deadlines, delays. */
  readonly speed?: number;
}

export interface Simulator {
  readonly address: string;
  readonly port: number;
  readonly cluster: Cluster;
  readonly faults: Faults;
  readonly server: HttpServer;
  /**
   * Federates two regions, as `nomad server join` does: from then on each passes on to the other what is for its region.
   *
   * @throws Error where both are of one region
   */
  join(other: Simulator): void;
  /** Ends connections, processes and timers, and removes files. */
  close(): Promise<void>;
  /** The same as {@link close}. */
  dispose(): Promise<void>;
}

/** Starts a simulated Nomad cluster with its HTTP API. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const cluster = new Cluster({
    clock: options.clock ?? systemClock,
    seed: options.seed ?? Math.floor(Math.random() * 0x100000000),
    rawExec: options.rawExec ?? options.samples ?? false,
    speed: options.speed ?? 1,
    ...(options.nomad === '2.0.3' ? { nomad: '2.0', hidesTies: true } : { nomad: options.nomad ?? '2.0' }),
    ...(options.region === undefined ? {} : { region: options.region }),
    outside: options.outside,
    nodes: options.nodes ?? (options.samples === true ? 3 : 1),
  });
  const server = new HttpServer(cluster, { port: options.port ?? 0, acl: options.acl, tls: options.tls });
  let port: number;
  try {
    if (options.jobs !== undefined && options.jobs > 0) fill(cluster, options.jobs, options.allocationsPerJob ?? 3);
    port = await server.listen();
    if (options.samples === true) await runSamples(cluster);
  } catch (error) {
    await server.close().catch(() => undefined);
    await cluster.dispose();
    throw error;
  }
  const scheme = options.tls === undefined ? 'http' : 'https';
  const close = async () => {
    await server.close();
    await cluster.dispose();
  };
  return {
    address: `${scheme}://127.0.0.1:${String(port)}`,
    port,
    cluster,
    faults: server.faults,
    server,
    join: (other) => {
      server.join(other.server);
    },
    close,
    dispose: close,
  };
}
