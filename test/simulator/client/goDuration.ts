/** A duration as Go prints it: `1h0m0s`, `1m30s`, `17.3s`, `345.167127ms`, `0s`. */
export function goDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  const sign = nanoseconds < 0 ? '-' : '';
  const total = Math.abs(nanoseconds);
  if (total < 1e3) return `${sign}${String(total)}ns`;
  if (total < 1e6) return `${sign}${String(total / 1e3)}µs`;
  if (total < 1e9) return `${sign}${String(total / 1e6)}ms`;
  const hours = Math.floor(total / 3.6e12);
  const minutes = Math.floor((total % 3.6e12) / 6e10);
  const seconds = String(Math.round((total % 6e10) / 1) / 1e9);
  if (hours > 0) return `${sign}${String(hours)}h${String(minutes)}m${seconds}s`;
  if (minutes > 0) return `${sign}${String(minutes)}m${seconds}s`;
  return `${sign}${seconds}s`;
}

const unitNs: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 6e10, h: 3.6e12 };

/** Nanoseconds of a Go duration; undefined for any other text. */
export function parseGoDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^[+-]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount = '0', unit = 's'] of text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (unitNs[unit] ?? 0);
  }
  return text.startsWith('-') ? -total : total;
}
