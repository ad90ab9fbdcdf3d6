import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

const page = '<html><head><title>504 Gateway Time-out</title></head></html>';
const gatewayTimeout =
  `HTTP/1.1 504 Gateway Time-out\r\nContent-Type: text/html\r\nContent-Length: ${String(page.length)}\r\n` +
  `Connection: close\r\n\r\n${page}`;

/** Stands between a client and an agent, and can be a bad way to it. */
export class Relay {
  /** Those of the client, as long as they are open. */
  readonly open = new Set<Socket>();
  /** How many there were. */
  connections = 0;
  /** What becomes of new ones: refused at once, answered as a gateway does that waited too long, or passed on. */
  mode: 'pass' | 'refuse' | 'timeout' = 'pass';
  /** Cuts each connection once so many bytes went to the client over it. */
  cutAfterBytes: () => number = () => Infinity;
  readonly #server: Server;
  readonly #far: URL;

  private constructor(address: string) {
    this.#far = new URL(address);
    this.#server = createServer((near) => {
      this.#serve(near);
    });
  }

  static async to(address: string): Promise<Relay> {
    const relay = new Relay(address);
    await new Promise<void>((resolve) => {
      relay.#server.listen(0, '127.0.0.1', resolve);
    });
    return relay;
  }

  get address(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** Cuts every connection that is open. */
  cut(): void {
    for (const near of this.open) near.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  #serve(near: Socket): void {
    this.connections += 1;
    near.on('error', () => undefined);
    if (this.mode === 'refuse') {
      near.destroy();
      return;
    }
    if (this.mode === 'timeout') {
      near.once('data', () => near.end(gatewayTimeout));
      return;
    }
    this.open.add(near);
    const far = connect(Number(this.#far.port), this.#far.hostname);
    far.on('error', () => near.destroy());
    far.on('close', () => near.destroy());
    near.on('close', () => {
      this.open.delete(near);
      far.destroy();
    });
    const limit = this.cutAfterBytes();
    let passed = 0;
    far.on('data', (data: Buffer) => {
      passed += data.length;
      if (passed > limit) near.destroy();
      else if (!near.write(data)) {
        far.pause();
        near.once('drain', () => far.resume());
      }
    });
    near.pipe(far);
  }
}
