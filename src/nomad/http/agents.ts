import { Agent as HttpAgent } from 'node:http';
import type { AgentOptions, ClientRequest, ClientRequestArgs, IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { systemClock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';
import type { Way } from '../../base/proxies.ts';
import type { LoadedTls } from './tls.ts';
import { Tunnels } from './tunnels.ts';

export type SocketAgent = HttpAgent | HttpsAgent;

/** An agent of Nomad accepts 100 connections of one address by default; quick reads leave most of them to others. */
const maxQuickSockets = 16;
/** How many sockets wait for a further read, and for how long. What waits longer may have died without a word. */
const maxIdleQuick = 8;
const maxIdleQuickMs = 20_000;
/** A blocking read on a dead socket would wait for minutes; compared to that, opening a new one costs nothing. */
const maxIdleBlocking = 2;
const maxIdleBlockingMs = 2000;

/** The sockets of one connection, by how long a request holds one. */
export class SocketAgents implements Disposable {
  /** Quick reads share a few sockets that stay open between requests. */
  readonly quick: SocketAgent;
  /** Blocking reads hold a socket for minutes and must not take those of quick ones. */
  readonly blocking: SocketAgent;
  /**
   * Writes and streams open a socket of their own. If a write went over a socket that the server was just closing,
   * nobody would know whether it was done.
   */
  readonly single: SocketAgent;
  readonly #tunnels: Tunnels | undefined;

  constructor(tls: LoadedTls | undefined, way: Way) {
    const tunnels = way.kind === 'proxy' ? new Tunnels(way) : undefined;
    this.#tunnels = tunnels;
    const make = (options: AgentOptions): SocketAgent => {
      const agent = answering(tls === undefined ? new HttpAgent(options) : new HttpsAgent({ ...options, ...tls }));
      return tunnels === undefined ? agent : leadThrough(agent, tunnels, tls !== undefined);
    };
    // The socket used last is the likeliest to be alive; older ones idle until their limit.
    const kept = { keepAlive: true, scheduling: 'lifo' } as const;
    this.quick = limited(make({ ...kept, maxSockets: maxQuickSockets, maxFreeSockets: maxIdleQuick }), maxIdleQuickMs);
    this.blocking = limited(make({ ...kept, maxFreeSockets: maxIdleBlocking }), maxIdleBlockingMs);
    this.single = make({ keepAlive: false });
  }

  /** Closes the idle sockets. */
  dropIdle(): void {
    dropIdleSockets(this.quick);
    dropIdleSockets(this.blocking);
  }

  dispose(): void {
    this.#tunnels?.dispose();
    for (const agent of [this.quick, this.blocking, this.single]) agent.destroy();
  }
}

/**
 * Makes every request of `agent` treat an upgrade as an answer. `addRequest`, by which Node hands a request to its
 * agent, is missing in Node's types.
 */
function answering(agent: SocketAgent): SocketAgent {
  const { addRequest } = agent as SocketAgent & { addRequest: (request: ClientRequest, ...rest: unknown[]) => void };
  return Object.assign(agent, {
    addRequest: (request: ClientRequest, ...rest: unknown[]) => {
      addRequest.call(agent, takeUpgrade(request), ...rest);
    },
  });
}

/**
 * Turns an upgrade that nobody asked for into an answer without a body; otherwise Node would silently close the
 * connection.
 */
export function takeUpgrade(request: ClientRequest): ClientRequest {
  return request.once('upgrade', (response: IncomingMessage, socket: Socket) => {
    socket.destroy();
    response.push(null);
    request.emit('response', response);
  });
}

type Connect = HttpAgent['createConnection'];

/** Makes all sockets of `agent` lead to the proxy, and through it where the server speaks TLS: then it sees nothing. */
function leadThrough(agent: SocketAgent, tunnels: Tunnels, secure: boolean): SocketAgent {
  const speakTls: Connect = agent.createConnection.bind(agent);
  const connect: Connect = (options, callback) => {
    const { host, port } = options;
    const socket = secure ? tunnels.through({ host: host ?? '', port: Number(port) }) : tunnels.toProxy();
    socket.then(
      (made) => callback?.(null, secure ? (speakTls({ ...options, socket: made } as ClientRequestArgs) ?? made) : made),
      (error: unknown) => {
        // The second argument is there for a success only.
        (callback as ((error: Error) => void) | undefined)?.(error as Error);
      },
    );
    return undefined;
  };
  return Object.assign(agent, { createConnection: connect });
}

/** Since when a socket has been idle, by wall-clock time, which goes on while the machine sleeps. */
const idleSinceMs = new WeakMap<object, number>();
const limits = new WeakMap<SocketAgent, number>();

function limited(agent: SocketAgent, maxIdleMs: number): SocketAgent {
  limits.set(agent, maxIdleMs);
  agent.on('free', (socket: Socket) => {
    idleSinceMs.set(socket, systemClock.now());
  });
  return agent;
}

/** Closes the sockets of `agent` that have been idle for too long. */
export function dropOldSockets(agent: SocketAgent): void {
  const maxIdleMs = limits.get(agent);
  if (maxIdleMs === undefined) return;
  const sinceMs = systemClock.now() - maxIdleMs;
  dropIdleSockets(agent, (socket) => (idleSinceMs.get(socket) ?? 0) < sinceMs);
}

/** Closes the idle sockets of `agent`, or those of them that `which` picks. */
export function dropIdleSockets(agent: SocketAgent, which: (socket: object) => boolean = () => true): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of [...(sockets ?? [])]) if (which(socket)) socket.destroy();
  }
}
