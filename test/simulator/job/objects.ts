import type { ObjectDiff } from '../../../src/nomad/types/job.ts';
import {
  deep,
  fieldDiffs,
  type Flat,
  type Mode,
  flatDiff,
  freeMapDiff,
  objectDiff,
  plain,
  presence,
  sortObjects,
  textSetDiff,
} from './compare.ts';
import { child, children, type Fields, same, textOf, textsOf } from './fields.ts';
import { isSince } from './versions.ts';

/** Compares one part of two structs and gives the objects of the diff it leads to. */
export type Part = (before: Fields, after: Fields, mode: Mode) => (ObjectDiff | null)[];

/** A part that older versions don't compare. */
export function since(version: string, part: Part): Part {
  return (before, after, mode) => (isSince(mode.nomad, version) ? part(before, after, mode) : []);
}

type Pair = readonly [Fields | null, Fields | null];

export interface ObjectRule {
  /** The name in the diff. */
  readonly name: string;
  /** The struct, whose plain fields become the fields of the diff. */
  readonly struct: string;
  readonly dropped?: readonly string[];
  /** What else is dropped since a version. */
  readonly droppedSince?: readonly [version: string, ...names: string[]];
  /** False when unchanged fields are never kept. */
  readonly context?: boolean;
  readonly parts?: readonly Part[];
  readonly flat?: (value: Fields, mode: Mode) => Flat;
}

/** An object that is there or not: its type is told by that. Null when both are equal. */
export function ruleDiff(rule: ObjectRule, [before, after]: Pair, mode: Mode): ObjectDiff | null {
  if (same(before, after)) return null;
  const flat = (value: Fields | null): Flat =>
    value ? (rule.flat?.(value, mode) ?? plain(rule.struct, value, mode.nomad, droppedBy(rule, mode))) : undefined;
  const fields = fieldDiffs(flat(before), flat(after), mode.contextual && rule.context !== false);
  const objects = partsDiff(rule.parts ?? [], before, after, mode);
  return objectDiff(rule.name, presence(before, after), fields, objects);
}

function droppedBy({ dropped = [], droppedSince: [version, ...names] = ['0'] }: ObjectRule, { nomad }: Mode): string[] {
  return [...dropped, ...(isSince(nomad, version) ? names : [])];
}

export function partsDiff(
  parts: readonly Part[],
  before: Fields | null,
  after: Fields | null,
  mode: Mode,
): ObjectDiff[] {
  return parts.flatMap((part) => part(before ?? {}, after ?? {}, mode)).filter((diff) => diff !== null);
}

/** A struct in a field, by `rule`. */
export function one(field: string, rule: ObjectRule): Part {
  return (before, after, mode) => [ruleDiff(rule, [child(before, field), child(after, field)], mode)];
}

/** A struct in a field that is nothing but plain fields. */
export function flat(field: string, name: string, struct: string, dropped: readonly string[] = []): Part {
  return (before, after, { contextual, nomad }) => [
    flatDiff(
      name,
      plain(struct, child(before, field), nomad, dropped),
      plain(struct, child(after, field), nomad, dropped),
      contextual,
    ),
  ];
}

/** A list of texts in a field, as a set. */
export function texts(field: string, shownUnchanged = true): Part {
  return (before, after, { contextual }) => {
    const diff = textSetDiff(field, textsOf(before, field), textsOf(after, field), contextual);
    return [diff?.Type === 'None' && !shownUnchanged ? null : diff];
  };
}

/** A free map in a field. */
export function freeMap(field: string, context = true): Part {
  return (before, after, { contextual }) => [freeMapDiff(field, before[field], after[field], contextual && context)];
}

/** A list of structs, matched by what `keyOf` says. */
export function keyed(field: string, rule: ObjectRule, keyOf: (item: Fields) => string): Part {
  return (before, after, mode) => {
    const pairs = pairsByKey(children(before, field), children(after, field), keyOf);
    return sortObjects(pairs.map((pair) => ruleDiff(rule, pair, mode)).filter((diff) => diff !== null));
  };
}

/** A list of structs, matched by their place. */
export function placed(field: string, rule: ObjectRule): Part {
  return (before, after, mode) => {
    const [left, right] = [children(before, field), children(after, field)];
    const pairs = Array.from({ length: Math.max(left.length, right.length) }, (_, at): Pair => [
      left[at] ?? null,
      right[at] ?? null,
    ]);
    return sortObjects(pairs.map((pair) => ruleDiff(rule, pair, mode)).filter((diff) => diff !== null));
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
  return (before, after, { contextual, nomad }) => {
    const key = (item: Fields): string => keyOf(item) || JSON.stringify([...(plain(struct, item, nomad) ?? [])]);
    const pairs = pairsByKey(children(before, field), children(after, field), key);
    const diffs = pairs.map(([was, is]) =>
      flatDiff(name, plain(struct, was, nomad, dropped), plain(struct, is, nomad, dropped), contextual),
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

export const identity: ObjectRule = {
  name: 'Identity',
  struct: 'WorkloadIdentity',
  parts: [since('1.7', texts('Audience'))],
};

export const identities: readonly Part[] = [
  one('Identity', identity),
  keyed('Identities', identity, (item) => textOf(item, 'Name')),
];

const portName = (port: Fields): string => textOf(port, 'Label');

const network: ObjectRule = {
  name: 'Network',
  struct: 'NetworkResource',
  dropped: ['', 'Device', 'CIDR', 'IP'],
  droppedSince: ['1.7', 'MBits'],
  parts: [
    flatSet('ReservedPorts', 'Static Port', 'Port', portName),
    flatSet('DynamicPorts', 'Dynamic Port', 'Port', portName, ['Value', 'IgnoreCollision']),
    one('DNS', { name: 'DNS', struct: 'DNSConfig', flat: dnsTexts }),
    (before, after, { contextual }) => [
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
