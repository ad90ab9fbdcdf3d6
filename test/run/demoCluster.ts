import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSimulator } from '../simulator/simulator.ts';
import { startAgent } from '../support/agent.ts';
import { root } from './paths.ts';

export const samplesFolder = join(root, 'test/simulator/samples/jobspecs');

export interface DemoCluster {
  readonly address: string;
  /** For the person: which cluster this is. */
  readonly description: string;
  close(): Promise<void>;
}

interface ParsedJob {
  readonly TaskGroups: readonly { readonly Tasks: readonly { readonly Driver: string }[] }[];
}

interface ListedNode {
  readonly Drivers?: Readonly<Record<string, { readonly Healthy: boolean }>>;
}

/** The cluster at NOMAD_ADDR, else an agent of NOMAD_BIN with the samples that it can run, else the simulator. */
export async function startCluster(env: NodeJS.ProcessEnv): Promise<DemoCluster> {
  const address = env['NOMAD_ADDR'] ?? '';
  if (address !== '')
    return { address, description: `yours, at ${address} (NOMAD_ADDR)`, close: () => Promise.resolve() };
  const nomad = env['NOMAD_BIN'] ?? '';
  if (nomad !== '') return startDevAgent(nomad);
  const simulator = await startSimulator({ samples: true, rawExec: true });
  return {
    address: simulator.address,
    description: `the embedded simulator, at ${simulator.address}`,
    close: () => simulator.close(),
  };
}

async function startDevAgent(nomad: string): Promise<DemoCluster> {
  const agent = await startAgent(nomad);
  try {
    const jobs = await registerSamples(agent.address);
    const description = `a development agent of ${nomad}, at ${agent.address}, with ${jobs.join(', ')}`;
    return { address: agent.address, description, close: () => agent.dispose() };
  } catch (error) {
    await agent.dispose();
    throw error;
  }
}

/** Registers the samples whose drivers the agent has; resolves to their file names. */
async function registerSamples(address: string): Promise<string[]> {
  const drivers = await healthyDrivers(address);
  const registered: string[] = [];
  for (const file of readdirSync(samplesFolder).filter((name) => /\.nomad(\.hcl)?$/.test(name))) {
    const source = readFileSync(join(samplesFolder, file), 'utf8');
    const job = await call<ParsedJob>(address, '/v1/jobs/parse', { JobHCL: source, Canonicalize: true });
    const wanted = job?.TaskGroups.flatMap(({ Tasks }) => Tasks.map(({ Driver }) => Driver));
    if (!wanted?.every((driver) => drivers.has(driver))) continue;
    const answer = await call(address, '/v1/jobs', { Job: job, Submission: { Source: source, Format: 'hcl2' } });
    if (answer !== undefined) registered.push(file);
  }
  return registered;
}

async function healthyDrivers(address: string): Promise<Set<string>> {
  const nodes = (await call<ListedNode[]>(address, '/v1/nodes')) ?? [];
  const drivers = nodes.flatMap(({ Drivers }) => Object.entries(Drivers ?? {}));
  return new Set(drivers.filter(([, { Healthy }]) => Healthy).map(([name]) => name));
}

/** Resolves to undefined when the agent refuses, as it does a sample that is newer than itself. */
async function call<T>(address: string, path: string, body?: unknown): Promise<T | undefined> {
  const response = await fetch(
    `${address}${path}`,
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
  );
  return response.ok ? ((await response.json()) as T) : undefined;
}
