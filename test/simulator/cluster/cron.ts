/** Cron lines of five fields (minute first), six (second first) or seven (with a year, which is ignored). */

type Field = (value: number) => boolean;

const shortcuts: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const names = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function field(text: string, min: number, max: number): Field {
  const accepted = new Set<number>();
  const number = (part: string) =>
    names.includes(part.toUpperCase()) ? names.indexOf(part.toUpperCase()) : Number(part);
  for (const part of text.split(',')) {
    const [range = '*', step = '1'] = part.split('/');
    const [from, to] = range === '*' || range === '?' ? [min, max] : range.split('-').map(number);
    const last = to ?? (part.includes('/') ? max : from);
    for (let value = from ?? min; value <= (last ?? max); value += Number(step)) accepted.add(value);
  }
  return (value) => accepted.has(value);
}

/** The next moment after `afterMs` at which `spec` falls due, in UTC; undefined when there is none within a year. */
export function nextLaunchMs(spec: string, afterMs: number): number | undefined {
  const parts = (shortcuts[spec] ?? spec).trim().split(/\s+/);
  const [second = '0', minute = '*', hour = '*', day = '*', month = '*', weekday = '*'] =
    parts.length === 5 ? ['0', ...parts] : parts;
  const seconds = field(second, 0, 59);
  const minutes = field(minute, 0, 59);
  const hours = field(hour, 0, 23);
  const days = field(day, 1, 31);
  const months = field(month, 1, 12);
  const weekdays = field(weekday, 0, 7);
  const at = new Date(Math.floor(afterMs / 1000) * 1000 + 1000);
  const endMs = afterMs + 366 * 86_400_000;
  while (at.getTime() < endMs) {
    const dayOfWeek = at.getUTCDay();
    const wanted = weekdays(dayOfWeek) || (dayOfWeek === 0 && weekdays(7));
    if (!months(at.getUTCMonth() + 1) || !days(at.getUTCDate()) || !wanted) at.setUTCHours(24, 0, 0, 0);
    else if (!hours(at.getUTCHours())) at.setUTCMinutes(60, 0, 0);
    else if (!minutes(at.getUTCMinutes())) at.setUTCSeconds(60, 0);
    else if (!seconds(at.getUTCSeconds())) at.setUTCMilliseconds(1000);
    else return at.getTime();
  }
  return undefined;
}
