import type { ObjectDiff } from '../../../src/nomad/types/job.ts';
import {
  deep,
  fieldDiffs,
  type Flat,
  flatDiff,
  freeMapDiff,
  objectDiff,
  plain,
  presence,
  sortObjects,
  textSetDiff,
} from './compare.ts';
import { child, children, type Fields, same, textOf, textsOf } from './fields.ts';

/** Compares one part of two structs and gives the objects of the diff it leads to. */
export type Part = (before: Fields, after: Fields, contextual: boolean) => (ObjectDiff | null)[];

type Pair = readonly [Fields | null, Fields | null];

export interface ObjectRule {
  /** The name in the diff. */
  readonly name: string;
  /** The struct, whose plain fields become the fields of the diff. */
  readonly struct: string;
  readonly dropped?: readonly string[];
  /** False when unchanged fields are never kept. */
  readonly context?: boolean;
  readonly parts?: readonly Part[];
  readonly flat?: (value: Fields) => Flat;
}

/** An object that is there or not: its type is told by that. Null when both are equal. */
export function ruleDiff(rule: ObjectRule, [before, after]: Pair, contextual: boolean): ObjectDiff | null {
  if (same(before, after)) return null;
  const flat = (value: Fields | null): Flat =>
    value ? (rule.flat?.(value) ?? plain(rule.struct, value, rule.dropped)) : undefined;
  const fields = fieldDiffs(flat(before), flat(after), contextual && rule.context !== false);
  const objects = partsDiff(rule.parts ?? [], before, after, contextual);
  return objectDiff(rule.name, presence(before, after), fields, objects);
}

export function partsDiff(
  parts: readonly Part[],
  before: Fields | null,
  after: Fields | null,
  contextual: boolean,
): ObjectDiff[] {
  return parts.flatMap((part) => part(before ?? {}, after ?? {}, contextual)).filter((diff) => diff !== null);
}

/** A struct in a field, by `rule`. */
export function one(field: string, rule: ObjectRule): Part {
  return (before, after, contextual) => [ruleDiff(rule, [child(before, field), child(after, field)], contextual)];
}

/** A struct in a field that is nothing but plain fields. */
export function flat(field: string, name: string, struct: string, dropped: readonly string[] = []): Part {
  return (before, after, contextual) => [
    flatDiff(
      name,
      plain(struct, child(before, field), dropped),
      plain(struct, child(after, field), dropped),
      contextual,
    ),
  ];
}

/** A list of texts in a field, as a set. */
export function texts(field: string, shownUnchanged = true): Part {
  return (before, after, contextual) => {
    const diff = textSetDiff(field, textsOf(before, field), textsOf(after, field), contextual);
    return [diff?.Type === 'None' && !shownUnchanged ? null : diff];
  };
}

/** A free map in a field. */
export function freeMap(field: string, context = true): Part {
  return (before, after, contextual) => [freeMapDiff(field, before[field], after[field], contextual && context)];
}

/** A list of structs, matched by what `keyOf` says. */
export function keyed(field: string, rule: ObjectRule, keyOf: (item: Fields) => string): Part {
  return (before, after, contextual) => {
    const pairs = pairsByKey(children(before, field), children(after, field), keyOf);
    return sortObjects(pairs.map((pair) => ruleDiff(rule, pair, contextual)).filter((diff) => diff !== null));
  };
}

/** A list of structs, matched by their place. */
export function placed(field: string, rule: ObjectRule): Part {
  return (before, after, contextual) => {
    const [left, right] = [children(before, field), children(after, field)];
    const pairs = Array.from({ length: Math.max(left.length, right.length) }, (_, at): Pair => [
      left[at] ?? null,
      right[at] ?? null,
    ]);
    return sortObjects(pairs.map((pair) => ruleDiff(rule, pair, contextual)).filter((diff) => diff !== null));
  };
}

/** A list of structs of plain fields, matched by a key; without one, equal structs match. */
export function flatSet(
  field: string,
  name: string,
  struct: string,
  keyOf: (item: Fields) => string,
  dropped: readonly string[] = [],
): Part {
  return (before, after, contextual) => {
    const key = (item: Fields): string => keyOf(item) || JSON.stringify([...(plain(struct, item) ?? [])]);
    const pairs = pairsByKey(children(before, field), children(after, field), key);
    const diffs = pairs.map(([was, is]) =>
      flatDiff(name, plain(struct, was, dropped), plain(struct, is, dropped), contextual),
    );
    return sortObjects(diffs.filter((diff) => diff !== null));
  };
}

function pairsByKey(before: readonly Fields[], after: readonly Fields[], keyOf: (item: Fields) => string): Pair[] {
  const left = new Map(before.map((item) => [keyOf(item), item]));
  const right = new Map(after.map((item) => [keyOf(item), item]));
  return [...new Set([...left.keys(), ...right.keys()])].map((key): Pair => [
    left.get(key) ?? null,
    right.get(key) ?? null,
  ]);
}

const target = ({ LTarget, Operand, RTarget }: Fields): string =>
  `${String(LTarget)} ${String(Operand)} ${String(RTarget)}`;

export const constraints: readonly Part[] = [
  flatSet('Constraints', 'Constraint', 'Constraint', target),
  flatSet('Affinities', 'Affinity', 'Affinity', (item) => `${target(item)} ${String(item['Weight'])}`),
];

export const identity: ObjectRule = { name: 'Identity', struct: 'WorkloadIdentity', parts: [texts('Audience')] };

export const identities: readonly Part[] = [
  one('Identity', identity),
  keyed('Identities', identity, (item) => textOf(item, 'Name')),
];

const portName = (port: Fields): string => textOf(port, 'Label');

const network: ObjectRule = {
  name: 'Network',
  struct: 'NetworkResource',
  dropped: ['', 'Device', 'CIDR', 'IP', 'MBits'],
  parts: [
    flatSet('ReservedPorts', 'Static Port', 'Port', portName),
    flatSet('DynamicPorts', 'Dynamic Port', 'Port', portName, ['Value', 'IgnoreCollision']),
    one('DNS', { name: 'DNS', struct: 'DNSConfig', flat: dnsTexts }),
    (before, after, contextual) => [
      flatDiff('CNIConfig', deep(child(before, 'CNI')?.['Args']), deep(child(after, 'CNI')?.['Args']), contextual),
    ],
  ],
};

function dnsTexts(dns: Fields): Flat {
  const joined = ['Servers', 'Searches', 'Options'].map((name) => [name, textsOf(dns, name).join(',')] as const);
  return new Map(joined.filter(([, text]) => text !== ''));
}

/** Networks have no name: one that changed was deleted and added. */
export const networks: Part = keyed('Networks', network, (item) => JSON.stringify(item));

export const resources: ObjectRule = {
  name: 'Resources',
  struct: 'Resources',
  parts: [
    networks,
    keyed('Devices', { name: 'Device', struct: 'RequestedDevice' }, (item) => textOf(item, 'Name')),
    one('NUMA', { name: 'NUMA', struct: 'NUMA' }),
  ],
};

export const volumeMounts: Part = placed('VolumeMounts', { name: 'VolumeMount', struct: 'VolumeMount' });
