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

/** A message of the server; one that can't be read carries nothing that could be shown. */
export function parseFrame(text: string): ServerFrame {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
