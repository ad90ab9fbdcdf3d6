import { createConnection, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** What passes between a client and a server, counted as it is on the wire. */
export interface Wire {
  readonly address: string;
  /** Method and path with its query, of each request in the order in which they came. */
  readonly requests: string[];
  /** Bytes that the server sent. */
  readonly received: number;
  /** Connections that are open. */
  readonly open: number;
  /** Sends nothing more on and closes nothing, as a path that died. */
  stall(): void;
  close(): Promise<void>;
}

/** Leads to a server on this machine. Requests are told apart by their first lines, so bodies must not look like one. */
export async function startWire(address: string): Promise<Wire> {
  const counts = { received: 0, stalled: false };
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  const server = createServer((near) => {
    join(near, createConnection(Number(new URL(address).port), '127.0.0.1'), sockets, requests, counts);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests,
    get received() {
      return counts.received;
    },
    get open() {
      return sockets.size / 2;
    },
    stall: () => {
      counts.stalled = true;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function join(
  near: Socket,
  far: Socket,
  sockets: Set<Socket>,
  requests: string[],
  counts: { received: number; stalled: boolean },
): void {
  for (const [socket, other] of [
    [near, far],
    [far, near],
  ] as const) {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  }
  near.on('data', (data) => {
    for (const [, line = ''] of data.toString('latin1').matchAll(/^((?:GET|POST|PUT|DELETE) \S+) HTTP\/1\.1\r$/gm)) {
      requests.push(line);
    }
    far.write(data);
  });
  far.on('data', (data) => {
    counts.received += data.length;
    if (!counts.stalled) near.write(data);
  });
}
