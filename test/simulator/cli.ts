import { parseArgs } from 'node:util';
import { type SimulatorOptions, startSimulator } from './simulator.ts';

const usage = `Usage: npm run simulator -- [options]

  --port <number>                 port on 127.0.0.1 (default 4646; 0 for a free one)
  --samples                       start with the sample jobs
  --raw-exec                      run raw_exec tasks as real processes (with --samples by default)
  --jobs <number>                 fill the cluster with this many jobs
  --allocations-per-job <number>  (default 3)
  --nodes <number>                (default 1, or 3 with --samples)
  --seed <number>                 the same seed gives the same ids
  --nomad <2.0|2.0.3|1.6>         which Nomad to be (default 2.0); 2.0.3 lists one status of jobs that share an index
  --region <name>[,<name>…]        its region (default global), and further ones, federated, on free ports
  --speed <number>                divides the times that jobs ask for
  --acl                           demand tokens; prints the management token
  --acl-new                       demand tokens while there is none yet; /v1/acl/bootstrap makes the first
`;

function numberOf(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} needs a number`);
  return value;
}

const flags = {
  port: { type: 'string' },
  samples: { type: 'boolean' },
  'raw-exec': { type: 'boolean' },
  jobs: { type: 'string' },
  'allocations-per-job': { type: 'string' },
  nodes: { type: 'string' },
  seed: { type: 'string' },
  nomad: { type: 'string' },
  speed: { type: 'string' },
  region: { type: 'string' },
  acl: { type: 'boolean' },
  'acl-new': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function read(args: readonly string[]): { options: SimulatorOptions; others: string[]; help: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: flags,
  });
  const { nomad } = values;
  if (nomad !== undefined && nomad !== '2.0' && nomad !== '2.0.3' && nomad !== '1.6') {
    throw new Error('--nomad is 2.0, 2.0.3 or 1.6');
  }
  const numbers = {
    jobs: numberOf(values.jobs, 'jobs'),
    allocationsPerJob: numberOf(values['allocations-per-job'], 'allocations-per-job'),
    nodes: numberOf(values.nodes, 'nodes'),
    seed: numberOf(values.seed, 'seed'),
    speed: numberOf(values.speed, 'speed'),
  };
  const given = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
  const [region, ...others] = values.region?.split(',') ?? [];
  const options: SimulatorOptions = {
    port: numberOf(values.port, 'port') ?? 4646,
    ...(values.samples === true ? { samples: true } : {}),
    ...(values['raw-exec'] === true ? { rawExec: true } : {}),
    ...(nomad === undefined ? {} : { nomad }),
    ...(region === undefined ? {} : { region }),
    ...(values['acl-new'] === true ? { acl: {} } : {}),
    ...(values.acl === true ? { acl: { token: '00000000-0000-4000-8000-00000000ac15' } } : {}),
    ...given,
  };
  return { options, others, help: values.help === true };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const { options, others, help } = read(process.argv.slice(2));
  if (help) {
    say(usage);
    return;
  }
  const simulator = await startSimulator(options);
  const further = await Promise.all(others.map((region) => startSimulator({ ...options, region, port: 0 })));
  for (const other of further) simulator.join(other);
  const { store, version } = simulator.cluster;
  say(`A simulated Nomad ${version} listens on ${simulator.address}`);
  for (const { address, cluster } of further) say(`Its region ${cluster.region} listens on ${address}`);
  say(
    `${String(store.jobs.size)} jobs, ${String(store.allocations.size)} allocations, ${String(store.nodes.size)} nodes`,
  );
  if (options.acl?.token !== undefined) say(`Management token: ${options.acl.token}`);
  say('Press Ctrl+C to stop everything.');
  let ending = false;
  const end = () => {
    if (ending) process.exit(1);
    ending = true;
    void Promise.all([simulator, ...further].map((item) => item.close())).then(() => process.exit(0));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
