import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { sleep } from '../../src/base/clock.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import { freePorts, launch, retry, startAgent, stop } from './agent.ts';
import type { Agent, Ports } from './agent.ts';

/** A client agent to be started. */
export interface NodeSpec {
  readonly name: string;
  readonly nodeClass?: string;
  readonly meta?: Readonly<Record<string, string>>;
}

/** One server with client agents of its own, all on the loopback interface. */
export interface Nodes {
  readonly address: string;
  /** Stops the process of a client where it stands, so that it is not heard of. */
  readonly pause: (name: string) => void;
  readonly resume: (name: string) => void;
  dispose(): Promise<void>;
}

const startLimitMs = 90_000;

/** Starts a server and a client agent for each node, and waits until all nodes are ready. A silent node is missed after seconds. */
export async function startNodes(binary: string, specs: readonly NodeSpec[]): Promise<Nodes> {
  const agents = new Processes(binary);
  try {
    const { child, ports } = await agents.start('server', () => serverText);
    const address = `http://127.0.0.1:${String(ports.http)}`;
    const signal = AbortSignal.timeout(startLimitMs);
    const client = new NomadClient({ address });
    try {
      await retry(child, signal, async () => {
        if ((await client.agent.leader({ signal })).value === '') throw new Error('no leader yet');
      });
      for (const spec of specs) await agents.start(spec.name, () => clientText(spec, ports.rpc));
      await retry(child, signal, async () => {
        const { value } = await client.nodes.list({ signal });
        const ready = value.filter(({ Status }) => Status === 'ready').length;
        if (ready < specs.length) throw new Error(`${String(ready)} nodes are ready`);
      });
    } finally {
      client.dispose();
    }
    return {
      address,
      pause: (name) => {
        agents.kill(name, 'SIGSTOP');
      },
      resume: (name) => {
        agents.kill(name, 'SIGCONT');
      },
      dispose: () => agents.dispose(),
    };
  } catch (error) {
    const log = agents.logs();
    await agents.dispose();
    throw new Error(`The agents did not start: ${String(error)}\n${log}`, { cause: error });
  }
}

/** Agents of one cluster, the server first. */
export class Processes {
  readonly #binary: string;
  readonly #started: { readonly child: ChildProcess; readonly folder: string; readonly name: string }[] = [];

  constructor(binary: string) {
    this.#binary = binary;
  }

  async start(name: string, text: () => string): Promise<{ child: ChildProcess; ports: Ports }> {
    const folder = await mkdtemp(joinPath(tmpdir(), `nomad-${name}-`));
    const ports = await freePorts();
    await writeFile(joinPath(folder, 'agent.hcl'), `${common(folder, ports)}\n${text()}\n`);
    const child = launch(this.#binary, folder, []);
    this.#started.push({ child, folder, name });
    return { child, ports };
  }

  kill(name: string, signal: NodeJS.Signals): void {
    this.#started.find((item) => item.name === name)?.child.kill(signal);
  }

  logs(): string {
    return this.#started.map(({ folder }) => readFileSync(joinPath(folder, 'agent.log'), 'utf8').slice(-500)).join('');
  }

  /** Ends the clients first, which say goodbye to their server; one that stands still could not end. */
  async dispose(): Promise<void> {
    for (const { child } of this.#started) child.kill('SIGCONT');
    const [server, ...clients] = this.#started;
    await Promise.all(clients.map(({ child, folder }) => stop(child, folder)));
    if (server !== undefined) await stop(server.child, server.folder);
  }
}

function common(folder: string, ports: Ports): string {
  return [
    'bind_addr = "127.0.0.1"',
    'advertise {\n  http = "127.0.0.1"\n  rpc  = "127.0.0.1"\n  serf = "127.0.0.1"\n}',
    `data_dir = ${JSON.stringify(joinPath(folder, 'data'))}`,
    'log_level = "WARN"',
    'leave_on_interrupt = false',
    'leave_on_terminate = false',
    'disable_update_check = true',
    `ports {\n  http = ${String(ports.http)}\n  rpc = ${String(ports.rpc)}\n  serf = ${String(ports.serf)}\n}`,
  ].join('\n');
}

/** The shortest times after which a silent client is missed. */
const serverText = `server {
  enabled           = true
  bootstrap_expect  = 1
  heartbeat_grace   = "1s"
  min_heartbeat_ttl = "2s"
}`;

function clientText({ name, nodeClass, meta }: NodeSpec, rpcPort: number): string {
  const quoted = (text: string) => JSON.stringify(text);
  const entries = Object.entries(meta ?? {}).map(([key, value]) => `    ${key} = ${quoted(value)}`);
  return [
    `name = ${quoted(name)}`,
    'plugin "raw_exec" {\n  config {\n    enabled = true\n  }\n}',
    'client {',
    '  enabled = true',
    `  servers = ["127.0.0.1:${String(rpcPort)}"]`,
    ...(nodeClass === undefined ? [] : [`  node_class = ${quoted(nodeClass)}`]),
    // Clients of one machine have one id unless they are told not to.
    '  no_host_uuid = true',
    '  options = {\n    "fingerprint.denylist" = "env_aws,env_gce,env_azure,env_digitalocean"\n  }',
    `  meta = {\n${entries.join('\n')}\n  }`,
    '}',
  ].join('\n');
}

const joinLimitMs = 30_000;
const retryMs = 100;

/** Starts an agent for each region, each server and client in one, and waits until all know of all. */
export async function startRegions(binary: string, regions: readonly string[]): Promise<Agent[]> {
  const started = await Promise.allSettled(regions.map((region) => startAgent(binary, { region })));
  const agents = started.flatMap((item) => (item.status === 'fulfilled' ? [item.value] : []));
  try {
    for (const item of started) if (item.status === 'rejected') throw item.reason;
    const [first, ...others] = agents;
    for (const { serfAddress } of others) await join(first?.address ?? '', serfAddress);
    await Promise.all(agents.map(({ address }) => untilKnown(address, regions)));
    return agents;
  } catch (error) {
    await Promise.all(agents.map((agent) => agent.dispose()));
    throw error;
  }
}

async function join(address: string, other: string): Promise<void> {
  const response = await fetch(`${address}/v1/agent/join?address=${other}`, { method: 'PUT' });
  const { error } = (await response.json()) as { error: string };
  if (error !== '') throw new Error(`The regions did not join: ${error}`);
}

/** Nothing tells when gossip has got around, so this asks again until it has. */
async function untilKnown(address: string, regions: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(joinLimitMs);
  for (;;) {
    const known = (await (await fetch(`${address}/v1/regions`, { signal })).json()) as string[];
    if (regions.every((region) => known.includes(region))) return;
    await sleep(retryMs, signal);
  }
}
