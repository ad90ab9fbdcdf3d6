import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Cluster } from '../cluster/cluster.ts';
import { Refusal, invalidMethod } from '../cluster/refusal.ts';
import { Acl, type AclOptions } from './acl.ts';
import { allowOrigins } from './cors.ts';
import { silence } from './eventStream.ts';
import { type Answer, Exchange } from './exchange.ts';
import { type FaultRule, Faults } from './faults.ts';
import { Follower } from './follower.ts';
import { Federation, type ServerIdentity, identityOf } from './federation.ts';
import { Redirect, cleanPath, decoded } from './redirect.ts';
import { noPath, regionOf } from './regions.ts';
import { send } from './respond.ts';
import { allRoutes } from './routes.ts';
import type { Route } from './route.ts';
import { Sockets } from './sockets.ts';
import { createTlsServer, refusePlainRequests } from './tlsPort.ts';

export interface TlsOptions {
  readonly key: string;
  readonly cert: string;
  readonly ca?: string;
  /** Demand a certificate of clients. */
  readonly requestCert?: boolean;
}

export interface ServerOptions {
  readonly port: number;
  readonly acl?: AclOptions | undefined;
  readonly tls?: TlsOptions | undefined;
}

/** As Go's HTTP server has it. */
const maxHeaderSize = 1024 * 1024;

/** What Nomad has and the simulator has not: paths that begin so. */
const notModelled = [
  ...['volume/csi/', 'volume/host/', 'volumes', 'plugin/csi/', 'client/identity', 'client/metadata'],
  ...['agent/keyring/', 'agent/host', 'agent/reload', 'agent/pprof/'],
  ...['agent/monitor/export', 'operator/raft/', 'operator/autopilot/', 'operator/keyring/'],
  ...['operator/snapshot', 'operator/upgrade-check/', 'acl/role', 'acl/binding-rule', 'acl/identity/'],
].map((path) => `/v1/${path}`);

/** The HTTP API of a cluster. */
export class HttpServer {
  readonly faults: Faults;
  readonly acl: Acl;
  readonly cluster: Cluster;
  readonly follower: Follower;
  readonly #routes: readonly Route[];
  readonly #server: Server;
  readonly sockets: Sockets;
  #federation = new Federation(this);
  #port = 0;
  readonly #connections = new Set<Socket>();
  readonly #streams = new Set<ServerResponse>();
  readonly #options: ServerOptions;
  readonly #end = new AbortController();

