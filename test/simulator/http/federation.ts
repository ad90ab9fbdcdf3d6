import type { HttpServer } from './server.ts';

/** How a server is called, and where it says that it listens. */
export interface ServerIdentity {
  readonly id: string;
  /** With the region, as gossip has it. */
  readonly name: string;
  readonly region: string;
  readonly rpcPort: number;
  readonly serfPort: number;
}

/** The ports are those that Nomad has by default; of further regions they stand behind the port of HTTP. */
export function identityOf(region: string, httpPort: number): ServerIdentity {
  const isUsual = region === 'global';
  return {
    id: isUsual ? '00000000-0000-4000-8000-000000000001' : `00000000-0000-4000-8000-${hexOf(region)}`,
    name: `server-1.${region}`,
    region,
    rpcPort: isUsual ? 4647 : httpPort + 1,
    serfPort: isUsual ? 4648 : httpPort + 2,
  };
}

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex').padEnd(12, '0').slice(0, 12);
}

export function rpcAddressOf({ rpcPort }: ServerIdentity): string {
  return `127.0.0.1:${String(rpcPort)}`;
}

/** Regions that know of each other, each with one server. */
export class Federation {
  readonly #servers: HttpServer[] = [];

  constructor(first: HttpServer) {
    this.#servers.push(first);
  }

  /** In the order of their names. */
  get regions(): readonly string[] {
    return this.#servers.map(({ region }) => region).sort();
  }

  /** In the order in which they joined. */
  get servers(): readonly HttpServer[] {
    return this.#servers;
  }

  find(region: string): HttpServer | undefined {
    return this.#servers.find((server) => server.region === region);
  }

  /** Takes in the servers of another federation. @throws Error for a region that both have */
  merge(other: Federation): void {
    for (const server of other.servers) {
      if (this.find(server.region) !== undefined) throw new Error(`Two servers are of the region ${server.region}`);
      this.#servers.push(server);
    }
  }

  leave(server: HttpServer): void {
    const at = this.#servers.indexOf(server);
    if (at !== -1) this.#servers.splice(at, 1);
  }
}
