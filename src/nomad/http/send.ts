import { ClientRequest, request as requestPlain } from 'node:http';
import type { ClientRequestArgs, IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { hostOf, portOf } from '../../base/proxies.ts';
import type { Proxy } from '../../base/proxies.ts';
import { takeUpgrade } from './agents.ts';
import type { SocketAgent } from './agents.ts';
import type { HttpResponse } from './body.ts';
import type { LoadedTls } from './tls.ts';

/** How to send one request. */
export interface Sending {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | undefined;
  readonly agent: SocketAgent;
  readonly signal: AbortSignal;
  /** The proxy that forwards requests to a server without TLS. */
  readonly forwarder?: Proxy | undefined;
  /** What the editor needs to know, if it decides how to reach the server. */
  readonly editor?: EditorsChoice | undefined;
}

export interface EditorsChoice {
  readonly tls: LoadedTls | undefined;
  /** Called when it turns out that no proxy is used. */
  readonly onStraight: () => void;
}

/** A request on its way. */
export interface Sent {
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
 * Starts a request over Node's own HTTP. It goes around `http.request`, which the editor replaces: that one exchanges the
 * agent for its own, and with it the client's certificate, the server's name and the care for idle sockets.
 *
 * @throws the reason of a signal that is aborted
 */
export function startRequest(url: string, options: Sending): Sent {
  options.signal.throwIfAborted();
  const outgoing = outgoingRequest(new URL(url), options);
  return {
    response: responseOf(outgoing, options),
    hasKeptSocket: () => outgoing.reusedSocket,
    cancel: () => outgoing.destroy(),
  };
}

function outgoingRequest(url: URL, { method, headers, body, agent, forwarder, editor }: Sending): ClientRequest {
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  const credentials = forwarder?.authorization === undefined ? {} : { 'Proxy-Authorization': forwarder.authorization };
  const args: ClientRequestArgs = {
    protocol: url.protocol,
    host: hostOf(url),
    port: portOf(url),
    defaultPort: url.protocol === 'https:' ? 443 : 80,
    path: `${forwarder === undefined ? '' : url.origin}${url.pathname}${url.search}`,
    method,
    // What goes over the editor's agents, which all extensions share, must not stay open there.
    headers: { ...headers, ...length, ...credentials, ...(editor === undefined ? {} : { Connection: 'close' }) },
    agent,
  };
  return editor === undefined ? new ClientRequest(args) : editorsRequest(args, editor);
}

function editorsRequest(args: ClientRequestArgs, { tls, onStraight }: EditorsChoice): ClientRequest {
  const request = args.protocol === 'https:' ? requestSecure : requestPlain;
  // The editor may put an agent of its own in place of ours.
  const outgoing = takeUpgrade(request({ ...args, ...tls }));
  outgoing.once('proxy', (choice: { readonly proxy?: unknown } | undefined) => {
    if (choice?.proxy === 'DIRECT') onStraight();
  });
  return outgoing;
}

function responseOf(outgoing: ClientRequest, { signal, body }: Sending): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    const onAbort = () => {
      // A request that waits for a socket reports its end only once it gets one.
      reject(signal.reason as Error);
      answer?.destroy(signal.reason as Error);
      outgoing.destroy(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    outgoing.once('close', () => {
      signal.removeEventListener('abort', onAbort);
      if (answer === undefined) reject(new Error('socket hang up'));
    });
    outgoing.on('error', reject);
    outgoing.once('response', (response) => {
      answer = response;
      resolve({
        status: response.statusCode ?? 0,
        headers: { get: (name) => header(response, name) },
        body: response,
        coding: header(response, 'content-encoding') ?? '',
      });
    });
    outgoing.end(body);
  });
}

function header({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value : (value?.[0] ?? null);
}
