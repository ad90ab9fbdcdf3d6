/** What is kept of a JSON value: its kinds and field names, and where it matters the value itself. */
export type Shape =
  | string
  | { readonly is: string | number | boolean }
  | { readonly fields: Record<string, Shape>; readonly optional?: readonly string[] }
  | { readonly items: readonly Shape[] }
  | { readonly each: Shape; readonly labels: readonly string[] }
  | { readonly map: Shape };

/** Scalars under these names say what state something is in, so their values are compared. */
const exactNames = new Set(
  (
    'Status StatusDescription ClientStatus DesiredStatus DesiredDescription ClientDescription TriggeredBy Type Version ' +
    'JobVersion Stop Stable Promoted Healthy Canary DesiredCanaries DesiredTotal PlacedAllocs HealthyAllocs UnhealthyAllocs ' +
    'State Failed Restarts Error Warnings Priority Namespace Name ID JobID TaskGroup Message Complete Running Starting ' +
    'Queued Lost Unknown Dead Pending SchedulingEligibility Count Old New Ignore Place Migrate InPlaceUpdate ' +
    'DestructiveUpdate Preemptions JobStopped AutoRevert AutoPromote Paused Format Source GroupCountSum ParentID ' +
    'Stopped Eligibility Reason DisplayMessage IsDir FileMode ContentType Driver Datacenter Drain Description Capacity ' +
    'exited exit_code close LTarget RTarget Operand NodesFiltered DriverConfigValidated Desired Parameterized Periodic'
  ).split(' '),
);

/** Under these names, keys are data: none is a field that a type has. */
const mapNames = new Set(
  (
    'Attributes Meta Links HostVolumes Counters Gauges Samples Env Dynamic Static Scores Config config stats NodesAvailable Deployments ' +
    'ClassEligibility ConstraintFiltered DimensionExhausted Tags ImageStatus HostNetworks Truncations Details'
  ).split(' '),
);

/** Lists of things that a cluster names: their order and number depend on time. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const changing =
  /[0-9a-f]{8}-[0-9a-f]{4}|restarting in |dispatch-\d|dispatch-\S+-\d|periodic-\d|\/opt\/nomad|^\d{4}-\d\d-\d\dT|127\.0\.0\.1|:\d\d:\d\d/;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isStripped(value: unknown): boolean {
  return isObject(value) && '...' in value;
}

export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

/** The shape of a value found under a name. */
export function describeShape(value: unknown, name = ''): Shape {
  if (Array.isArray(value)) return listShape(value, name);
  if (isObject(value)) {
    if (isStripped(value)) return 'any';
    const entries = Object.entries(value);
    if (mapNames.has(name)) {
      const shapes = entries.map(([key, item]) => describeShape(item, key)).map(withoutValue);
      return { map: shapes.length === 0 ? 'none' : shapes.reduce(merge) };
    }
    return { fields: Object.fromEntries(entries.map(([key, item]) => [key, describeShape(item, key)])) };
  }
  return scalarShape(value, name);
}

function scalarShape(value: unknown, name: string): Shape {
  const kind = kindOf(value);
  if (kind === 'null' || !exactNames.has(name)) return kind;
  if (typeof value === 'string' && (changing.test(value) || value.length > 3000)) return kind;
  return { is: value as string | number | boolean };
}

function listShape(list: readonly unknown[], name: string): Shape {
  const shapes = list.filter((item) => !isStripped(item)).map((item) => describeShape(item, name));
  const cut = list.some(isStripped);
  const named = list.some(
    (item) => isObject(item) && Object.values(item).some((v) => typeof v === 'string' && changing.test(v)),
  );
  if (!cut && !named && list.length <= 40) return { items: shapes };
  const labels = cut ? ['…'] : list.map(labelOf).sort();
  return { each: shapes.map(withoutValue).reduce(merge), labels };
}

/** What tells an item of a list whose order depends on time from others. */
function labelOf(item: unknown): string {
  if (!isObject(item)) return kindOf(item);
  const parts: string[] = [];
  for (const name of [
    'ID',
    'JobID',
    'Name',
    'TaskGroup',
    'JobVersion',
    'TriggeredBy',
    'Status',
    'ClientStatus',
    'DesiredStatus',
  ]) {
    const value = item[name];
    if (value === undefined || typeof value === 'object') continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (!uuid.test(text) && !changing.test(text)) parts.push(text);
  }
  return parts.join(' ');
}

function withoutValue(shape: Shape): Shape {
  if (typeof shape === 'string') return shape;
  if ('is' in shape) return typeof shape.is;
  if ('fields' in shape) {
    const fields = Object.entries(shape.fields).map(([key, item]) => [key, withoutValue(item)] as const);
    return { ...shape, fields: Object.fromEntries(fields) };
  }
  if ('items' in shape)
    return shape.items.length === 0 ? 'list' : { each: shape.items.map(withoutValue).reduce(merge), labels: ['…'] };
  if ('each' in shape) return { each: shape.each, labels: ['…'] };
  return shape;
}

