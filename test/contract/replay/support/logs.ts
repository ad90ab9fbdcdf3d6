import { objectsIn } from './compare.ts';
import { hear } from './events.ts';

/** What was recorded of the log of an agent. */
export interface RecordedLog {
  /** Whether it came as JSON frames. */
  readonly isFramed: boolean;
  /** The sets of fields that frames had; one without any is a sign of life. */
  readonly kinds: readonly string[];
  /** The line about a list of jobs, without what differs from one to another. */
  readonly line?: string;
}

/** Long enough for what was written to be sent, and for a sign of life. */
const readMs = 1500;

/** Reads a log while something happens; resolves with how it differs from the recorded one. */
export async function compareLog(
  recorded: RecordedLog,
  port: number,
  path: string,
  act: () => Promise<void>,
  pass: (ms: number) => Promise<void>,
): Promise<string[]> {
  const heard = await hear(port, path, {}, 0);
  try {
    if (recorded.line !== undefined) await act();
    await pass(readMs);
    const { body } = await heard.read();
    return differences(recorded, body.toString('utf8'));
  } finally {
    heard.close();
  }
}

function differences(recorded: RecordedLog, text: string): string[] {
  const frames = recorded.isFramed ? [...objectsIn(text)] : [];
  const found = new Set(frames.map((frame) => Object.keys(frame).sort().join()));
  // A sign of life comes each second, whether or not there is something to tell.
  if (recorded.line !== undefined) found.delete('');
  const [was, is] = [recorded.kinds, [...found].sort()].map((kinds) => kinds.map((kind) => kind || '{}').join(' or '));
  const log = frames.map(({ Data }) => (typeof Data === 'string' ? Buffer.from(Data, 'base64').toString('utf8') : ''));
  const line = lineIn(recorded.isFramed ? log.join('') : text);
  const lines: string[] = [];
  if (is !== was) lines.push(`frames: ${String(is)} instead of ${String(was)}`);
  if (line !== recorded.line) lines.push(`line: ${String(line)} instead of ${String(recorded.line)}`);
  return lines;
}

function lineIn(text: string): string | undefined {
  const lines = text.split('\n').slice(0, -1);
  const whole = lines.find((line) => /request complete.*GET.*\/v1\/jobs/.test(line));
  if (whole === undefined) return undefined;
  if (!whole.startsWith('{')) {
    return whole.replace(/^\S+Z/, (time) => time.replace(/\d/g, '9')).replace(/duration=.*/, 'duration');
  }
  const fields = Object.entries(JSON.parse(whole) as Record<string, unknown>).map(([name, value]) => {
    if (typeof value === 'number') return `${name}: number`;
    return `${name}: ${name === '@timestamp' ? String(value).replace(/\d/g, '9') : String(value)}`;
  });
  return fields.sort().join(', ');
}
