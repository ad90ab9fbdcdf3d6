import { once } from 'node:events';
import { WebSocket } from 'ws';
import { NomadClient } from '../../src/nomad/client.ts';
import { withSimulator } from './cluster.ts';
import { measureEcho } from './echo.ts';
import { jobKey, placeOf } from '../../src/state/tables/keys.ts';
import { OutputQueue } from '../../src/features/exec/outputQueue.ts';
import { openShell } from '../../src/operations/exec/openShell.ts';
import { runCommand } from '../run/command.ts';
import { compare, heapBytes, median } from './figures.ts';
import type { Bench, Figure } from './figures.ts';

const megabytes = 50;
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
          5,
          () => readSession(client, allocation),
          () => readBare(address, allocation),
        );
        return [
          { name: 'exec.output', unit: 'MB/s', value: megabytes / (ms / 1000) },
          { name: 'exec.outputOverBare', unit: '×', value: ratio },
          await overCli(client, address, allocation),
          await measureOpening(client, address, allocation),
          ...(await measureEcho(client, address, allocation)),
          await measureFlood(client, allocation),
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

/** The same output against `nomad alloc exec`. */
async function overCli(client: NomadClient, address: string, allocation: string): Promise<Figure> {
  const named = { name: 'exec.outputOverCli', unit: '×' } as const;
  const program = process.env['NOMAD_BIN'];
  if (program === undefined) return { ...named, skipped: 'NOMAD_BIN names no nomad' };
  // The shell takes the output away, as a terminal would, without a way through this process.
  const line = `'${program}' alloc exec -t=false -i=false -task server ${allocation} ${command.join(' ')} | wc -c`;
  const readCli = async () => {
    const { code, output } = await runCommand('/bin/sh', ['-c', line], { env: { NOMAD_ADDR: address } });
    if (code !== 0 || Number(output) !== megabytes * 1_000_000) throw new Error(`nomad alloc exec: ${output}`);
  };
  const { ratio } = await compare(5, () => readSession(client, allocation), readCli);
  return { ...named, value: ratio };
}

/** How far memory grows while a terminal is flooded, with what only waits to be collected. */
async function measureFlood(client: NomadClient, allocation: string): Promise<Figure> {
  const session = client.allocations.exec(allocation, {
    ...{ task: 'server', command, tty: true, size: { rows: 24, columns: 80 } },
    signal: AbortSignal.timeout(2 * limitMs),
  });
  await session.opened;
  const held = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  // Collects what there is before.
  heapBytes();
  const before = held();
  let most = 0;
  const queue = new OutputQueue({
    write: () => {
      most = Math.max(most, held() - before);
    },
    hold: () => {
      session.pause();
    },
    release: () => {
      session.resume();
    },
  });
  const decoder = new TextDecoder();
  session.onOutput(({ data }) => {
    queue.push(decoder.decode(data, { stream: true }));
  });
  const end = await session.ended;
  queue.dispose();
  if (end.kind === 'closed') throw end.error;
  return { name: 'exec.floodGrowth', unit: 'MB', value: most / 1_000_000 };
}

const openings = 20;

/** From the moment a shell is asked for to its prompt, beyond what a bare WebSocket takes for the same. */
async function measureOpening(client: NomadClient, address: string, allocation: string): Promise<Figure> {
  const shell = {
    task: 'server',
    command: ['/bin/sh'],
    place: placeOf(jobKey('default', 'bench'), undefined),
    size: undefined,
  };
  const open = async () => {
    const session = openShell(client, allocation, shell);
    await new Promise<void>((resolve, reject) => {
      session.onOutput(() => {
        resolve();
      });
      void session.ended.then((end) => {
        reject(new Error(`The shell ended: ${JSON.stringify(end)}`));
      });
    });
    return () => {
      session.dispose();
    };
  };
  const openBare = async () => {
    const query = new URLSearchParams({ task: 'server', command: '["/bin/sh"]', tty: 'true' });
    const url = `${address}/v1/client/allocation/${allocation}/exec?${query.toString()}`;
    const socket = new WebSocket(url.replace(/^http/, 'ws'), { perMessageDeflate: false });
    await once(socket, 'message');
    return () => {
      socket.terminate();
    };
  };
  const { ours, bare } = await timeInTurns(open, openBare);
  return { name: 'exec.openBeyondServer', unit: 'ms', value: Math.max(0, median(ours) - median(bare)) };
}

type Opening = () => Promise<() => void>;

/** Milliseconds of each opening, one of ours after one that is bare, so that a busy moment meets both. */
async function timeInTurns(open: Opening, openBare: Opening): Promise<{ ours: number[]; bare: number[] }> {
  const times: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  for (let round = 0; round < openings; round += 1) {
    for (const [name, start] of [['ours', open] as const, ['bare', openBare] as const]) {
      const startMs = performance.now();
      const end = await start();
      times[name].push(performance.now() - startMs);
      end();
    }
  }
  return times;
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
