import { Agent } from 'node:http';
import { NomadClient } from '../../src/nomad/client.ts';
import { allPages, pages } from '../../src/nomad/reading/pages.ts';
import { bareGet, withSimulator } from './cluster.ts';
import { compare, heapBytes } from './figures.ts';
import type { Bench, Figure } from './figures.ts';

const getsPerRound = 40;
const jobs = 10_000;
const perPage = 1000;

/** What the client adds to the requests that it makes, against the same requests with nothing but Node. */
export const client: Bench = {
  name: 'client',
  run: () =>
    withSimulator(['--jobs', String(jobs), '--allocations-per-job', '1'], async (address) => {
      const nomad = new NomadClient({ address });
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      try {
        return [...(await smallReads(nomad, agent)), ...(await pagedList(nomad, agent)), await pagesHeld(nomad)];
      } finally {
        nomad.dispose();
        agent.destroy();
      }
    }),
};

async function smallReads(nomad: NomadClient, agent: Agent): Promise<Figure[]> {
  const url = `${nomad.displayAddress}/v1/job/job-00000`;
  const { ms, ratio } = await compare(
    75,
    () => repeat(() => nomad.jobs.read('job-00000')),
    () => repeat(() => bareGet(agent, url)),
  );
  return [
    { name: 'client.smallRead', unit: 'ms', value: ms / getsPerRound },
    { name: 'client.smallReadOverBare', unit: '×', value: ratio },
  ];
}

async function repeat(work: () => Promise<unknown>): Promise<void> {
  for (let count = 0; count < getsPerRound; count += 1) await work();
}

async function pagedList(nomad: NomadClient, agent: Agent): Promise<Figure[]> {
  const { ms, ratio } = await compare(
    7,
    async () => {
      const { value } = await allPages((options) => nomad.jobs.list(options), { perPage });
      expectJobs(value.length);
    },
    async () => {
      expectJobs(await barePages(`${nomad.displayAddress}/v1/jobs`, agent));
    },
  );
  return [
    { name: 'client.pagedList', unit: 'ms', value: ms },
    { name: 'client.pagedListOverBare', unit: '×', value: ratio },
  ];
}

/** What is held after many small pages and not yet after the first few; the readers keep none. */
async function pagesHeld(nomad: NomadClient): Promise<Figure> {
  const first = 10;
  let count = 0;
  let earlyBytes = 0;
  let lateBytes = 0;
  for await (const page of pages((options) => nomad.jobs.list(options), { perPage: perPage / 10 })) {
    count += 1;
    if (count === first) earlyBytes = heapBytes();
    if (page.meta.nextToken === undefined) lateBytes = heapBytes();
  }
  if (count < 10 * first) throw new Error(`There were ${String(count)} pages only.`);
  return { name: 'client.heapOfLaterPages', unit: 'MB', value: Math.max(0, (lateBytes - earlyBytes) / 1e6) };
}

async function barePages(url: string, agent: Agent): Promise<number> {
  let count = 0;
  let token: string | undefined = '';
  while (token !== undefined) {
    const query = new URLSearchParams({ per_page: String(perPage), ...(token === '' ? {} : { next_token: token }) });
    const { value, headers } = await bareGet(agent, `${url}?${query.toString()}`);
    count += (value as unknown[]).length;
    const next = headers['x-nomad-nexttoken'];
    token = typeof next === 'string' && next !== '' ? next : undefined;
  }
  return count;
}

function expectJobs(count: number): void {
  if (count !== jobs) throw new Error(`${String(count)} jobs were listed instead of ${String(jobs)}.`);
}
