/** What the server sends in a session; one field each. */
export interface ServerFrame {
  stdout?: { data?: string; close?: boolean } | null;
  stderr?: { data?: string; close?: boolean } | null;
  exited?: boolean;
  result?: { exit_code?: number } | null;
}

/** Input of the command, as the server wants it. */
export function stdinFrame(bytes: Buffer): string {
  return JSON.stringify({ stdin: { data: bytes.toString('base64') } });
}

const outputStart = '{"stdout":{"data":"';
const outputEnd = '"}}';

/**
 * A message of the server; one that can't be read carries nothing that could be shown. Nearly all of a flood is output in
 * the one form that Go writes: that is cut out, which makes half the garbage of reading it as JSON.
 */
export function parseFrame(text: string): ServerFrame {
  const end = text.length - outputEnd.length;
  // No other quote: there is no second field. Base64 has no backslashes.
  if (text.startsWith(outputStart) && text.indexOf('"', outputStart.length) === end && text.endsWith(outputEnd)) {
    const data = text.slice(outputStart.length, end);
    if (!data.includes('\\')) return { stdout: { data } };
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
