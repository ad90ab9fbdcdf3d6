const pastPattern = new RegExp(
  [
    '"running" instead of "pending"$',
    '(Status|ClientStatus): "complete" instead of "(running|pending)"$',
    'ClientDescription: "(Tasks are running|All tasks have completed)" instead of ',
    'Status: "successful" instead of "running"$',
    '"Deployment completed successfully" instead of "Deployment is running"$',
    '\\.Stable: true instead of false$',
    'the same, further on$',
  ].join('|'),
);

interface Count {
  readonly of: string;
  readonly name: string;
  readonly grows: boolean;
}

function countIn(line: string): Count | undefined {
  const [, of = '', name = '', now, then] = /^(.*\.)(\w+): (\d+) instead of (\d+)$/.exec(line) ?? [];
  return now === undefined ? undefined : { of, name, grows: Number(now) > Number(then) };
}

/**
 * Whether a line of an answer says that something had got further, and will not come back. A number of those that wait,
 * start or run tells this only together with another: what left one state came to the next.
 */
export function isPast(line: string, lines: readonly string[]): boolean {
  if (pastPattern.test(line)) return true;
  const count = countIn(line);
  if (count === undefined) return false;
  if (count.grows && /^(Complete|HealthyAllocs|Healthy)$/.test(count.name)) return true;
  const others = lines.flatMap((each) => countIn(each) ?? []).filter(({ of }) => of === count.of);
  if (count.name === 'Running' && count.grows) return others.some((other) => isWaiting(other) && !other.grows);
  if (count.grows || !(count.name === 'Running' || isWaiting(count))) return false;
  return others.some((other) => hasEnded(other) || (isWaiting(count) && other.name === 'Running' && other.grows));
}

/** Whether a line of an answer may say that something had got further. It may still change: for when no time is left. */
export function isLater(line: string, lines: readonly string[]): boolean {
  const count = countIn(line);
  if (count !== undefined && isWaiting(count)) return !count.grows;
  return isPast(line, lines) || (count?.name === 'Running' && count.grows);
}

function isWaiting({ name }: Count): boolean {
  return name === 'Queued' || name === 'Starting';
}

function hasEnded({ name, grows }: Count): boolean {
  return grows && /^(Complete|Failed|Lost)$/.test(name);
}
