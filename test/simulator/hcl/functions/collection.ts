import { isList, isMap, mapOf, sameValue, sizeOf, sortedEntries, toNumber, toText, type Value } from '../values.ts';
import { asList, asMap, asNumber, asText, define, type HclFunction } from './catalog.ts';

function distinct(list: readonly Value[]): Value[] {
  return list.filter((item, index) => list.findIndex((other) => sameValue(item, other)) === index);
}

function flatten(list: readonly Value[]): Value[] {
  return list.flatMap((item) => (isList(item) ? flatten(item) : [item]));
}

function element(list: readonly Value[], index: number): Value {
  if (list.length === 0) throw new Error('cannot use element function with an empty list');
  return list[((Math.trunc(index) % list.length) + list.length) % list.length] ?? null;
}

function range(...args: number[]): Value {
  const start = args.length > 1 ? (args[0] ?? 0) : 0;
  const limit = (args.length > 1 ? args[1] : args[0]) ?? 0;
  const step = args[2] ?? (limit < start ? -1 : 1);
  if (step === 0) throw new Error('step must not be zero');
  const list: number[] = [];
  for (let at = start; step > 0 ? at < limit : at > limit; at += step) {
    if (list.length >= 1024)
      throw new Error(
        'more than 1024 values were generated; either decrease the difference between start and end or use a smaller step',
      );
    list.push(at);
  }
  return list;
}

function lookup(map: Record<string, Value>, key: string, fallback?: Value): Value {
  const found = Object.hasOwn(map, key) ? map[key] : fallback;
  if (found === undefined) throw new Error(`the given object has no attribute ${JSON.stringify(key)}`);
  return found;
}

function product(lists: readonly Value[]): Value[][] {
  return lists.reduce<Value[][]>(
    (rows, list) => rows.flatMap((row) => asList(list).map((item) => [...row, item])),
    [[]],
  );
}

function chunks(list: readonly Value[], size: number): Value {
  if (size <= 0) return list.length > 0 ? [list] : [];
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
}

function coalesce(values: readonly Value[]): Value {
  const found = values.find((value) => value !== null);
  if (found === undefined) throw new Error('no non-null arguments');
  return found;
}

function sliceOf(list: readonly Value[], start: number, end: number): Value {
  if (start < 0) throw new Error('start index must not be less than zero');
  if (end > list.length) throw new Error(`end index must not be greater than the length of the list`);
  if (start > end) throw new Error('start index must not be greater than end index');
  return list.slice(start, end);
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const collectionFunctions: Readonly<Record<string, HclFunction>> = {
  length: define('value:any', (value) => sizeOf(value ?? null)),
  concat: define('seqs:list...', (...seqs) => seqs.flatMap((seq) => [...asList(seq)])),
  contains: define('list:list value:any', (list, value) => asList(list).some((item) => sameValue(item, value ?? null))),
  distinct: define('list:list', (list) => distinct(asList(list))),
  flatten: define('list:list', (list) => flatten(asList(list))),
  element: define('list:list index:number', (list, index) => element(asList(list), asNumber(index))),
  index: define('collection:any key:any', (collection, key) =>
    isMap(collection ?? null)
      ? lookup(asMap(collection), toText(key ?? null))
      : element(asList(collection), toNumber(key ?? null)),
  ),
  slice: define('list:list start_index:number end_index:number', (list, start, end) =>
    sliceOf(asList(list), asNumber(start), asNumber(end)),
  ),
  sort: define('list:list', (list) => asList(list).map(toText).sort(byText)),
  compact: define('list:list', (list) => asList(list).filter((item) => item !== null && item !== '')),
  chunklist: define('list:list size:number', (list, size) => chunks(asList(list), asNumber(size))),
  coalesce: define('vals:any...', (...values) => coalesce(values)),
  coalescelist: define('lists:list...', (...lists) => lists.find((list) => asList(list).length > 0) ?? []),
  range: define('params:number...', (...args) => range(...args.map(asNumber))),
  keys: define('inputMap:map', (map) => sortedEntries(asMap(map)).map(([key]) => key)),
  values: define('values:map', (map) => sortedEntries(asMap(map)).map(([, value]) => value)),
  lookup: define('inputMap:map key:text default:any', (map, key, fallback) =>
    lookup(asMap(map), asText(key), fallback),
  ),
  merge: define('maps:any...', (...maps) => mapOf(maps.flatMap((map) => (isMap(map) ? Object.entries(map) : [])))),
  zipmap: define('keys:list values:list', (keys, values) =>
    mapOf(asList(keys).map((key, at) => [toText(key), asList(values)[at] ?? null] as const)),
  ),
  setunion: define('first:list others:list...', (...sets) => distinct(sets.flatMap((set) => [...asList(set)]))),
  setintersection: define('first:list others:list...', (first, ...others) =>
    distinct(asList(first)).filter((item) =>
      others.every((set) => asList(set).some((other) => sameValue(item, other))),
    ),
  ),
  setproduct: define('sets:list...', (...sets) => product(sets)),
};
