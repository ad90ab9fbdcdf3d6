import type { Disposable } from '../../base/lifetime.ts';
import { straight, wayOfEnvironment } from '../../base/proxies.ts';
import type { FindWay, Proxy, Way } from '../../base/proxies.ts';
import { SocketAgents } from './agents.ts';
import type { ParsedAddress, TlsOptions } from './connection.ts';
import { NomadError } from './errors.ts';
import { loadTls } from './tls.ts';
import type { LoadedTls } from './tls.ts';

/** The way that requests take at the moment. */
export interface OpenWay {
  readonly way: Way;
  readonly agents: SocketAgents;
  readonly tls: LoadedTls | undefined;
  /** The proxy that reads the requests of a plain server and passes them on. */
  readonly forwarder: Proxy | undefined;
}

/** Finds the way to one agent, and keeps the sockets of it. */
export class Ways implements Disposable {
  readonly #address: ParsedAddress;
  readonly #url: URL;
  readonly #tlsOptions: TlsOptions;
  readonly #find: FindWay;
  #tls: Promise<LoadedTls> | undefined;
  #present: { readonly key: string; readonly agents: SocketAgents } | undefined;
  readonly #left: SocketAgents[] = [];
  #editorGoesStraight = false;
  #disposed = false;

  constructor(address: ParsedAddress, tlsOptions: TlsOptions, find: FindWay | undefined) {
    this.#address = address;
    this.#url = new URL(address.origin);
    this.#tlsOptions = tlsOptions;
    this.#find = find ?? ((url) => wayOfEnvironment(process.env, url));
  }

  /** @throws {NomadError} of kind `tls`, naming a file; `unreachable` where a proxy can't be used; `closed` */
  async open(): Promise<OpenWay> {
    const tls = this.#address.secure ? await this.#loadTls() : undefined;
    if (this.#disposed) {
      throw new NomadError('closed', `The connection to ${this.#address.displayAddress} was closed.`);
    }
    const way = this.#way();
    const forwarder = way.kind === 'proxy' && tls === undefined ? way : undefined;
    return { way, agents: this.#agentsOf(way, tls), tls, forwarder };
  }

  /** Notes that the editor uses no proxy for this server, so from now on it isn't asked. */
  foundStraight(): void {
    this.#editorGoesStraight = true;
  }

  /** Closes the idle sockets. A failure may mean that the network has changed. */
  dropIdle(): void {
    this.#editorGoesStraight = false;
    this.#present?.agents.dropIdle();
  }

  dispose(): void {
    this.#disposed = true;
    for (const agents of [this.#present?.agents, ...this.#left]) agents?.dispose();
  }

  #way(): Way {
    const way = this.#find(this.#url);
    if (way.kind === 'none') throw new NomadError('unreachable', way.why);
    return way.kind === 'editor' && this.#editorGoesStraight ? straight : way;
  }

  /** Requests under way keep the sockets that they started with. */
  #agentsOf(way: Way, tls: LoadedTls | undefined): SocketAgents {
    const key = way.kind === 'proxy' ? JSON.stringify(way) : '';
    if (this.#present?.key !== key) {
      this.#present?.agents.dropIdle();
      if (this.#present !== undefined) this.#left.push(this.#present.agents);
      this.#present = { key, agents: new SocketAgents(tls, way) };
    }
    return this.#present.agents;
  }

  #loadTls(): Promise<LoadedTls> {
    this.#tls ??= loadTls(this.#tlsOptions).catch((error: unknown) => {
      // So that a file that is fixed later is read then.
      this.#tls = undefined;
      throw error;
    });
    return this.#tls;
  }
}
