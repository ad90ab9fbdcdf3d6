import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { outFolder, root } from '../run/paths.ts';
import { activation } from './activation.ts';
import { client } from './client.ts';
import { eventBurst } from './events.ts';
import { exec } from './exec.ts';
import type { Bench, Figure } from './figures.ts';
import { jobspec } from './jobspec.ts';
import { listing } from './listing.ts';
import { loading } from './loading.ts';
import { followedLogs } from './logs.ts';
import { plan } from './plan.ts';
import { simulator } from './simulator.ts';
import { size } from './size.ts';

interface Budget {
  readonly unit: string;
  readonly max?: number;
  readonly min?: number;
}

interface Budgets {
  readonly figures: Readonly<Record<string, Budget>>;
}

const benches: readonly Bench[] = [
  size,
  loading,
  plan,
  jobspec,
  eventBurst,
  client,
  listing,
  simulator,
  exec,
  followedLogs,
  activation,
];

const { values: flags } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } });

const usage = `npm run bench [-- --only NAME]

Measures, prints a table, writes out/bench.json, and fails when a figure is outside its budget (test/bench/budgets.json).
  --only NAME  one of ${benches.map(({ name }) => name).join(', ')}`;

async function main(): Promise<void> {
  if (flags.help) {
    console.log(usage);
    return;
  }
  const chosen = benches.filter(({ name }) => flags.only === undefined || name === flags.only);
  if (chosen.length === 0) throw new Error(usage);
  const { figures: budgets } = JSON.parse(readFileSync(join(import.meta.dirname, 'budgets.json'), 'utf8')) as Budgets;
  const measured: Figure[] = [];
  const complaints: string[] = [];
  for (const bench of chosen) {
    for (const figure of await bench.run()) {
      const complaint = complaintAbout(figure, budgets[figure.name]);
      if (complaint !== undefined) complaints.push(`${figure.name} ${complaint}`);
      console.log(row(figure, budgets[figure.name], complaint));
      measured.push(figure);
    }
  }
  const names = new Set(measured.map(({ name }) => name));
  const forgotten = Object.keys(budgets).filter((name) => !names.has(name));
  if (flags.only === undefined) complaints.push(...forgotten.map((name) => `${name} has a budget and no figure`));
  write(measured, budgets, complaints);
}

function complaintAbout({ value, unit }: Figure, budget: Budget | undefined): string | undefined {
  if (budget === undefined || value === undefined) return undefined;
  if (unit !== budget.unit) return `is in ${unit}, its budget in ${budget.unit}`;
  // Written so that NaN is within no budget.
  const within = value <= (budget.max ?? Infinity) && value >= (budget.min ?? 0);
  return within ? undefined : 'is outside its budget';
}

function row({ name, unit, value, skipped }: Figure, budget: Budget | undefined, complaint?: string): string {
  if (value === undefined) return `-    ${name.padEnd(36)} not measured: ${skipped ?? ''}`;
  const bounds = [
    ...(budget?.max === undefined ? [] : [`at most ${String(budget.max)}`]),
    ...(budget?.min === undefined ? [] : [`at least ${String(budget.min)}`]),
  ];
  const mark = complaint === undefined ? (budget === undefined ? '    ' : 'ok  ') : 'FAIL';
  return `${mark} ${name.padEnd(36)}${shown(value).padStart(9)} ${unit.padEnd(9)} ${bounds.join(', ')}`.trimEnd();
}

function shown(value: number): string {
  return value.toFixed(Number.isInteger(value) ? 0 : value < 10 ? 2 : 1);
}

function write(figures: readonly Figure[], budgets: Budgets['figures'], complaints: readonly string[]): void {
  const file = join(outFolder, 'bench.json');
  mkdirSync(outFolder, { recursive: true });
  const { version, platform, arch } = process;
  const entries = figures.map((figure) => ({ ...figure, budget: budgets[figure.name] }));
  writeFileSync(
    file,
    `${JSON.stringify({ node: version, platform, arch, figures: entries, complaints }, undefined, 2)}\n`,
  );
  for (const complaint of complaints) console.log(complaint);
  const skipped = figures.filter(({ value }) => value === undefined).length;
  console.log(
    `${String(figures.length - skipped)} figures, ${String(complaints.length)} broken` +
      `${skipped === 0 ? '' : `, ${String(skipped)} not measured`}; written to ${relative(root, file)}`,
  );
  if (complaints.length > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
