import { own } from '../../base/own.ts';

/** Fields that Nomad's differences give in nanoseconds, wherever they are. */
const names = new Set([
  'ConnectTimeout',
  'Delay',
  'Grace',
  'HealthyDeadline',
  'Interval',
  'KillTimeout',
  'LostAfter',
  'MaxClientDisconnect',
  'MaxDelay',
  'MinHealthyTime',
  'ProgressDeadline',
  'ShutdownDelay',
  'Splay',
  'Stagger',
  'StopAfterClientDisconnect',
  'StopOnClientAfter',
  'Timeout',
  'VaultGrace',
]);
/** Fields that are times in one kind of object only: elsewhere `Min` and `Max` are counts. */
const namesWithin: Readonly<Record<string, readonly string[]>> = { Wait: ['Min', 'Max'] };
/** What is in these is the user's, whatever it is called. */
const free = new Set(['Config', 'Meta', 'Env', 'Parameters']);

const units: readonly (readonly [bigint, string])[] = [
  [3_600_000_000_000n, 'h'],
  [60_000_000_000n, 'm'],
  [1_000_000_000n, 's'],
  [1_000_000n, 'ms'],
  [1000n, 'µs'],
  [1n, 'ns'],
];

/** `value` as a jobspec writes it (`1m30s` for 90000000000), where it is a duration; everything else as it is. */
export function readable(value: string, field: string, object: string): string {
  const isDuration = names.has(field) || (own(namesWithin, object)?.includes(field) ?? false);
  if (!isDuration || free.has(object) || !/^\d+$/.test(value)) return value;
  let rest = BigInt(value);
  if (rest === 0n) return '0s';
  let text = '';
  for (const [size, unit] of units) {
    if (rest >= size) text += `${String(rest / size)}${unit}`;
    rest %= size;
  }
  return text;
}
