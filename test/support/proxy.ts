import { ClientRequest, createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ServerOptions } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A request as the proxy read it. */
export interface AskedOfProxy {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface TestProxy {
  readonly address: string;
  readonly asked: AskedOfProxy[];
  /** All that passed it, as it could read it. */
  readonly read: () => string;
  close(): Promise<void>;
}

export interface ProxyBehaviour {
  /** Answers each request with this status instead of leading anywhere. */
  readonly refuseWith?: number;
  /** Never answers. */
  readonly silent?: boolean;
  /** What `Proxy-Authorization` has to say. */
  readonly credentials?: string;
  readonly tls?: ServerOptions;
  /** Where every name leads; 127.0.0.1 where undefined. */
  readonly host?: string;
}

/**
 * A proxy on the loopback interface. It knows every host name, and leads it to this machine: an address that is no
 * loopback address to a client is one to it.
 */
export async function startProxy(behaviour: ProxyBehaviour = {}): Promise<TestProxy> {
  const asked: AskedOfProxy[] = [];
  const sockets = new Set<Duplex>();
  const parts: Buffer[] = [];
  const { tls } = behaviour;
  const server: Server = tls === undefined ? createServer() : createTlsServer(tls);
  const keep = (socket: Duplex) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  server.on('connection', keep);
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.on('error', () => undefined);
  });
  server.on('request', (incoming, response) => {
    asked.push(askedBy(incoming));
    forward(incoming, response, behaviour);
  });
  server.on('connect', (incoming, near: Duplex) => {
    asked.push(askedBy(incoming));
    near.on('error', () => undefined);
    const far = tunnel(incoming, near, behaviour);
    if (far !== undefined) keep(far);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      for (const socket of sockets) socket.destroy();
    });
  const read = () => Buffer.concat(parts).toString('latin1');
  return { address: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}`, asked, read, close };
}

function askedBy({ method = '', url = '', headers }: IncomingMessage): AskedOfProxy {
  return { method, url, headers };
}

/** Sends a request on in its own name. */
function forward(incoming: IncomingMessage, response: ServerResponse, behaviour: ProxyBehaviour): void {
  const { method = '', url = '', headers } = incoming;
  const { silent = false, host = '127.0.0.1' } = behaviour;
  if (silent) return;
  const status = refusalOf(headers, behaviour);
  if (status !== undefined) {
    response.writeHead(status, { 'Content-Type': 'text/html' }).end(`<html><title>${String(status)}</title></html>`);
    return;
  }
  const { pathname, search, port, host: name } = new URL(url);
  const onward = { ...headers, host: name };
  Reflect.deleteProperty(onward, 'proxy-authorization');
  // Not `request`, which an editor replaces by one that asks its proxy: this one.
  const outgoing = new ClientRequest({ host, port, method, path: pathname + search, headers: onward, agent: false });
  outgoing.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  response.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

/** Passes on what it can't read. */
function tunnel(incoming: IncomingMessage, near: Duplex, behaviour: ProxyBehaviour): Socket | undefined {
  const { silent = false, host = '127.0.0.1' } = behaviour;
  if (silent) return undefined;
  const status = refusalOf(incoming.headers, behaviour);
  if (status !== undefined) {
    near.end(`HTTP/1.1 ${String(status)} No\r\nContent-Length: 0\r\n\r\n`);
    return undefined;
  }
  const far = connect(Number(new URL(`http://${incoming.url ?? ''}`).port), host, () => {
    near.write('HTTP/1.1 200 Connection established\r\n\r\n');
    near.pipe(far).pipe(near);
  });
  far.on('close', () => near.destroy());
  near.on('close', () => far.destroy());
  return far;
}

function refusalOf(headers: IncomingHttpHeaders, { refuseWith, credentials }: ProxyBehaviour): number | undefined {
  if (credentials !== undefined && headers['proxy-authorization'] !== basic(credentials)) return 407;
  return refuseWith;
}

function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}
