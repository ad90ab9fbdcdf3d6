import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { SocketAgent } from './agents.ts';
import type { HttpResponse } from './body.ts';

export interface GetOptions {
  readonly headers: Record<string, string>;
  readonly agent: SocketAgent;
  readonly signal: AbortSignal;
}

/**
 * A GET over Node's own HTTP, for answers that are read as a whole. Most of what the client does is reading small
 * answers, and those take less time than what node-fetch does around them.
 *
 * @returns the answer, a redirect too, with its body as it was sent
 * @throws what Node says of the network; the reason of the signal when that aborts, which ends the body as well
 */
export function get(url: string, { headers, agent, signal }: GetOptions): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const outgoing = send(url, { agent, headers });
    let answered = false;
    const onAbort = () => {
      // A request that waits for a socket tells of its end only when it gets one.
      reject(signal.reason as Error);
      outgoing.destroy(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    outgoing.once('close', () => {
      signal.removeEventListener('abort', onAbort);
      // As after an upgrade that nobody asked for, of which Node says nothing else.
      if (!answered) reject(new Error('socket hang up'));
    });
    outgoing.on('error', reject);
    outgoing.once('response', (response) => {
      answered = true;
      resolve({
        status: response.statusCode ?? 0,
        headers: { get: (name) => header(response, name) },
        body: response,
        coding: header(response, 'content-encoding') ?? '',
      });
    });
    outgoing.end();
  });
}

function header({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value : (value?.[0] ?? null);
}
