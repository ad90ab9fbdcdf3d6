import { WebSocket } from 'ws';
import { NomadClient } from '../../src/nomad/client.ts';
import { withSimulator } from './cluster.ts';
import { measureEcho } from './echo.ts';
import { compare } from './figures.ts';
import type { Bench } from './figures.ts';

const megabytes = 20;
const command = ['head', '-c', String(megabytes * 1_000_000), '/dev/zero'];
const limitMs = 30_000;

/**
 * The output of a command in a task, against a reader that only counts what comes over the same WebSocket; and how long the
 * echo of a key takes.
 */
export const exec: Bench = {
  name: 'exec',
  run: () =>
    withSimulator(['--raw-exec'], async (address) => {
      const client = new NomadClient({ address });
      try {
        const allocation = await startTask(client);
        const { ms, ratio } = await compare(
          9,
          () => readSession(client, allocation),
          () => readBare(address, allocation),
        );
        return [
          { name: 'exec.output', unit: 'MB/s', value: megabytes / (ms / 1000) },
          { name: 'exec.outputOverBare', unit: '×', value: ratio },
          ...(await measureEcho(client, address, allocation)),
        ];
      } finally {
        client.dispose();
      }
    }),
};

/** Resolves to the allocation of a task that runs. */
async function startTask(client: NomadClient): Promise<string> {
  const hcl = `job "bench" {
    group "app" {
      task "server" {
        driver = "raw_exec"
        config {
          command = "sleep"
          args    = ["600"]
        }
      }
    }
  }`;
  const { value: job } = await client.jobs.parse({ hcl, canonicalize: true });
  await client.jobs.register(job);
  const signal = AbortSignal.timeout(limitMs);
  let index: number | undefined;
  for (;;) {
    const { value, meta } = await client.jobs.allocations(job.ID, { signal, index, waitMs: 5000 });
    const running = value.find((one) => one.ClientStatus === 'running');
    if (running !== undefined) return running.ID;
    index = Math.max(1, meta.index);
  }
}

async function readSession(client: NomadClient, allocation: string): Promise<void> {
  const session = client.allocations.exec(allocation, {
    ...{ task: 'server', command, tty: false },
    signal: AbortSignal.timeout(limitMs),
  });
  let bytes = 0;
  session.onOutput(({ data }) => {
    bytes += data.byteLength;
  });
  session.closeStdin();
  const end = await session.ended;
  if (end.kind === 'closed') throw end.error;
  if (bytes !== megabytes * 1_000_000) throw new Error(`${String(bytes)} bytes of output came.`);
}

async function readBare(address: string, allocation: string): Promise<void> {
  const query = new URLSearchParams({ task: 'server', command: JSON.stringify(command), tty: 'false' });
  const url = `${address}/v1/client/allocation/${allocation}/exec?${query.toString()}`;
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { perMessageDeflate: false });
  let bytes = 0;
  const exited = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      bytes += data.byteLength;
      // Only the last frame is that short and says so.
      if (data.byteLength < 200 && data.includes('"exited":true')) resolve();
    });
    socket.on('close', () => {
      reject(new Error('The session was lost.'));
    });
  });
  socket.on('open', () => {
    socket.send('{"stdin":{"close":true}}');
  });
  await exited.finally(() => {
    socket.terminate();
  });
  if (bytes < megabytes * 1_000_000) throw new Error(`${String(bytes)} bytes came.`);
}
