import { clean } from '../../state/tables/wire.ts';
import type { Allocated, AllocatedTask } from '../allocated.ts';
import { joined } from '../statusWords.ts';
import { columns } from './columns.ts';
import type { StateWords } from './stateText.ts';
import type { Usage, UsageSample, UsageWindow } from './usage.ts';

const blocks = '▁▂▃▄▅▆▇█';
/** Of a sparkline: a place for two seconds each. */
const places = 30;
const placeMs = 2000;
/** What is older says nothing of now. */
const freshMs = 15_000;
const mib = 1024 * 1024;

/**
 * Figures of the last minute, the newest at the right; `·` where none was read.
 *
 * @param full as high as a place can be, unless a figure is higher
 */
export function sparkline(
  figures: readonly { readonly atMs: number; readonly value: number }[],
  full: number,
  endMs: number,
): string {
  const highest = Math.max(full, ...figures.map(({ value }) => value));
  const slots: (number | undefined)[] = Array.from({ length: places }, () => undefined);
  for (const { atMs, value } of figures) {
    const at = places - 1 - Math.floor((endMs - atMs) / placeMs);
    if (at >= 0 && at < places) slots[at] = Math.max(value, slots[at] ?? 0);
  }
  const first = slots.findIndex((value) => value !== undefined);
  return slots
    .slice(first < 0 ? places : first)
    .map((value) => (value === undefined ? '·' : blockOf(value, highest)))
    .join('');
}

function blockOf(value: number, highest: number): string {
  if (highest <= 0) return blocks[0] ?? '';
  const step = Math.round((Math.max(0, value) / highest) * (blocks.length - 1));
  return blocks[Math.min(blocks.length - 1, step)] ?? '';
}

/** `cpu 37 of 100 MHz ▁▂▃ · memory 52 of 128 MiB ▃▃▃`; nothing where nothing was read lately. */
export function usageSummary(allocated: Allocated, usage: UsageWindow | undefined, nowMs: number): string | undefined {
  const newest = usage?.samples.at(-1);
  if (usage === undefined || newest === undefined || nowMs - newest.atMs > freshMs) return undefined;
  const cpu = sum(allocated.tasks, ({ cpuMhz }) => cpuMhz);
  const memory = sum(allocated.tasks, ({ memoryMib }) => memoryMib);
  const series = (read: (one: Usage) => number) =>
    usage.samples.map((sample) => ({ atMs: sample.atMs, value: sum([...sample.tasks.values()], read) }));
  const cpus = series(({ cpuMhz }) => cpuMhz);
  const bytes = series(({ memoryBytes }) => memoryBytes);
  return joined([
    `cpu ${figure(cpus.at(-1)?.value ?? 0)}${cpu === 0 ? '' : ` of ${String(cpu)}`} MHz ${sparkline(cpus, cpu, newest.atMs)}`,
    `memory ${figure((bytes.at(-1)?.value ?? 0) / mib)}${memory === 0 ? '' : ` of ${String(memory)}`} MiB ${sparkline(bytes, memory * mib, newest.atMs)}`,
  ]);
}

/** Of each task what it asked for, and what it uses of that where it is read. */
export function usageLines(allocated: Allocated, usage: UsageWindow | undefined, words: StateWords): string[] {
  const rows = allocated.tasks.flatMap((task) => taskRows(task, usage, words.nowMs));
  const newest = usage?.samples.at(-1);
  const devices = [...(newest?.devices ?? [])].flatMap(([task, all]) =>
    all.map((one) => `${clean(task)}  ${clean(one)}`),
  );
  return [...columns(rows), ...devices, ...notes(usage, newest, words)];
}

function notes(
  usage: UsageWindow | undefined,
  newest: UsageSample | undefined,
  { nowMs, moment }: StateWords,
): string[] {
  if (usage === undefined) return [];
  const isOld = newest !== undefined && nowMs - newest.atMs > freshMs;
  return [
    ...(isOld ? [`As of ${moment(newest.atMs)}`] : []),
    ...(usage.refused === undefined ? [] : [`Not read: ${clean(usage.refused)}`]),
  ];
}

function taskRows(task: AllocatedTask, usage: UsageWindow | undefined, nowMs: number): string[][] {
  const samples = (usage?.samples ?? []).flatMap(({ atMs, tasks }) => {
    const one = tasks.get(task.name);
    return one === undefined ? [] : [{ atMs, ...one }];
  });
  const newest = samples.at(-1);
  const endMs = usage?.samples.at(-1)?.atMs ?? nowMs;
  const { cpuMhz, cores, memoryMib, memoryMaxMib } = task;
  const own = cores.length === 0 ? '' : `, ${cores.length === 1 ? 'core' : 'cores'} ${cores.join(', ')}`;
  const max = memoryMaxMib === undefined ? '' : `, up to ${String(memoryMaxMib)} MiB`;
  const cpu = samples.map(({ atMs, cpuMhz: value }) => ({ atMs, value }));
  const memory = samples.map(({ atMs, memoryBytes: value }) => ({ atMs, value }));
  return [
    [
      ...[clean(task.name), 'cpu', `${String(cpuMhz)} MHz${own}`],
      ...(newest === undefined
        ? []
        : [usedText(newest.cpuMhz, cpuMhz, 'MHz'), sparkline(cpu, cpuMhz, endMs), throttledText(samples)]),
    ],
    [
      ...['', 'memory', `${String(memoryMib)} MiB${max}`],
      ...(newest === undefined
        ? []
        : [
            usedText(newest.memoryBytes / mib, memoryMib, 'MiB'),
            sparkline(memory, memoryMib * mib, endMs),
            newest.peakBytes === undefined ? '' : `peak ${figure(newest.peakBytes / mib)} MiB`,
          ]),
    ],
  ];
}

/** `37 MHz (37 %), 52 MiB (41 %), peak 60 MiB`: what a task uses now, of what it asked for. */
export function taskUse({ tasks, used }: Allocated, name: string): string | undefined {
  const usage = used?.get(name);
  if (usage === undefined) return undefined;
  const asked = tasks.find((task) => task.name === name);
  const { cpuMhz, memoryBytes, peakBytes } = usage;
  return [
    usedText(cpuMhz, asked?.cpuMhz ?? 0, 'MHz'),
    usedText(memoryBytes / mib, asked?.memoryMib ?? 0, 'MiB'),
    ...(peakBytes === undefined ? [] : [`peak ${figure(peakBytes / mib)} MiB`]),
  ].join(', ');
}

/** `37 MHz (37 %)`, of what was asked for. */
export function usedText(used: number, asked: number, unit: string): string {
  const share = asked <= 0 ? '' : ` (${String(Math.round((used / asked) * 100))} %)`;
  return `${figure(used)} ${unit}${share}`;
}

function throttledText(samples: readonly Usage[]): string {
  const told = samples.flatMap(({ throttledNs }) => (throttledNs === undefined ? [] : [throttledNs]));
  // It begins anew with each start of the task.
  const grown = told.slice(1).reduce((total, value, at) => total + Math.max(0, value - (told[at] ?? value)), 0);
  return grown <= 0 ? '' : `held back for ${figure(grown / 1e6)} ms in the last minute`;
}

/** Few digits: `0.4`, `37`, `1240`. */
function figure(value: number): string {
  return value !== 0 && value < 10 ? String(Number(value.toFixed(1))) : String(Math.round(value));
}

function sum<T>(all: readonly T[], read: (one: T) => number): number {
  return all.reduce((total, one) => total + read(one), 0);
}
