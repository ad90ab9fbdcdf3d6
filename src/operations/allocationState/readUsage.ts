import type { AllocationStats, ResourceUsage } from '../../nomad/types/stats.ts';
import type { Place } from '../../state/tables/place.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { clean, entriesIn, textIn } from '../../state/tables/wire.ts';
import type { Usage, UsageSample } from '../../wording/allocations/usage.ts';

/**
 * What the tasks of an allocation use now, as their node says.
 *
 * @throws NomadError, as where its node can't be reached; the signal's reason
 */
export async function readUsage(
  client: PlacedClient,
  id: string,
  place: Place,
  signal: AbortSignal,
): Promise<Omit<UsageSample, 'atMs'>> {
  const { value } = await client.allocations.stats(id, { ...place, signal });
  return usageIn(value);
}

/**
 * Of each task that runs; drivers that measure nothing, and tasks that don't run, are left out.
 *
 * https://developer.hashicorp.com/nomad/api-docs/client#read-allocation-statistics
 */
export function usageIn({ Tasks }: AllocationStats): Omit<UsageSample, 'atMs'> {
  const tasks = new Map<string, Usage>();
  const devices = new Map<string, readonly string[]>();
  for (const [name, { ResourceUsage: usage }] of entriesIn(Tasks)) {
    const one = usageOf(usage);
    if (one !== undefined) tasks.set(name, one);
    const told = deviceWords(usage?.['DeviceStats']);
    if (told.length > 0) devices.set(name, told);
  }
  return { tasks, devices };
}

function usageOf(usage: ResourceUsage | null | undefined): Usage | undefined {
  const { CpuStats: cpu, MemoryStats: memory } = usage ?? {};
  const measured = [...listOf(cpu?.['Measured']), ...listOf(memory?.Measured)];
  const cpuMhz = numberOf(cpu?.TotalTicks);
  const rss = numberOf(memory?.RSS);
  // With newer control groups the resident size isn't measured, and another figure stands for it.
  const memoryBytes = rss === 0 && !measured.includes('RSS') ? numberOf(memory?.Usage) : rss;
  if (measured.length === 0 && cpuMhz === 0 && memoryBytes === 0) return undefined;
  const peak = numberOf(memory?.MaxUsage);
  return {
    cpuMhz,
    memoryBytes,
    peakBytes: peak > 0 ? peak : undefined,
    throttledNs: measured.includes('Throttled Time') ? numberOf(cpu?.['ThrottledTime']) : undefined,
  };
}

/** `nvidia/gpu Tesla T4 GPU-9f8e: 37 %`: the one figure of each that its plugin finds the most telling. */
function deviceWords(groups: unknown): readonly string[] {
  return recordsOf(groups).flatMap((group) => {
    const name = clean(`${textIn(group['Vendor'])}/${textIn(group['Type'])} ${textIn(group['Name'])}`);
    return entriesIn(group['InstanceStats'] as Record<string, object> | null | undefined).flatMap(([id, stats]) => {
      const value = valueWords((stats as Wire)['Summary']);
      return value === undefined ? [] : [`${name} ${clean(id)}: ${value}`];
    });
  });
}

function valueWords(summary: unknown): string | undefined {
  if (typeof summary !== 'object' || summary === null) return undefined;
  const value = summary as Wire;
  const first = (...names: readonly string[]) =>
    names.map((name) => value[name]).find((one) => one !== undefined && one !== null);
  const shown = first('StringVal', 'BoolVal', 'FloatNumeratorVal', 'IntNumeratorVal');
  if (typeof shown !== 'string' && typeof shown !== 'number' && typeof shown !== 'boolean') return undefined;
  const of = first('FloatDenominatorVal', 'IntDenominatorVal');
  const unit = textIn(value['Unit']);
  return clean(`${String(shown)}${typeof of === 'number' ? ` / ${String(of)}` : ''}${unit === '' ? '' : ` ${unit}`}`);
}

type Wire = Readonly<Record<string, unknown>>;

function recordsOf(value: unknown): readonly Wire[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly unknown[]).filter((one): one is Wire => typeof one === 'object' && one !== null);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : 0;
}
