/** A day with its time, as `2026-11-20 06:00`; seconds only where there are some. */
export function dayTime(momentMs: number, timeZone?: string): string {
  const part = parts(momentMs, timeZone);
  const seconds = part('second') === '00' ? '' : `:${part('second')}`;
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}${seconds}`;
}

/** A moment in full, with its zone, as `2026-11-20 14:02:11 GMT+1`. */
export function exactTime(momentMs: number, timeZone?: string): string {
  const part = parts(momentMs, timeZone);
  const day = `${part('year')}-${part('month')}-${part('day')}`;
  return `${day} ${part('hour')}:${part('minute')}:${part('second')} ${part('timeZoneName')}`;
}

function parts(momentMs: number, timeZone: string | undefined): (type: Intl.DateTimeFormatPartTypes) => string {
  const found = format(timeZone).formatToParts(momentMs);
  return (type) => found.find((part) => part.type === type)?.value ?? '';
}

function format(timeZone: string | undefined): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  });
}
