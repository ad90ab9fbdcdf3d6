import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '../../src/base/clock.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import type { Connection, TlsOptions } from '../../src/nomad/http/connection.ts';
import { isNomadError } from '../../src/nomad/http/errors.ts';
import { watch } from '../../src/nomad/reading/watch.ts';
import { serverName } from './certificates.ts';
import type { CertificateFiles } from './certificates.ts';

export interface AgentOptions {
  /** Turns ACL on and makes a management token. */
  readonly acl?: boolean;
  /** Serves HTTPS and asks each client for a certificate. */
  readonly certificates?: CertificateFiles | undefined;
  /** `global` by default. */
  readonly region?: string;
}

/** A `nomad agent -dev` that belongs to this process. */
export interface Agent {
  readonly address: string;
  /** The management token's secret, with ACL. */
  readonly token: string | undefined;
  /** Where other servers find it, as `host:port`. */
  readonly serfAddress: string;
  /** Stops the agent with everything it runs, and removes its folder. */
  dispose(): Promise<void>;
}

export interface Ports {
  readonly http: number;
  readonly rpc: number;
  readonly serf: number;
}

const startLimitMs = 60_000;
const stopLimitMs = 20_000;
const retryMs = 100;

/** Starts an agent that is server and client in one, on free loopback ports, and waits for its leader and its node. */
export async function startAgent(binary: string, options: AgentOptions = {}): Promise<Agent> {
  const folder = await mkdtemp(join(tmpdir(), 'nomad-agent-'));
  const ports = await freePorts();
  await writeFile(join(folder, 'agent.hcl'), configuration(folder, ports, options));
  const child = launch(binary, folder);
  const dispose = () => stop(child, folder);
  try {
    const scheme = options.certificates === undefined ? 'http' : 'https';
    const address = `${scheme}://127.0.0.1:${String(ports.http)}`;
    const signal = AbortSignal.timeout(startLimitMs);
    const connection = { address, tls: tlsOf(options.certificates), timeoutMs: 10_000 };
    const token = await ready(child, connection, options.acl === true, signal);
    return { address, token, serfAddress: `127.0.0.1:${String(ports.serf)}`, dispose };
  } catch (error) {
    const log = readFileSync(join(folder, 'agent.log'), 'utf8').slice(-2000);
    await dispose();
    throw new Error(`The agent did not start: ${String(error)}\n${log}`, { cause: error });
  }
}

/** How a client that may connect shows itself. */
export function tlsOf(certificates: CertificateFiles | undefined): TlsOptions | undefined {
  if (certificates === undefined) return undefined;
  const { caFile, clientCertFile, clientKeyFile } = certificates;
  return { caFile, certFile: clientCertFile, keyFile: clientKeyFile, serverName };
}

function configuration(folder: string, ports: Ports, { acl, certificates, region }: AgentOptions): string {
  const quoted = (text: string) => JSON.stringify(text);
  return [
    'bind_addr = "127.0.0.1"',
    ...(region === undefined ? [] : [`region = ${quoted(region)}`, `name = ${quoted(`${region}-1`)}`]),
    `data_dir = ${quoted(join(folder, 'data'))}`,
    'log_level = "WARN"',
    'leave_on_interrupt = false',
    'leave_on_terminate = false',
    'disable_update_check = true',
    `ports {\n  http = ${String(ports.http)}\n  rpc = ${String(ports.rpc)}\n  serf = ${String(ports.serf)}\n}`,
    'plugin "raw_exec" {\n  config {\n    enabled = true\n  }\n}',
    // Asking the clouds whether this is one of their machines takes seconds.
    'client {\n  options = {\n    "fingerprint.denylist" = "env_aws,env_gce,env_azure,env_digitalocean"\n  }\n}',
    // Tokens may be short, so that a test can see one expire.
    acl === true ? 'acl {\n  enabled = true\n  token_min_expiration_ttl = "1s"\n}' : '',
    certificates === undefined
      ? ''
      : [
          'tls {',
          '  http = true',
          '  verify_https_client = true',
          `  ca_file = ${quoted(certificates.caFile)}`,
          `  cert_file = ${quoted(certificates.serverCertFile)}`,
          `  key_file = ${quoted(certificates.serverKeyFile)}`,
          '}',
        ].join('\n'),
  ].join('\n');
}

/** Starts an agent with the `agent.hcl` of its folder; `-dev` keeps nothing of the server on disk. */
export function launch(binary: string, folder: string, flags: readonly string[] = ['-dev']): ChildProcess {
  const log = openSync(join(folder, 'agent.log'), 'a');
  try {
    // Settings of the person's own cluster and cloud must not reach the agent.
    const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'USER'];
    // Tasks of raw_exec inherit the kind of terminal.
    const env = { ...Object.fromEntries(names.map((name) => [name, process.env[name]])), TERM: 'xterm' };
    const args = ['agent', ...flags, '-config', join(folder, 'agent.hcl')];
    return spawn(binary, args, { cwd: folder, env, stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
}

/** Resolves to the management token's secret, with ACL. */
async function ready(
  child: ChildProcess,
  connection: Connection,
  acl: boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  const open = new NomadClient(connection);
  let client = open;
  try {
    await retry(child, signal, async () => {
      if ((await open.agent.leader({ signal })).value === '') throw new Error('no leader yet');
    });
    const token = acl ? await retry(child, signal, () => bootstrap(connection.address, signal)) : undefined;
    client = new NomadClient({ ...connection, token });
    for await (const { value } of watch((options) => client.nodes.list(options), { signal, waitMs: 5000 })) {
      if (value.some((node) => node.Status === 'ready' && node.SchedulingEligibility === 'eligible')) return token;
    }
    throw new Error('no node became ready');
  } finally {
    client.dispose();
    open.dispose();
  }
}

async function bootstrap(address: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(`${address}/v1/acl/bootstrap`, { method: 'POST', signal });
  if (!response.ok) throw new Error(`bootstrap was answered with ${String(response.status)}`);
  return ((await response.json()) as { SecretID: string }).SecretID;
}

/** Nothing tells when a port is opened or a leader elected, so this asks again until it is. */
export async function retry<T>(
  child: ChildProcess | undefined,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (child !== undefined && (child.exitCode !== null || child.pid === undefined)) throw error;
      if (signal.aborted || isNomadError(error, 'tls', 'notNomad')) throw error;
      await sleep(retryMs, signal);
    }
  }
}

/** Ends an agent with all it runs, and removes its folder. */
export async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    const timer = setTimeout(() => {
      console.log(`The agent did not end in ${String(stopLimitMs)} ms and was killed; its tasks may still run`);
      child.kill('SIGKILL');
    }, stopLimitMs);
    await exited;
    clearTimeout(timer);
  }
  unmountWithin(folder);
  await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
    console.log(`${folder} could not be removed: ${String(error)}`);
  });
}

/** Agents that run as root mount folders for secrets, and may leave those of purged allocations behind. */
function unmountWithin(folder: string): void {
  if (!existsSync('/proc/mounts')) return;
  const points = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point.startsWith(`${folder}/`));
  for (const point of points) spawnSync('umount', [point], { stdio: 'ignore' });
}

export async function freePorts(): Promise<Ports> {
  // All are held until the last is known, so that they differ.
  const [http, rpc, serf] = await Promise.all([listen(), listen(), listen()]);
  const ports = { http: portOf(http), rpc: portOf(rpc), serf: portOf(serf) };
  await Promise.all([http, rpc, serf].map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve(server);
    });
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
