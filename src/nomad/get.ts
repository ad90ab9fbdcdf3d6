import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { SocketAgent } from './agents.ts';
import type { HttpResponse } from './body.ts';

export interface GetOptions {
  readonly headers: Record<string, string>;
  readonly agent: SocketAgent;
  readonly signal: AbortSignal;
}

/** A GET on its way. */
export interface Get {
  /**
   * The answer, a redirect too, with its body as it was sent. Rejects with what Node says of the network, and with the
   * reason of the signal when that aborts, which ends the body as well.
   */
  readonly response: Promise<HttpResponse>;
  /** True once it has a socket that served another request before. */
  hasKeptSocket(): boolean;
  /** Ends it, since another one was answered. */
  cancel(): void;
}

/**
 * Starts a GET over Node's own HTTP, for answers that are read as a whole. Most of what the client does is reading small
 * answers, and those take less time than what node-fetch does around them.
 *
 * @throws the reason of a signal that is aborted
 */
export function startGet(url: string, options: GetOptions): Get {
  const { headers, agent, signal } = options;
  signal.throwIfAborted();
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const outgoing = send(url, { agent, headers });
  return {
    response: responseOf(outgoing, signal),
    hasKeptSocket: () => outgoing.reusedSocket,
    cancel: () => outgoing.destroy(),
  };
}

function responseOf(outgoing: ClientRequest, signal: AbortSignal): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
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
