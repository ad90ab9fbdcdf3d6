const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;

/** How long ago a moment was, in one unit and never in seconds: `now`, `5m`, `3h`, `2d`, `3w`. */
export function age(momentMs: number, nowMs: number): string {
  const ms = nowMs - momentMs;
  if (ms < minuteMs) return 'now';
  if (ms < hourMs) return `${String(Math.floor(ms / minuteMs))}m`;
  if (ms < dayMs) return `${String(Math.floor(ms / hourMs))}h`;
  if (ms < 3 * weekMs) return `${String(Math.floor(ms / dayMs))}d`;
  return `${String(Math.floor(ms / weekMs))}w`;
}

/** How long it is until a moment, in one unit, rounded up and never in seconds: `soon`, `in 4m`, `in 3h`, `in 2d`. */
export function untilWords(momentMs: number, nowMs: number): string {
  const ms = momentMs - nowMs;
  if (ms < minuteMs) return 'soon';
  if (ms <= 90 * minuteMs) return `in ${String(Math.ceil(ms / minuteMs))}m`;
  return ms <= 2 * dayMs ? `in ${String(Math.ceil(ms / hourMs))}h` : `in ${String(Math.ceil(ms / dayMs))}d`;
}

/** `14:02`, in the time zone of this machine or in an IANA zone. */
export function clockTime(momentMs: number, timeZone?: string): string {
  if (timeZone !== undefined) {
    return new Date(momentMs).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });
  }
  const at = new Date(momentMs);
  return [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** `14:02:11` on this machine. */
export function exactClockTime(momentMs: number): string {
  return `${clockTime(momentMs)}:${String(new Date(momentMs).getSeconds()).padStart(2, '0')}`;
}
