const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Nanoseconds of a Go duration such as `1h30m`, or why it isn't one, in Go's words. */
export function parseDuration(text: string): number | { readonly problem: string } {
  const quoted = JSON.stringify(text);
  const sign = text.startsWith('-') ? -1 : 1;
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return 0;
  if (rest === '') return { problem: `time: invalid duration ${quoted}` };
  let total = 0;
  while (rest !== '') {
    const amount = /^(\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
    if (amount === undefined) return { problem: `time: invalid duration ${quoted}` };
    rest = rest.slice(amount.length);
    const unit = /^[^\d.]*/.exec(rest)?.[0] ?? '';
    if (unit === '') return { problem: `time: missing unit in duration ${quoted}` };
    const size = units[unit];
    if (size === undefined) return { problem: `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}` };
    total += Number(amount) * size;
    rest = rest.slice(unit.length);
  }
  return sign * Math.round(total);
}

/** A duration as Go prints it: `1m0s`, `1.5s`, `250ms`. */
export function formatDuration(nanoseconds: number): string {
  const sign = nanoseconds < 0 ? '-' : '';
  const total = Math.abs(nanoseconds);
  if (total === 0) return '0s';
  if (total < 1e3) return `${sign}${String(total)}ns`;
  if (total < 1e6) return `${sign}${String(total / 1e3)}µs`;
  if (total < 1e9) return `${sign}${String(total / 1e6)}ms`;
  const hours = Math.floor(total / 3600e9);
  const minutes = Math.floor((total % 3600e9) / 60e9);
  const seconds = (total % 60e9) / 1e9;
  const head = hours > 0 ? `${String(hours)}h${String(minutes)}m` : minutes > 0 ? `${String(minutes)}m` : '';
  return `${sign}${head}${String(seconds)}s`;
}