  constructor(cluster: Cluster, options: ServerOptions) {
    this.cluster = cluster;
    this.#options = options;
    const { store } = cluster;
    this.follower = new Follower({ clock: store.clock, paceMs: cluster.paceMs, index: () => store.index });
    this.acl = new Acl(options.acl, cluster.random, () => cluster.store.clock.now());
    this.faults = new Faults({
      dropStreams: () => {
        for (const response of this.#streams) response.destroy();
      },
      forgetEvents: () => {
        cluster.store.events.drop();
      },
    });
    this.#routes = allRoutes(this.faults, this.follower);
    this.sockets = new Sockets(cluster, this.acl, this.faults);
    this.#server = this.#create();
  }

  /** Listens on the loopback interface and resolves with the port. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.#port;
  }

  get region(): string {
    return this.cluster.region;
  }

  get identity(): ServerIdentity {
    return identityOf(this.region, this.#port);
  }

  /** The regions that this server knows of. */
  get federation(): Federation {
    return this.#federation;
  }

  /** Has this server and all that it knows of know the other one and all that that knows of. */
  join(other: HttpServer): void {
    const { federation } = other;
    if (federation === this.#federation) return;
    this.#federation.merge(federation);
    for (const server of federation.servers) server.#federation = this.#federation;
  }

  /** Ends every connection and stops listening. */
  async close(): Promise<void> {
    this.#end.abort();
    this.#federation.leave(this);
    this.sockets.close();
    const closed = new Promise<void>((resolve) =>
      this.#server.close(() => {
        resolve();
      }),
    );
    for (const connection of this.#connections) connection.destroy();
    await closed;
  }

  #create(): Server {
    const { tls } = this.#options;
    const handler = (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response);
    const server =
      tls === undefined ? createServer({ maxHeaderSize }, handler) : createTlsServer(tls, { maxHeaderSize }, handler);
    server.keepAliveTimeout = 30_000;
    server.requestTimeout = 0;
    const track = (socket: Socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
      socket.on('error', () => undefined);
    };
    server.on('connection', track);
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      if (!socket.writable) return;
      const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
      const headers = 'Content-Type: text/plain; charset=utf-8\r\nConnection: close';
      socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${status}`);
    });
    server.on('secureConnection', track);
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => undefined);
      this.sockets.upgrade(request, socket, head, (region) => this.#federation.find(region)?.sockets);
    });
    if (tls === undefined) return server;
    const port = refusePlainRequests(server);
    port.on('connection', track);
    return port;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    response.on('error', () => undefined);
    const signal = AbortSignal.any([gone.signal, this.#end.signal]);
    const style = { isOld: this.cluster.options.nomad === '1.6', pretty: false };
    const startedMs = performance.now();
    response.once('close', () => {
      this.#logRequest(request, performance.now() - startedMs);
    });
    try {
      const { path, query } = this.#locate(request);
      if (allowOrigins(request, response, path)) return;
      const pretty = query.has('pretty') && query.get('pretty') !== '0';
      const { cluster, acl } = this;
      const exchange = new Exchange({ cluster, acl, server: this, request, response, path, query, signal });
      const answer = await this.#answer(exchange);
      if (answer !== undefined && !response.destroyed) send(request, response, answer, { ...style, pretty });
    } catch (error) {
      if (response.headersSent || response.destroyed) {
        response.destroy();
        return;
      }
      const refusal = error instanceof Refusal ? error : new Refusal(500, String(error));
      const headers = refusal instanceof Redirect ? { Location: refusal.to } : {};
      const type = refusal.contentType;
      const contentType = type === undefined ? {} : { contentType: type };
      send(request, response, { status: refusal.status, text: refusal.message, headers, ...contentType }, style);
    }
  }

  #logRequest(request: IncomingMessage, ms: number): void {
    const [path = ''] = (request.url ?? '').split('?');
    const fields = { method: request.method ?? '', path, duration: Math.round(ms * 1e6) };
    this.cluster.agentLog.write('debug', 'http', 'request complete', fields);
  }

  /** The decoded path and the query; paths that are not clean are redirected. */
  #locate(request: IncomingMessage): { path: string; query: URLSearchParams } {
    const target = request.url ?? '/';
    const at = target.indexOf('?');
    const raw = at === -1 ? target : target.slice(0, at);
    const query = new URLSearchParams(at === -1 ? '' : target.slice(at + 1));
    const status = this.cluster.options.nomad === '1.6' ? 301 : 307;
    if (raw === '/') throw new Redirect(307, '/ui/');
    if (raw === '/v1/job') throw new Redirect(status, '/v1/job/');
    // Older agents look at the decoded path.
    const seen = status === 301 ? decoded(raw) : raw;
    if (/\/\/|\/\.\.?(\/|$)/.test(seen)) {
      throw new Redirect(status, cleanPath(seen) + (at === -1 ? '' : target.slice(at)), request.method ?? 'GET');
    }
    try {
      return { path: decodeURIComponent(raw), query };
    } catch {
      throw new Refusal(400, '400 Bad Request');
    }
  }

  async #answer(exchange: Exchange): Promise<Answer | undefined> {
    const fault = exchange.path.startsWith('/_simulator/')
      ? undefined
      : this.faults.take(exchange.method, exchange.path);
    if (fault !== undefined) {
      const ended = await this.#misbehave(exchange, fault);
      if (ended !== undefined) return ended === 'gone' ? undefined : ended;
    }
    const matching = this.#routes.filter((route) => route.path.test(exchange.path));
    const route = matching.find((item) => item.methods?.includes(exchange.method) ?? true);
    if (route === undefined) {
      const isUnknown = exchange.isOld && matching.every(({ sinceTwo }) => sinceTwo === true);
      if (matching.length > 0 && !isUnknown) throw invalidMethod();
      return notModelled.some((path) => exchange.path.startsWith(path))
        ? { status: 501, text: 'The simulator does not model this part of Nomad' }
        : { status: 404, text: '' };
    }
    if (route.sinceTwo === true && exchange.isOld) return { status: 404, text: '' };
    const region = (await regionOf(exchange)) ?? this.region;
    const server = this.#federation.find(region);
    if (server === undefined) return noPath(exchange);
    exchange = server === this ? exchange : exchange.at(server);
    if (exchange.method === 'GET') exchange.checkQuery();
    const parts = route.path.exec(exchange.path)?.slice(1) ?? [];
    const isStream = exchange.path === '/v1/event/stream';
    if (isStream) this.#streams.add(exchange.response);
    try {
      const answer = await server.follower.answer(exchange, async () => route.handle(exchange, parts));
      if (fault?.half !== true || answer === undefined) return answer;
      await this.#half(exchange, answer);
      return undefined;
    } finally {
      this.#streams.delete(exchange.response);
    }
  }

  /** Does what a fault asks for; undefined when the request is to be answered after all. */
  async #misbehave(exchange: Exchange, fault: FaultRule): Promise<Answer | 'gone' | undefined> {
    const { response, store, signal } = exchange;
    if (fault.delayMs !== undefined) {
      const delayMs = fault.delayMs;
      await new Promise<void>((resolve) => {
        const timer = store.clock.timer(delayMs, resolve);
        signal.addEventListener(
          'abort',
          () => {
            timer.dispose();
            resolve();
          },
          { once: true },
        );
      });
    }
    if (fault.drop === true) {
      response.socket?.destroy();
      return 'gone';
    }
    if (fault.denyEvents === true) {
      response.writeHead(200, { 'Content-Type': 'application/json', Connection: 'close' });
      response.flushHeaders();
      await silence(exchange);
      response.end();
      return 'gone';
    }
    if (fault.status === undefined) return undefined;
    const text = fault.text ?? (fault.html === true ? '<html><body><h1>Bad gateway</h1></body></html>' : '');
    return { status: fault.status, text, ...(fault.html === true ? { contentType: 'text/html' } : {}) };
  }

  /** Sends the first half of a body and cuts the connection. */
  async #half(exchange: Exchange, answer: Answer): Promise<void> {
    const bytes = Buffer.from(answer.text ?? JSON.stringify(answer.body));
    exchange.response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': bytes.byteLength });
    await new Promise<void>((resolve) => {
      exchange.response.write(bytes.subarray(0, Math.floor(bytes.byteLength / 2)), () => {
        resolve();
      });
    });
    exchange.response.socket?.destroy();
  }
}
