import type { RawData } from 'ws';

/** A frame from the client, read. An unknown or empty frame is a heartbeat. */
export interface ExecInput {
  data?: Buffer;
  close?: boolean;
  size?: { rows: number; columns: number };
}

/** The text of a WebSocket message. */
export function textOf(raw: RawData): string {
  if (Array.isArray(raw)) return Buffer.concat(raw).toString();
  return (Buffer.isBuffer(raw) ? raw : Buffer.from(raw)).toString();
}

/** Reads a client's frame, or answers the text with which Nomad refuses it. */
export function readInput(raw: string): { input: ExecInput; error?: undefined } | { input?: undefined; error: string } {
  const parsed = parseObject(raw);
  if (parsed.error !== undefined) return parsed;
  const stdin = (parsed.value['stdin'] ?? {}) as { data?: unknown; close?: unknown };
  const size = parsed.value['tty_size'] as { height?: number; width?: number } | undefined;
  const input: ExecInput = {};
  if (typeof stdin.data === 'string') {
    const fault = base64Fault(stdin.data);
    if (fault !== undefined) return { error: fault };
    input.data = Buffer.from(stdin.data, 'base64');
  }
  if (stdin.close === true) input.close = true;
  if (typeof size?.height === 'number' && typeof size.width === 'number') {
    input.size = { rows: size.height, columns: size.width };
  }
  return { input };
}

/** Reads the list of words of a command, or answers the text with which Nomad refuses it. */
export function readCommand(raw: string): { command: string[]; error?: undefined } | { error: string } {
  const prefix = 'failed to marshal command into json: ';
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return { error: prefix + jsonFault(raw) };
  }
  if (value === null) return { command: [] };
  if (!Array.isArray(value))
    return { error: `${prefix}json: cannot unmarshal ${goKind(value)} into Go value of type []string` };
  const odd = (value as unknown[]).find((word) => typeof word !== 'string' && word !== null);
  if (odd !== undefined)
    return { error: `${prefix}json: cannot unmarshal ${goKind(odd)} into Go value of type string` };
  return { command: (value as (string | null)[]).map((word) => word ?? '') };
}

/** Reads the first frame of a session that begins with a handshake. */
export function readHandshake(
  raw: string,
): { token: string; error?: undefined } | { token?: undefined; error: string } {
  const parsed = parseObject(raw);
  if (parsed.error !== undefined) return parsed;
  const version = parsed.value['version'] ?? 0;
  if (version !== 1) return { error: `unexpected handshake value: ${JSON.stringify(version)}` };
  const token = parsed.value['auth_token'];
  return { token: typeof token === 'string' ? token : '' };
}

type ParsedObject = { value: Record<string, unknown>; error?: undefined } | { value?: undefined; error: string };

function parseObject(raw: string): ParsedObject {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return { error: jsonFault(raw) };
  }
  if (value === null) return { value: {} };
  if (typeof value === 'object' && !Array.isArray(value)) return { value: value as Record<string, unknown> };
  return { error: `json: cannot unmarshal ${goKind(value)} into Go value` };
}

/** Go's complaint about a text that is not JSON, for the faults that clients make. */
function jsonFault(raw: string): string {
  const start = raw.trimStart();
  const first = start.charAt(0);
  if (first === '') return 'unexpected end of JSON input';
  for (const literal of ['null', 'true', 'false']) {
    if (!literal.startsWith(first)) continue;
    let at = 0;
    while (at < literal.length && start.charAt(at) === literal.charAt(at)) at += 1;
    if (at >= literal.length || at >= start.length) return 'unexpected end of JSON input';
    return `invalid character '${start.charAt(at)}' in literal ${literal} (expecting '${literal.charAt(at)}')`;
  }
  if ('{["-0123456789'.includes(first)) return 'unexpected end of JSON input';
  return `invalid character '${first}' looking for beginning of value`;
}

function base64Fault(text: string): string | undefined {
  const clean = text.replace(/[\r\n]/g, '');
  const at = clean.search(/[^A-Za-z0-9+/=]/);
  if (at !== -1) return `illegal base64 data at input byte ${String(at)}`;
  return clean.length % 4 === 0 ? undefined : `illegal base64 data at input byte ${String(clean.length)}`;
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
