import { readFile } from 'node:fs/promises';
import { NomadClient } from '../../src/nomad/client.ts';
import type { Connection } from '../../src/nomad/http/connection.ts';
import { startAgent, tlsOf } from './agent.ts';
import { startNodes, startRegions } from './agents.ts';
import type { NodeSpec } from './agents.ts';
import { startServers } from './servers.ts';
import type { Servers } from './servers.ts';
import type { CertificateFiles } from './certificates.ts';

export interface TargetVersion {
  /** As the agent writes it, such as `1.6.10`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/** Something that answers as a Nomad agent does. */
export interface Target {
  readonly kind: 'simulator' | 'agent' | 'cluster';
  readonly connection: Connection;
  readonly version: TargetVersion;
  dispose(): Promise<void>;
}

export interface TargetOptions {
  /** With ACL on; the connection then has a management token. */
  readonly acl?: boolean;
  /** With HTTPS and a demand for client certificates; the connection then has one. */
  readonly certificates?: CertificateFiles;
}

/** A target of several nodes, which can be made silent. */
export interface TargetWithNodes extends Target {
  /** Stops a node's client where it stands, so that nothing is heard of it. */
  readonly pause: (name: string) => void;
  readonly resume: (name: string) => void;
}

/** A target of several servers, one of which is talked to, and what can befall them. */
export interface TargetWithServers extends Target, Pick<Servers, 'loseLeader' | 'regainLeader' | 'killLeader'> {
  /** Stops the server that is talked to where it stands, and lets it go on; nothing where that can't be done. */
  readonly still?: Pick<Servers, 'freeze' | 'thaw'>;
}

/** A target that can be started. */
export interface TargetChoice {
  readonly kind: Target['kind'];
  /** For titles, before the version is known. */
  readonly name: string;
  /** Whether a start makes a fresh one, so that it can have ACL. */
  readonly owned: boolean;
  start(options?: TargetOptions): Promise<Target>;
  /** Starts fresh ones that are federated, one a region, in the order of `regions`. Only where it is {@link owned}. */
  startRegions(regions: readonly string[]): Promise<Target[]>;
  /** Starts a fresh one with these nodes and no others. Only where it is {@link owned}. */
  startNodes(specs: readonly NodeSpec[]): Promise<TargetWithNodes>;
  /** Starts a fresh one of three servers, without nodes. Only where it is {@link owned}. */
  startServers(): Promise<TargetWithServers>;
}

/** How much faster than a real cluster's the simulator's time is. */
export const simulatorSpeed = 10;
/** How long servers take to elect another leader. */
const electionMs = 3000;

/**
 * The simulator, always. Beside it a real agent where NOMAD_BIN names a `nomad` binary, or else the cluster at NOMAD_ADDR
 * where NOMAD_CONTRACT_DISPOSABLE=1 says that it may be written to. SIMULATED_NOMAD=1.6 has the simulator answer as an
 * older agent.
 */
export function chooseTargets(env: NodeJS.ProcessEnv = process.env): TargetChoice[] {
  const binary = env['NOMAD_BIN'] ?? '';
  const address = env['NOMAD_ADDR'] ?? '';
  const choices: TargetChoice[] = [simulatorChoice(env['SIMULATED_NOMAD'] === '1.6' ? '1.6' : '2.0')];
  if (binary !== '') choices.push(agentChoice(binary));
  else if (address !== '' && env['NOMAD_CONTRACT_DISPOSABLE'] === '1') {
    choices.push(clusterChoice({ address, token: env['NOMAD_TOKEN'] }));
  }
  return choices;
}

function simulatorChoice(nomad: '2.0' | '1.6'): TargetChoice {
  const secret = '5ec4e700-0000-4000-8000-000000000001';
  return {
    kind: 'simulator',
    name: `simulator ${nomad}`,
    owned: true,
    start: async ({ acl, certificates } = {}) => {
      const { startSimulator } = await import('../simulator/simulator.ts');
      const simulator = await startSimulator({
        rawExec: true,
        speed: simulatorSpeed,
        nomad,
        ...(acl === true ? { acl: { token: secret } } : {}),
        ...(certificates === undefined ? {} : { tls: await pemOf(certificates) }),
      });
      const token = acl === true ? secret : undefined;
      const connection = { address: simulator.address, token, tls: tlsOf(certificates) };
      return opened('simulator', connection, () => simulator.dispose());
    },
    startRegions: async (regions) => {
      const { startSimulator } = await import('../simulator/simulator.ts');
      const common = { rawExec: true, speed: simulatorSpeed, nomad };
      const simulators = await Promise.all(regions.map((region) => startSimulator({ ...common, region })));
      const [first, ...others] = simulators;
      for (const other of others) first?.join(other);
      return Promise.all(simulators.map((item) => opened('simulator', item, () => item.dispose())));
    },
    startNodes: (specs) => simulateNodes(nomad, specs),
    startServers: () => simulateServers(nomad),
  };
}

async function simulateNodes(nomad: '2.0' | '1.6', specs: readonly NodeSpec[]): Promise<TargetWithNodes> {
  const { startSimulator } = await import('../simulator/simulator.ts');
  const simulator = await startSimulator({ rawExec: true, speed: simulatorSpeed, nomad, nodes: 0 });
  const { nodes } = simulator.cluster;
  const ids = new Map(specs.map((spec) => [spec.name, nodes.add(spec).ID]));
  const target = await opened('simulator', simulator, () => simulator.dispose());
  return {
    ...target,
    pause: (name) => {
      nodes.fail(ids.get(name) ?? '');
    },
    resume: (name) => {
      nodes.recover(ids.get(name) ?? '');
    },
  };
}

/** One server, which is told how it stands to the others. */
async function simulateServers(nomad: '2.0' | '1.6'): Promise<TargetWithServers> {
  const { startSimulator } = await import('../simulator/simulator.ts');
  const simulator = await startSimulator({ speed: simulatorSpeed, nomad, nodes: 0 });
  const { follower } = simulator.server;
  const target = await opened('simulator', simulator, () => simulator.dispose());
  return {
    ...target,
    loseLeader: () => {
      follower.lose();
    },
    regainLeader: () => {
      follower.regain();
    },
    killLeader: () => {
      follower.lose();
      simulator.cluster.store.clock.timer(simulator.cluster.paceMs(electionMs), () => {
        follower.regain();
      });
      return Promise.resolve();
    },
  };
}

async function pemOf({ serverCertFile, serverKeyFile, caFile }: CertificateFiles) {
  const [cert, key, ca] = await Promise.all(
    [serverCertFile, serverKeyFile, caFile].map((file) => readFile(file, 'utf8')),
  );
  return { cert: cert ?? '', key: key ?? '', ca: ca ?? '', requestCert: true };
}

function agentChoice(binary: string): TargetChoice {
  return {
    kind: 'agent',
    name: 'agent',
    owned: true,
    start: async (options = {}) => {
      const agent = await startAgent(binary, options);
      const connection = { address: agent.address, token: agent.token, tls: tlsOf(options.certificates) };
      return opened('agent', connection, () => agent.dispose());
    },
    startRegions: async (regions) => {
      const agents = await startRegions(binary, regions);
      return Promise.all(agents.map((agent) => opened('agent', agent, () => agent.dispose())));
    },
    startNodes: async (specs) => {
      const nodes = await startNodes(binary, specs);
      const target = await opened('agent', nodes, () => nodes.dispose());
      return { ...target, pause: nodes.pause, resume: nodes.resume };
    },
    startServers: async () => {
      const servers = await startServers(binary);
      const target = await opened('agent', servers, () => servers.dispose());
      const { loseLeader, regainLeader, killLeader, freeze, thaw } = servers;
      return { ...target, loseLeader, regainLeader, killLeader, still: { freeze, thaw } };
    },
  };
}

function clusterChoice(connection: Connection): TargetChoice {
  return {
    kind: 'cluster',
    name: 'cluster',
    owned: false,
    start: () => opened('cluster', connection, () => Promise.resolve()),
    startRegions: () => Promise.reject(new Error('A cluster that is visited has the regions that it has')),
    startNodes: () => Promise.reject(new Error('A cluster that is visited has the nodes that it has')),
    startServers: () => Promise.reject(new Error('A cluster that is visited has the servers that it has')),
  };
}

async function opened(
  kind: Target['kind'],
  { address, token, tls }: Connection,
  dispose: () => Promise<unknown>,
): Promise<Target> {
  const connection = { address, token, tls };
  const client = new NomadClient(connection);
  try {
    const { value } = await client.agent.self();
    const text = value.config.Version?.Version ?? '';
    const [major = 0, minor = 0] = text.split('.').map(Number);
    const end = async () => {
      await dispose();
    };
    return { kind, connection, version: { text, major, minor }, dispose: end };
  } catch (error) {
    await dispose();
    throw error;
  } finally {
    client.dispose();
  }
}
