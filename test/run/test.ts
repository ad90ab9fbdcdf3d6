import { checkNames } from './checks.ts';
import { forwardSignals, interruption } from './command.ts';
import { layers } from './layers.ts';
import type { Layer } from './layers.ts';
import { describeTally, sum } from './tally.ts';
import type { Tally } from './tally.ts';

const failedTally: Tally = { passed: 0, failed: 1, skipped: 0 };

/** Runs the layers or checks named on the command line, or all of them, and ends with one line that sums them up. */
async function main(asked: readonly string[]): Promise<void> {
  const parts = checkNames.filter((name) => asked.includes(name));
  const others = asked.filter((name) => !parts.some((part) => part === name));
  const names = parts.length > 0 && !others.includes('check') ? [...others, 'check'] : others;
  const unknown = names.filter((name) => !layers.some((layer) => layer.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `Unknown: ${unknown.join(', ')}. There are ${layers.map(({ name }) => name).join(', ')}, and of check ${checkNames.join(', ')}.`,
    );
  }
  forwardSignals();
  const chosen = layers.filter(({ name }) => names.length === 0 || names.includes(name));
  // Set-up of the later layers runs beside the first ones; a failure belongs to the layer that needs it.
  const prepared = new Map(chosen.map((layer) => [layer, prepare(layer)]));
  const tallies: Tally[] = [];
  for (const layer of chosen) {
    if (interruption() === undefined) tallies.push(await runLayer(layer, await prepared.get(layer), parts));
  }
  await Promise.all(prepared.values());
  const total = sum(tallies);
  if (interruption() !== undefined) process.exitCode = 130;
  else if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
  console.log(`\n${describeTally(total)}`);
}

/** Resolves to what went wrong, if anything did. */
async function prepare(layer: Layer): Promise<string | undefined> {
  try {
    await layer.prepare?.();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

async function runLayer(layer: Layer, trouble: string | undefined, parts: readonly string[]): Promise<Tally> {
  const startedAt = performance.now();
  console.log(`\n${layer.name}`);
  const tally = trouble === undefined ? await layer.run(parts).catch(reportCrash) : reportCrash(trouble);
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`${layer.name}: ${describeTally(tally)}  ${seconds.toFixed(1)} s`);
  return tally;
}

function reportCrash(error: unknown): Tally {
  console.log(messageOf(error));
  return failedTally;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

await main(process.argv.slice(2));
