import { printable } from '../../base/plain.ts';

/** A line that is an object of JSON, as programs write for machines: what it says, and everything else of it. */
export interface JsonLine {
  readonly message: string;
  /** In capitals, as editors colour it: `ERROR`. */
  readonly level: string | undefined;
  /** Every field but the message, in their order, as text. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

const messages = ['message', 'msg', '@message', 'short_message', 'event', 'error'];
const levels = ['level', '@level', 'severity', 'lvl', 'levelname', 'log.level'];

/** Of pino and bunyan, which write a number. */
const numbered: Readonly<Record<string, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

/** Longer ones would take long to be read, and nobody can. */
const longest = 64 * 1024;

/** Reads a line that is an object of JSON with a message; nothing for any other line. */
export function jsonLine(text: string): JsonLine | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}') || trimmed.length > longest) return undefined;
  const value = parsed(trimmed);
  if (value === undefined) return undefined;
  const message = firstOf(value, messages);
  if (message === undefined) return undefined;
  const level = firstOf(value, levels);
  return {
    message: inOneLine(words(value[message])),
    level: level === undefined ? undefined : levelOf(value[level]),
    fields: Object.entries(value).flatMap(([name, field]) => (name === message ? [] : [[name, words(field)] as const])),
  };
}

/** What is shown in place of the line: `ERROR  connection refused`. */
export function foldedJson({ level, message }: JsonLine): string {
  return level === undefined ? message : `${level.padEnd(5)} ${message}`;
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function firstOf(value: Readonly<Record<string, unknown>>, names: readonly string[]): string | undefined {
  return names.find((name) => {
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    return (typeof field === 'string' && field !== '') || typeof field === 'number';
  });
}

function levelOf(value: unknown): string {
  const level = words(value);
  return inOneLine(numbered[level] ?? level.toUpperCase()).slice(0, 12);
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Escapes of JSON may stand for ends of lines, and for what terminals obey. */
function inOneLine(text: string): string {
  return printable(text.replace(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/gu, '⏎'));
}
