import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Clock } from '../../../src/base/clock.ts';
import type { Disposable } from '../../../src/base/lifetime.ts';

/** What becomes of a request with a token in a header. */
export type HeaderMode = 'pass' | 'strip' | 'forbid' | 'bad request' | 'too large';

const refusals: Readonly<Partial<Record<HeaderMode, string>>> = {
  forbid: '403 Forbidden',
  'bad request': '400 Bad Request',
  'too large': '431 Request Header Fields Too Large',
};

const tokenHeader = /^x-nomad-token:.*\r\n/im;

/** Stands before an agent and minds the heads of requests. Takes one request a connection, as upgrades are. */
export class HeaderProxy {
  /** The heads that came, one a request. */
  readonly heads: string[] = [];
  mode: HeaderMode = 'pass';
  /** Cuts a connection over which nothing went to the agent for so long, by this clock. */
  idle: { readonly ms: number; readonly clock: Clock } | undefined;
  /** Told of what goes to the agent after the head. */
  onTraffic: () => void = () => undefined;
  readonly #server: Server;
  readonly #far: URL;
  readonly #open = new Set<Socket>();

  private constructor(address: string) {
    this.#far = new URL(address);
    this.#server = createServer((near) => {
      this.#open.add(near);
      near.on('error', () => undefined);
      near.on('close', () => this.#open.delete(near));
      near.once('data', (head: Buffer) => {
        this.#serve(near, head.toString('latin1'));
      });
    });
  }

  static async to(address: string): Promise<HeaderProxy> {
    const proxy = new HeaderProxy(address);
    await new Promise<void>((resolve) => {
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get address(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    for (const near of this.#open) near.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  #serve(near: Socket, head: string): void {
    this.heads.push(head);
    const refusal = tokenHeader.test(head) ? refusals[this.mode] : undefined;
    if (refusal !== undefined) {
      const page = `<html><head><title>${refusal}</title></head></html>`;
      const fields = `Content-Type: text/html\r\nContent-Length: ${String(page.length)}\r\nConnection: close`;
      near.end(`HTTP/1.1 ${refusal}\r\n${fields}\r\n\r\n${page}`);
      return;
    }
    const far = connect(Number(this.#far.port), this.#far.hostname);
    this.#watch(near);
    far.on('error', () => near.destroy());
    far.on('close', () => near.destroy());
    near.on('close', () => far.destroy());
    far.write(this.mode === 'strip' ? head.replace(tokenHeader, '') : head, 'latin1');
    near.pipe(far).pipe(near);
  }

  #watch(near: Socket): void {
    let timer: Disposable | undefined;
    const begin = () => {
      timer?.dispose();
      timer = this.idle?.clock.timer(this.idle.ms, () => near.destroy());
    };
    begin();
    near.on('data', () => {
      begin();
      this.onTraffic();
    });
    near.on('close', () => {
      timer?.dispose();
    });
  }
}
