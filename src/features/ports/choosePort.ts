import { UserError } from '../../base/userError.ts';
import { taskWords, type ChosenTask } from '../../commands/chosenTask.ts';
import type { Uses } from '../../commands/command.ts';
import { allocationLabel } from '../../commands/pickers.ts';
import { readAllocation } from '../../operations/allocations.ts';
import { isReachable, type Address } from '../../operations/ports/ways.ts';
import type { Choice } from '../../platform/ask.ts';
import { withProgress } from '../../platform/signals.ts';
import type { AllocationRecord } from '../../state/tables/records.ts';
import { allocated, type AllocatedPort } from '../../wording/allocated.ts';

type Used = Uses<'cluster' | 'ask'>;

/** A port in an allocation. */
export interface ChosenPort {
  /** Within the allocation. */
  readonly inner: number;
  /** On the node, where it has one. */
  readonly outer: Address | undefined;
}

/**
 * Asks for one of the ports that the allocation was given, or another one.
 *
 * @param named the label of a port, or its number, that is not asked for then
 * @throws UserError where the allocation has no such port
 */
export async function choosePort(given: Used, chosen: ChosenTask, named?: string): Promise<ChosenPort | undefined> {
  const { cluster, ask } = given;
  const { allocation, task, place } = chosen;
  const read = await withProgress('Reading the ports of the allocation', (signal) =>
    readAllocation(cluster.client, allocation.id, place, signal),
  );
  const ports = allocated(read).ports.filter((port) => port.task === undefined || port.task === task);
  if (named !== undefined) return namedPort(ports, named, allocation);
  const choices: Choice<{ readonly port: AllocatedPort | undefined }>[] = [
    ...ports.map((port) => ({ label: port.label, description: portWords(port), value: { port } })),
    { label: 'Other port…', value: { port: undefined } },
  ];
  const answer = await ask.pick(`Forward a port of ${taskWords(chosen)} on ${cluster.label}`, choices);
  if (answer === undefined) return undefined;
  if (answer.port !== undefined) return chosenOf(answer.port);
  const typed = await ask.text({
    title: `Port in ${taskWords(chosen)} on ${cluster.label}`,
    prompt: 'The port that the program in the task listens on.',
    placeholder: '8080',
    check: (text) => (portOf(text) > 0 ? undefined : 'A port is a number from 1 to 65535.'),
  });
  return typed === undefined ? undefined : { inner: portOf(typed), outer: undefined };
}

function namedPort(ports: readonly AllocatedPort[], named: string, allocation: AllocationRecord): ChosenPort {
  const found = ports.find(({ label }) => label === named);
  if (found !== undefined) return chosenOf(found);
  if (portOf(named) > 0) return { inner: portOf(named), outer: undefined };
  const { jobId, jobVersion } = allocation;
  throw new UserError(
    `${jobId} ${allocationLabel(allocation)}, which runs v${String(jobVersion)}, has no port ${named}.`,
  );
}

function chosenOf({ to, port, hostIp }: AllocatedPort): ChosenPort {
  return { inner: to ?? port, outer: hostIp === undefined ? undefined : { host: hostIp, port } };
}

function portWords({ to, port, hostIp }: AllocatedPort): string {
  const onNode = hostIp === undefined ? '' : ` · ${hostIp}:${String(port)} on the node`;
  return `${String(to ?? port)}${onNode}`;
}

/** A port by its number; -1 for anything else. */
export function portOf(text: string): number {
  const value = /^\d{1,5}$/.test(text.trim()) ? Number(text) : -1;
  return value <= 65_535 ? value : -1;
}

/**
 * The address on the node, if a connection to it can be made from here. An address of a loopback is that of the node only
 * where the cluster itself is on this machine: elsewhere something else would answer.
 */
export async function reachable({ cluster }: Used, outer: Address | undefined): Promise<Address | undefined> {
  if (outer === undefined || (isLoopback(outer.host) && !isLoopback(new URL(addressOf(cluster.id)).hostname)))
    return undefined;
  const is = await withProgress('Looking whether the port can be reached', (signal) => isReachable(outer, signal));
  return is ? outer : undefined;
}

function addressOf(id: string): string {
  return id.startsWith('http') ? id : 'http://unknown';
}

function isLoopback(host: string): boolean {
  return /^(?:127\.|localhost$|\[?::1\]?$|0\.0\.0\.0$|\[?::\]?$)/.test(host);
}
