import type { Allocated, AllocatedPort, AllocatedTask } from '../wording/allocated.ts';
import { taskUse } from '../wording/allocations/usageText.ts';
import type { Fact } from './kinds/fact.ts';

/** At most this many ports and tasks are listed one by one: a tooltip is no place for hundreds. */
const most = 8;

/** What an allocation was given: an address for each port, the resources of each task. */
export function allocatedFacts(given: Allocated): readonly Fact[] {
  const { ports, tasks } = given;
  const only = tasks.length === 1;
  return [
    ...lines('Address', ports.map(addressText)),
    ...lines(
      'Resources',
      tasks.map((task) => (only ? resourcesText(task) : `${task.name}: ${resourcesText(task)}`)),
    ),
    ...lines(
      'Uses now',
      tasks.flatMap(({ name }) => {
        const use = taskUse(given, name);
        return use === undefined ? [] : [only ? use : `${name}: ${use}`];
      }),
    ),
  ];
}

/** What one task of an allocation was given; nothing where that isn't known. */
export function taskResources({ tasks }: Allocated, name: string): string | undefined {
  const task = tasks.find((one) => one.name === name);
  return task === undefined ? undefined : resourcesText(task);
}

function lines(name: string, texts: readonly string[]): readonly Fact[] {
  const shown = texts.length > most ? texts.slice(0, most - 1) : texts;
  const rest = texts.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${String(rest)} more`] : [])].map((text, at) => [at === 0 ? name : '', text]);
}

function addressText({ label, task, hostIp, port, to }: AllocatedPort): string {
  const host = hostIp?.includes(':') === true ? `[${hostIp}]` : hostIp;
  const name = task === undefined ? label : `${task} ${label}`;
  const address = host === undefined ? `port ${String(port)}` : `${host}:${String(port)}`;
  return `${name} ${address}${to === undefined ? '' : ` → ${String(to)}`}`;
}

function resourcesText({ cpuMhz, cores, memoryMib, memoryMaxMib }: AllocatedTask): string {
  const own = cores.length === 0 ? '' : ` (${cores.length === 1 ? 'core' : 'cores'} ${cores.join(', ')})`;
  const max = memoryMaxMib === undefined ? '' : ` (up to ${String(memoryMaxMib)} MiB)`;
  return `${String(cpuMhz)} MHz${own}, ${String(memoryMib)} MiB${max}`;
}
