import { checkNames } from './checks.ts';
import { forwardSignals, interruption } from './command.ts';
import { layers } from './layers.ts';
import type { Layer } from './layers.ts';
import { describeTally, sum } from './tally.ts';
import type { Tally } from './tally.ts';
import { Turns } from './turns.ts';
import type { Turn } from './turns.ts';

/**
 * Runs the layers or checks named on the command line, or all of them, in lanes side by side, and ends with one line that
 * sums them up.
 */
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
  const turns = new Turns((text) => process.stdout.write(text));
  const planned = chosen.map((layer) => ({ layer, turn: turns.take() }));
  const lanes = [...new Set(chosen.map(({ lane }) => lane))].map(async (lane) => {
    const tallies: Tally[] = [];
    for (const { layer, turn } of planned.filter((item) => item.layer.lane === lane)) {
      if (interruption() === undefined) tallies.push(await runLayer(layer, turn, prepared.get(layer), parts));
      turn.end();
    }
    return tallies;
  });
  const total = sum((await Promise.all(lanes)).flat());
  await Promise.all(prepared.values());
  if (interruption() !== undefined) process.exitCode = 130;
  else if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
  // The output of many layers is long, and some keep its end alone.
  const failures = (total.failures ?? []).map((name) => `  ${name}\n`).join('');
  if (failures !== '') console.log(`\nFailed:\n${failures.trimEnd()}`);
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

async function runLayer(
  layer: Layer,
  { write }: Turn,
  preparation: Promise<string | undefined> | undefined,
  parts: readonly string[],
): Promise<Tally> {
  write(`\n${layer.name}\n`);
  const fail = (error: unknown): Tally => {
    write(`${messageOf(error)}\n`);
    return { passed: 0, failed: 1, skipped: 0, failures: ['did not run'] };
  };
  const trouble = await preparation;
  const startedAt = performance.now();
  const tally = trouble === undefined ? await layer.run(write, parts).catch(fail) : fail(trouble);
  const seconds = (performance.now() - startedAt) / 1000;
  write(`${layer.name}: ${describeTally(tally)}  ${seconds.toFixed(1)} s\n`);
  return { ...tally, failures: tally.failures?.map((name) => `${layer.name}: ${name}`) ?? [] };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

await main(process.argv.slice(2));
