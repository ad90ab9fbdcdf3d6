import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The server's side of a request, which is in this process too. */
export interface Served {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
}

const served = new Map<string, Served>();
const waiting = new Map<string, (served: Served) => void>();

/** Of one connection: two may come from the same port, to different servers. */
const keyOf = (clientPort = 0, serverPort = 0) => `${String(clientPort)} ${String(serverPort)}`;

subscribe('http.server.request.start', (message) => {
  const begun = message as Served;
  const key = keyOf(begun.socket.remotePort, begun.socket.localPort);
  // A connection serves many requests, of every server in this process.
  if (served.get(key)?.socket !== begun.socket)
    begun.socket.once('close', () => {
      forget(key, begun.socket);
    });
  served.set(key, begun);
  waiting.get(key)?.(begun);
  waiting.delete(key);
});

/** Unless another connection has come from the same port meanwhile. */
function forget(key: string, socket: Socket): void {
  if (served.get(key)?.socket === socket) served.delete(key);
}

/** Resolves when a server of this process has read the head of the request that a client's connection is for. */
export function servedTo(client: Socket): Promise<Served> {
  const key = keyOf(client.localPort, client.remotePort);
  const begun = served.get(key);
  if (begun !== undefined) return Promise.resolve(begun);
  return new Promise((resolve) => waiting.set(key, resolve));
}
