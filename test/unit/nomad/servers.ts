import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ServerOptions } from 'node:https';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { afterEach } from 'mocha';
import { generate } from 'selfsigned';
import { isNomadError } from '../../../src/nomad/http/errors.ts';

/** A request as the server received it. */
export interface Received {
  method: string;
  /** With the query, as sent. */
  url: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: unknown;
}

export type Respond = (request: Received, response: ServerResponse) => void;

export interface TestServer {
  server: Server;
  address: string;
  port: number;
  received: Received[];
  /** How many TCP connections were made. */
  connections(): number;
}

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

/** Ends something after the current test. */
export function afterTest(end: () => Promise<void> | void): void {
  ends.push(async () => {
    await end();
  });
}

/** Lets a server listen on a free loopback port, which is returned, until the end of the current test. */
export async function listen(server: NetServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  afterTest(
    () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  );
  return (server.address() as AddressInfo).port;
}

/** Starts a server on a free loopback port, until the end of the current test. */
export async function serve(respond: Respond, tls?: ServerOptions): Promise<TestServer> {
  const received: Received[] = [];
  const listener: RequestListener = (request, response) => {
    void read(request).then((entry) => {
      received.push(entry);
      respond(entry, response);
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  const port = await listen(server);
  const scheme = tls === undefined ? 'http' : 'https';
  return { server, port, address: `${scheme}://127.0.0.1:${String(port)}`, received, connections: () => connections };
}

/** Waits for a request, whose answer need not be what the client expects. */
export async function sent(request: Promise<unknown>): Promise<void> {
  await request.catch((error: unknown) => {
    if (!isNomadError(error, 'notNomad', 'decode')) throw error;
  });
}

/** Answers with JSON and the headers that Nomad sends. */
export function json(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'X-Nomad-Index': '7',
    'X-Nomad-Knownleader': 'true',
    'X-Nomad-Lastcontact': '0',
    ...headers,
  });
  response.end(JSON.stringify(value));
}

/** Answers with a text, as Nomad's errors are. */
export function text(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = { 'Content-Type': 'text/plain; charset=utf-8' },
): void {
  response.writeHead(status, headers);
  response.end(body);
}

export interface Certificates {
  ca: string;
  server: { cert: string; key: string };
  client: { cert: string; key: string };
}

/** An authority, a server certificate for `server.global.nomad` and 127.0.0.1, and a client certificate. */
export async function makeCertificates(): Promise<Certificates> {
  const authority = await generate([{ name: 'commonName', value: 'test authority' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const issue = async (name: string, names: { type: 2 | 7; value?: string; ip?: string }[]) => {
    const made = await generate([{ name: 'commonName', value: name }], {
      keyType: 'ec',
      algorithm: 'sha256',
      ca: { key: authority.private, cert: authority.cert },
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
        { name: 'subjectAltName', altNames: names },
      ],
    });
    return { cert: made.cert, key: made.private };
  };
  return {
    ca: authority.cert,
    server: await issue('server.global.nomad', [{ type: 2, value: 'server.global.nomad' }]),
    client: await issue('client.global.nomad', [{ type: 2, value: 'client.global.nomad' }]),
  };
}

async function read(request: IncomingMessage): Promise<Received> {
  const parts: Uint8Array[] = [];
  for await (const part of request as AsyncIterable<Uint8Array>) parts.push(part);
  const body = Buffer.concat(parts).toString('utf8');
  const url = request.url ?? '';
  const [path = '', query = ''] = url.split('?');
  return {
    method: request.method ?? '',
    url,
    path,
    query: new URLSearchParams(query),
    headers: request.headers,
    body: body === '' ? undefined : (JSON.parse(body) as unknown),
  };
}
