import { ClientRequest } from 'node:http';
import { connect as connectPlain, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { systemClock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';
import type { Proxy } from '../../base/proxies.ts';
import { NomadError } from './errors.ts';
import { proxyFailed, proxyRefused, proxySilent } from './proxyErrors.ts';

/** Where a connection is to end. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

const defaultLimitMs = 20_000;

/** Connections to one proxy, and through it. A {@link NomadError} names the proxy. */
export class Tunnels implements Disposable {
  readonly #proxy: Proxy;
  readonly #opening = new Set<Socket>();

  constructor(proxy: Proxy) {
    this.#proxy = proxy;
  }

  /** A connection to the proxy itself. */
  toProxy(limitMs = defaultLimitMs): Promise<Socket> {
    return this.#open(limitMs, (socket, resolve) => {
      socket.once(this.#proxy.secure ? 'secureConnect' : 'connect', () => {
        resolve(socket);
      });
    });
  }

  /** A connection through the proxy, which sees no more than where it leads to. */
  through(destination: Destination, limitMs = defaultLimitMs): Promise<Socket> {
    const host = isIP(destination.host) === 6 ? `[${destination.host}]` : destination.host;
    const authority = `${host}:${String(destination.port)}`;
    return this.#open(limitMs, (socket, resolve, reject) => {
      const asking = this.#ask(socket, authority);
      asking.once('connect', (answer, _socket, head) => {
        const status = answer.statusCode ?? 0;
        if (status < 200 || status > 299) {
          reject(proxyRefused(this.#proxy, status, authority));
          return;
        }
        if (head.byteLength > 0) socket.unshift(head);
        resolve(socket);
      });
      asking.on('error', reject);
      asking.end();
    });
  }

  /** Ends the connections that are not made yet. */
  dispose(): void {
    for (const socket of [...this.#opening]) socket.destroy();
  }

  #open(
    limitMs: number,
    start: (socket: Socket, resolve: (socket: Socket) => void, reject: (error: unknown) => void) => void,
  ): Promise<Socket> {
    const socket = this.#connect();
    this.#opening.add(socket);
    return new Promise<Socket>((resolve, reject) => {
      const fail = (error: unknown) => {
        reject(error instanceof NomadError ? error : proxyFailed(this.#proxy, error));
        socket.destroy();
      };
      const timer = systemClock.timer(limitMs, () => {
        fail(proxySilent(this.#proxy, limitMs));
      });
      const onClose = () => {
        fail(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
      };
      const settle = () => {
        timer.dispose();
        this.#opening.delete(socket);
        socket.off('close', onClose);
      };
      // Nobody else listens until the connection is handed over, nor once it is given up.
      socket.on('error', fail);
      socket.once('close', onClose);
      start(
        socket,
        (made) => {
          settle();
          socket.off('error', fail);
          resolve(made);
        },
        (error) => {
          settle();
          fail(error);
        },
      );
      socket.once('close', settle);
    });
  }

  #connect(): Socket {
    const { host, port, secure, strict } = this.#proxy;
    if (!secure) return connectPlain({ host, port });
    const name = isIP(host) === 0 ? { servername: host } : {};
    return connectSecure({ host, port, rejectUnauthorized: strict, minVersion: 'TLSv1.2', ...name });
  }

  #ask(socket: Socket, authority: string): ClientRequest {
    const { host, port, authorization } = this.#proxy;
    const credentials = authorization === undefined ? {} : { 'Proxy-Authorization': authorization };
    return new ClientRequest({
      method: 'CONNECT',
      host,
      port,
      path: authority,
      headers: { Host: authority, 'User-Agent': 'nomad-workbench', ...credentials },
      createConnection: () => socket,
    });
  }
}
