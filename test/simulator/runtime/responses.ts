import type { ServerResponse } from 'node:http';
import { isCancelled } from '../../../src/base/cancel.ts';
import { StreamEnded } from './frames.ts';
import { parseBool, parseInteger, type Parsed } from './strconv.ts';

/** A query value as a URL gave it; a value that was read already is taken too. */
export type RawQuery = string | number | boolean | null | undefined;

const errorType = 'text/plain; charset=utf-8';

/** Answers with an error's text. */
export function refuse(response: ServerResponse, status: number, text: string, type = errorType): void {
  response.statusCode = status;
  response.setHeader('Content-Type', type);
  response.end(text);
}

export function readFlag(raw: RawQuery, otherwise: boolean): Parsed<boolean> {
  if (typeof raw === 'boolean') return { value: raw };
  return raw === null || raw === undefined || raw === '' ? { value: otherwise } : parseBool(String(raw));
}

export function readNumber(raw: RawQuery, otherwise: number): Parsed<number> {
  if (typeof raw === 'number') return { value: raw };
  return raw === null || raw === undefined || raw === '' ? { value: otherwise } : parseInteger(String(raw));
}

/**
 * Runs a stream and ends the response after it. The stream's signal aborts with any of `signals` and when the client
 * goes. A status that is sent can't be taken back, so that an error in mid-stream only ends the body.
 */
export async function finishStream(
  response: ServerResponse,
  signals: readonly AbortSignal[],
  stream: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const gone = new AbortController();
  const onClose = () => {
    gone.abort();
  };
  response.on('close', onClose);
  try {
    await stream(AbortSignal.any([...signals, gone.signal]));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const expected = error instanceof StreamEnded || isCancelled(error) || code === 'ENOENT' || code === 'ENOTDIR';
    if (!expected && !response.headersSent) {
      refuse(response, 500, String(error));
      return;
    }
  } finally {
    response.off('close', onClose);
  }
  if (!response.writableEnded && !response.destroyed) response.end();
}
