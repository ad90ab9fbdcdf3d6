import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Emitter } from '../../base/events.ts';
import type { Disposable } from '../../base/lifetime.ts';
import { UserError } from '../../base/userError.ts';

/** Joins a connection with its other side; resolves when both are over, with what went wrong, if anything. Never rejects. */
export interface Join {
  (socket: Socket): Promise<string | undefined>;
  /** Ends what is left of all connections, since no more will come. */
  dispose?(): void;
}

/** More at once are refused: each may be a process in the task. */
const maxConnections = 64;

/** A port of this machine, on its loopback alone, each of whose connections is joined with another side. */
export class PortForward implements Disposable {
  readonly #server: Server;
  readonly #join: Join;
  readonly #sockets = new Set<Socket>();
  readonly #changed = new Emitter<void>();
  /** Fired when a connection comes or goes. */
  readonly onDidChange = this.#changed.event;
  readonly #failed = new Emitter<string>();
  /** Fired with the cause when a connection could not be joined, or was lost. */
  readonly onFailure = this.#failed.event;
  #lastFailure: string | undefined;
  #total = 0;

  /**
   * @param port 0 for one that is free
   * @throws UserError where the port is taken, or may not be used
   */
  static async listen(port: number, join: Join): Promise<PortForward> {
    // One direction may end before the other.
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        reject(new UserError(`${wrong(error)} on this machine.`));
      });
      server.listen({ host: '127.0.0.1', port }, resolve);
    });
    return new PortForward(server, join);

    function wrong({ code, message }: NodeJS.ErrnoException): string {
      if (code === 'EADDRINUSE') return `port ${String(port)} is in use already`;
      if (code === 'EACCES') return `port ${String(port)} may not be used`;
      return `port ${String(port)} can't be opened (${message})`;
    }
  }

  private constructor(server: Server, join: Join) {
    this.#server = server;
    this.#join = join;
    server.on('connection', (socket) => {
      void this.#take(socket);
    });
    server.on('error', () => undefined);
  }

  /** On 127.0.0.1. */
  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  /** How many connections are open, and how many there were in all. */
  get connections(): { readonly open: number; readonly total: number } {
    return { open: this.#sockets.size, total: this.#total };
  }

  /** Why the last connection could not be joined; undefined since one that could. */
  get lastFailure(): string | undefined {
    return this.#lastFailure;
  }

  async #take(socket: Socket): Promise<void> {
    socket.on('error', () => undefined);
    if (this.#sockets.size >= maxConnections) {
      socket.resetAndDestroy();
      this.#ended(`more than ${String(maxConnections)} connections at once`);
      return;
    }
    this.#sockets.add(socket);
    this.#total += 1;
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#changed.fire();
    });
    this.#changed.fire();
    const failure = await this.#join(socket);
    // Whoever keeps a connection whose other side is gone, or still writes to it, holds nothing here.
    socket.resume();
    socket.destroySoon();
    this.#ended(failure);
  }

  #ended(failure: string | undefined): void {
    this.#lastFailure = failure;
    if (failure !== undefined) this.#failed.fire(failure);
  }

  /** Closes the port and all connections. */
  dispose(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#join.dispose?.();
    this.#changed.dispose();
    this.#failed.dispose();
  }
}
