import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Disposable } from '../base/lifetime.ts';
import type { LoadedTls } from './tls.ts';

export type SocketAgent = HttpAgent | HttpsAgent;

/** An agent of Nomad accepts 100 connections of one address by default; quick reads leave most of them to others. */
const maxQuickSockets = 16;

/** The sockets of one connection, by how long a request holds one. */
export class SocketAgents implements Disposable {
  /** Quick reads share a few sockets that stay open between requests. */
  readonly quick: SocketAgent;
  /** Blocking reads hold a socket for minutes and must not take those of quick ones. */
  readonly blocking: SocketAgent;
  /**
   * Writes and streams open a socket of their own. A write on a socket that the server was just closing would leave
   * open whether it happened.
   */
  readonly single: SocketAgent;

  constructor(tls: LoadedTls | undefined) {
    const make = (options: { keepAlive: boolean; maxSockets?: number }): SocketAgent =>
      tls === undefined ? new HttpAgent(options) : new HttpsAgent({ ...options, ...tls });
    this.quick = make({ keepAlive: true, maxSockets: maxQuickSockets });
    this.blocking = make({ keepAlive: true });
    this.single = make({ keepAlive: false });
  }

  dispose(): void {
    for (const agent of [this.quick, this.blocking, this.single]) agent.destroy();
  }
}

/** True if the next request of `agent` goes over a socket that served another one before. */
export function hasKeptSocket(agent: SocketAgent): boolean {
  return Object.values(agent.freeSockets).some((sockets) => (sockets?.length ?? 0) > 0);
}

/** Closes the sockets that wait for a further request. */
export function dropKeptSockets(agent: SocketAgent): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of [...(sockets ?? [])]) socket.destroy();
  }
}
