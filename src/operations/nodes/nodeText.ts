import { printable } from '../../base/plain.ts';
import { quote } from '../../hcl/syntax/quoted.ts';
import type { Node } from '../../nomad/types/node.ts';
import { nodeRecord } from '../../state/tables/nodeRecords.ts';
import type { Room } from '../../state/tables/nodeRecords.ts';
import { driverStatus, nodeStatus, roomLine } from '../../wording/nodeStatus.ts';
import { inWords } from '../../wording/statusWords.ts';

/**
 * All that is known of a node, for reading and searching. What a constraint may ask for is a line each, written as a
 * constraint has it: `${attr.kernel.name} = "linux"`.
 */
export function nodeText(node: Node, allocated: Room | undefined): string {
  const record = nodeRecord(node);
  const constraints: [string, string][] = [
    ['node.unique.name', node.Name],
    ['node.unique.id', node.ID],
    ['node.datacenter', node.Datacenter],
    ['node.class', node.NodeClass ?? ''],
    ['node.pool', node.NodePool ?? ''],
  ];
  const sections: [string, readonly string[]][] = [
    ['Node', constraints.filter(([, value]) => value !== '').map(line)],
    ['Attributes', entries(node.Attributes, 'attr')],
    ['Meta', entries(node.Meta, 'meta')],
    ['Drivers', record.drivers.map((driver) => `${printable(driver.name)}: ${inWords(driverStatus(driver))}`)],
    ['Host volumes', Object.keys(Object(node.HostVolumes) as object).map(printable)],
    ['Events', (node.Events ?? []).map((event) => `${event.Timestamp ?? ''}  ${printable(event.Message ?? '')}`)],
  ];
  const head = [
    `${printable(node.Name)}: ${inWords(nodeStatus(record))}`,
    record.room === undefined ? '' : roomLine(allocated, record.room),
    [record.version, record.address].filter((part) => part !== undefined).join(' · '),
  ].filter((text) => text !== '');
  const told = sections.filter(([, lines]) => lines.length > 0);
  return `${[head, ...told.map(([title, lines]) => [title, ...lines.map((text) => `  ${text}`)])].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function entries(values: Record<string, string> | null | undefined, of: 'attr' | 'meta'): string[] {
  return Object.entries(values ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => line([`${of}.${name}`, value]));
}

function line([name, value]: readonly [string, string]): string {
  return `${target(name)} = ${quote(value)}`;
}

/** As it stands between the quotes of a constraint; a name that HCL can't read as a reference is kept from being one. */
function target(name: string): string {
  const plain = /^[\p{ID_Start}_][\p{ID_Continue}-]*(\.[\p{ID_Start}_][\p{ID_Continue}-]*)*$/u.test(name);
  return plain ? `\${${name}}` : quote(`\${${name}}`).slice(1, -1);
}

/**
 * The constraint that a line of such a text stands for; nothing for another line.
 *
 * https://developer.hashicorp.com/nomad/docs/job-specification/constraint
 */
export function constraintOf(text: string): string | undefined {
  const found = /^ {2}(\$+\{(?:attr|meta|node)\..*\}) = ("(?:[^"\\]|\\.)*")$/.exec(text);
  if (found === null) return undefined;
  const [, attribute = '', value = ''] = found;
  // Nomad asks for a value with every comparison.
  const lines = value === '""' ? ['operator  = "is_set"'] : [`value     = ${value}`];
  return ['constraint {', `  attribute = "${attribute}"`, ...lines.map((one) => `  ${one}`), '}', ''].join('\n');
}
