import { NomadClient } from '../../src/nomad/client.ts';
import { retry } from './agent.ts';
import type { Ports } from './agent.ts';
import { Processes } from './agents.ts';

/** Servers of one region, all on the loopback interface, one of which a client talks to: it follows another one. */
export interface Servers {
  readonly address: string;
  /** Stops all others where they stand, so that no leader can be elected. */
  readonly loseLeader: () => void;
  /** Lets them go on. */
  readonly regainLeader: () => void;
  /** Kills the leader, so that another one is elected. */
  readonly killLeader: () => Promise<void>;
  /** Stops the server that the client talks to where it stands. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  dispose(): Promise<void>;
}

const count = 3;
const startLimitMs = 120_000;

interface Server {
  readonly name: string;
  readonly ports: Ports;
}

/** Starts three servers without any client, and waits until they have a leader. */
export async function startServers(binary: string): Promise<Servers> {
  const agents = new Processes(binary);
  try {
    const servers = await startAll(agents);
    const leader = await leaderOf(servers);
    const own = servers.find((server) => server !== leader) ?? leader;
    const kill = (which: readonly Server[], signal: NodeJS.Signals) => {
      for (const { name } of which) agents.kill(name, signal);
    };
    const others = servers.filter((server) => server !== own);
    return {
      address: addressOf(own),
      loseLeader: () => {
        kill(others, 'SIGSTOP');
      },
      regainLeader: () => {
        kill(others, 'SIGCONT');
      },
      killLeader: async () => {
        const gone = await leaderOf(servers);
        if (gone === own) throw new Error('The server that the client talks to became the leader');
        kill([gone], 'SIGKILL');
      },
      freeze: () => {
        kill([own], 'SIGSTOP');
      },
      thaw: () => {
        kill([own], 'SIGCONT');
      },
      dispose: () => agents.dispose(),
    };
  } catch (error) {
    const log = agents.logs();
    await agents.dispose();
    throw new Error(`The servers did not start: ${String(error)}\n${log}`, { cause: error });
  }
}

async function startAll(agents: Processes): Promise<Server[]> {
  const servers: Server[] = [];
  for (let at = 1; at <= count; at += 1) {
    const name = `server-${String(at)}`;
    const { ports } = await agents.start(name, () => serverText(name, servers[0]?.ports));
    servers.push({ name, ports });
  }
  return servers;
}

function addressOf({ ports }: Server): string {
  return `http://127.0.0.1:${String(ports.http)}`;
}

/** The leader, once the first of the servers knows one. */
async function leaderOf(servers: readonly Server[]): Promise<Server> {
  const [first] = servers;
  if (first === undefined) throw new Error('There is no server');
  const signal = AbortSignal.timeout(startLimitMs);
  const client = new NomadClient({ address: addressOf(first) });
  try {
    return await retry(undefined, signal, async () => {
      const { value } = await client.agent.leader({ signal });
      const leader = servers.find(({ ports }) => value === `127.0.0.1:${String(ports.rpc)}`);
      if (leader === undefined) throw new Error(`no leader yet: ${value}`);
      return leader;
    });
  } finally {
    client.dispose();
  }
}

function serverText(name: string, joined: Ports | undefined): string {
  const address = `127.0.0.1:${String(joined?.serf ?? 0)}`;
  const join = `  server_join {\n    retry_join = ["${address}"]\n    retry_interval = "1s"\n  }`;
  return [
    `name = "${name}"`,
    'server {',
    '  enabled          = true',
    `  bootstrap_expect = ${String(count)}`,
    ...(joined === undefined ? [] : [join]),
    '}',
  ].join('\n');
}