/** A shape that both fit. */
export function merge(one: Shape, other: Shape): Shape {
  const same = JSON.stringify(one) === JSON.stringify(other);
  if (same) return one;
  if (typeof one !== 'string' && typeof other !== 'string') {
    if ('fields' in one && 'fields' in other) return mergeFields(one, other);
    if ('each' in one && 'each' in other) return { each: merge(one.each, other.each), labels: ['…'] };
    if ('map' in one && 'map' in other) return { map: merge(one.map, other.map) };
  }
  for (const [text, shape] of [
    [one, other],
    [other, one],
  ] as const) {
    if (typeof text !== 'string' || typeof shape === 'string') continue;
    if (text === 'none' || (text === 'list' && 'each' in shape)) return shape;
    if (text.startsWith('null') && !('is' in shape)) return 'any';
  }
  if (typeof one === 'string' && typeof other === 'string') {
    if (one === 'none') return other;
    if (other === 'none') return one;
    return [...new Set([...one.split('|'), ...other.split('|')])].sort().join('|');
  }
  return 'any';
}

type Fields = Extract<Shape, { fields: unknown }>;

function mergeFields(one: Fields, other: Fields): Shape {
  const names = new Set([...Object.keys(one.fields), ...Object.keys(other.fields)]);
  const optional = new Set([...(one.optional ?? []), ...(other.optional ?? [])]);
  const fields: Record<string, Shape> = {};
  for (const name of names) {
    const a = one.fields[name];
    const b = other.fields[name];
    if (a === undefined || b === undefined) optional.add(name);
    fields[name] = a === undefined ? (b ?? 'any') : b === undefined ? a : merge(a, b);
  }
  return optional.size === 0 ? { fields } : { fields, optional: [...optional].sort() };
}

/** How a value differs from a recorded shape, one line each. `kinds` tells under a name which kinds any recording has. */
export function compareShape(shape: Shape, value: unknown, kinds: Kinds, path = '', name = ''): string[] {
  if (shape === 'any' || shape === 'none') return [];
  if (typeof shape === 'string') return compareKind(shape.split('|'), value, kinds, path, name);
  if ('is' in shape) {
    const now = scalarShape(value, name);
    if (typeof now === 'string')
      return now === typeof shape.is ? [] : compareKind([typeof shape.is], value, kinds, path, name);
    return 'is' in now && now.is === shape.is
      ? []
      : [`${path}: ${JSON.stringify(value)} instead of ${JSON.stringify(shape.is)}`];
  }
  if ('fields' in shape || 'map' in shape) {
    if (!isObject(value)) return compareKind(['object'], value, kinds, path, name);
    if ('map' in shape)
      return Object.entries(value)
        .flatMap(([key, item]) => compareShape(shape.map, item, kinds, `${path}.${key}`, key))
        .slice(0, 3);
    return compareFields(shape, value, kinds, path);
  }
  if (!Array.isArray(value)) return compareKind(['list'], value, kinds, path, name);
  return compareList(shape, value, kinds, path, name);
}

export type Kinds = Record<string, readonly string[]>;

function compareKind(expected: readonly string[], value: unknown, kinds: Kinds, path: string, name: string): string[] {
  const kind = kindOf(value);
  if (expected.includes(kind) || expected.includes('any')) return [];
  const known = kinds[name] ?? [];
  const eitherIsNull = kind === 'null' || expected.includes('null');
  if (eitherIsNull && known.includes(kind) && known.includes('null')) return [];
  return [`${path}: ${kind} instead of ${expected.join(' or ')}`];
}

function compareFields(shape: Fields, value: Record<string, unknown>, kinds: Kinds, path: string): string[] {
  const found: string[] = [];
  for (const [key, item] of Object.entries(shape.fields)) {
    if (key in value) found.push(...compareShape(item, value[key], kinds, `${path}.${key}`, key));
    else if (shape.optional?.includes(key) !== true) found.push(`${path}.${key}: missing`);
  }
  for (const key of Object.keys(value)) if (!(key in shape.fields)) found.push(`${path}.${key}: not in the recording`);
  return found;
}

type List = Extract<Shape, { items: unknown } | { each: unknown }>;

function compareList(shape: List, value: readonly unknown[], kinds: Kinds, path: string, name: string): string[] {
  if ('items' in shape) {
    const found =
      value.length === shape.items.length
        ? []
        : [`${path}: ${String(value.length)} items instead of ${String(shape.items.length)}`];
    return [
      ...found,
      ...shape.items.flatMap((item, i) =>
        i < value.length ? compareShape(item, value[i], kinds, `${path}[${String(i)}]`, name) : [],
      ),
    ];
  }
  const found: string[] = [];
  const labels = value.map(labelOf).sort();
  if (shape.labels[0] !== '…' && labels.join('\n') !== shape.labels.join('\n')) {
    const further = [labels, shape.labels].map((list) =>
      list
        .map((label) => label.replace(/(pending|running|complete|successful)( |$)/g, ''))
        .sort()
        .join('\n'),
    );
    found.push(
      further[0] === further[1]
        ? `${path}: the same, further on`
        : `${path}: items are [${labels.join(', ')}] instead of [${shape.labels.join(', ')}]`,
    );
  }
  const isCut = shape.labels[0] === '…';
  const each = value
    .flatMap((item) => compareShape(shape.each, item, kinds, `${path}[]`, name))
    .filter((line) => !isCut || !line.endsWith(': not in the recording'));
  return [...found, ...new Set(each)];
}
