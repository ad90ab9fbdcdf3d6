import { sleep } from '../../src/base/clock.ts';
import { startAgent } from './agent.ts';
import type { Agent } from './agent.ts';

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
