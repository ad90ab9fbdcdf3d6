import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AllocationStub } from '../../src/nomad/types/allocation.ts';
import { withSimulator } from './cluster.ts';
import { median } from './figures.ts';
import type { Bench } from './figures.ts';

const jobs = 10_000;
const allocationsPerJob = 10;
const rounds = 15;
const sizes = [100, 1000];

/** Whether the simulator is quick enough that measuring against it measures something else. */
export const simulator: Bench = {
  name: 'simulator',
  run() {
    const startMs = performance.now();
    const args = ['--jobs', String(jobs), '--allocations-per-job', String(allocationsPerJob), '--seed', '1'];
    return withSimulator(args, async (address, pid) => {
      const fillMs = performance.now() - startMs;
      const rssMb = residentMb(pid);
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      try {
        return [
          { name: 'simulator.fill', unit: 'ms', value: fillMs },
          { name: 'simulator.rss', unit: 'MB', value: rssMb },
          { name: 'simulator.slowestPage', unit: 'ms', value: await slowestPage(address, agent) },
        ];
      } finally {
        agent.destroy();
      }
    });
  },
};

function residentMb(pid: number): number {
  if (process.platform !== 'linux') return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) / 1000;
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1000;
}

/** The pages of every list: the first, one in the middle, and those that a prefix or a filter leaves. */
async function slowestPage(address: string, agent: Agent): Promise<number> {
  const medians: number[] = [];
  for (const path of await paths(address, agent)) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const startMs = performance.now();
      await read(`${address}${path}`, agent);
      times.push(performance.now() - startMs);
    }
    medians.push(median(times));
  }
  return Math.max(...medians);
}

async function paths(address: string, agent: Agent): Promise<string[]> {
  const all = JSON.parse(await read(`${address}/v1/allocations`, agent)) as AllocationStub[];
  const middle = all[all.length / 2];
  if (middle === undefined || all.length !== jobs * allocationsPerJob) throw new Error('The cluster is not filled.');
  const lists = ['jobs', 'jobs/statuses', 'allocations', 'deployments', 'evaluations', 'nodes'];
  const special = [
    `jobs?next_token=default.${middle.JobID}`,
    `jobs?prefix=job-05`,
    `jobs?filter=${encodeURIComponent('Status == "dead"')}`,
    `jobs/statuses?next_token=${String(middle.CreateIndex)}`,
    `jobs/statuses?filter=${encodeURIComponent('Name contains "job-09"')}`,
    `allocations?next_token=${String(middle.CreateIndex)}.${middle.ID}`,
    `allocations?prefix=${middle.ID.slice(0, 2)}`,
    `allocations?filter=${encodeURIComponent('ClientStatus == "lost"')}`,
  ];
  const pages = sizes.flatMap((size) => [
    ...lists.map((name) => `/v1/${name}?per_page=${String(size)}`),
    ...lists.map((name) => `/v1/${name}?per_page=${String(size)}&namespace=*`),
    ...special.map((query) => `/v1/${query}&per_page=${String(size)}`),
  ]);
  return [...pages, `/v1/job/${middle.JobID}/allocations`];
}

/** A body as it comes: neither compressed, which takes longer than all else, nor looked at. */
async function read(url: string, agent: Agent): Promise<string> {
  const outgoing = request(url, { agent });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  if (response.statusCode !== 200) throw new Error(`${url} is answered with ${String(response.statusCode)}: ${text}`);
  return text;
}
