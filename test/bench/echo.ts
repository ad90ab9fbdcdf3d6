import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { OutputQueue } from '../../src/features/exec/outputQueue.ts';
import type { NomadClient } from '../../src/nomad/client.ts';
import type { Figure } from './figures.ts';

const keys = 300;
/** About as fast as anybody types, with a key held down. */
const betweenMs = 12;

/** Sends a key, and resolves when it has come back. */
type Press = () => Promise<unknown>;

/**
 * From a key to its echo, through all that the extension has between a terminal and the socket, beside a bare WebSocket to
 * the same program: what is beyond the wire is the difference, as both are pressed in turn.
 */
export async function measureEcho(
  client: NomadClient,
  address: string,
  allocation: string,
): Promise<readonly Figure[]> {
  const ours = openOurs(client, allocation);
  const bare = await openBare(address, allocation);
  try {
    const times = { ours: [] as number[], bare: [] as number[] };
    for (let key = 0; key < keys; key += 1) {
      for (const [name, { press }] of [['ours', ours] as const, ['bare', bare] as const]) {
        const startMs = performance.now();
        await press();
        times[name].push(performance.now() - startMs);
        await delay(betweenMs);
      }
    }
    const beyond = (part: number) => Math.max(0, quantile(times.ours, part) - quantile(times.bare, part));
    return [
      { name: 'exec.echoBeyondWire', unit: 'ms', value: beyond(0.5) },
      { name: 'exec.echoBeyondWire99', unit: 'ms', value: beyond(0.99) },
    ];
  } finally {
    ours.end();
    bare.end();
  }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

function openOurs(client: NomadClient, allocation: string): { press: Press; end: () => void } {
  const session = client.allocations.exec(allocation, { task: 'server', command: ['cat'], tty: false });
  let echoed: (text: string) => void = () => undefined;
  const nothing = () => undefined;
  const write = (text: string) => {
    echoed(text);
  };
  const queue = new OutputQueue({ write, hold: nothing, release: nothing });
  const decoder = new TextDecoder();
  session.onOutput(({ data }) => {
    queue.push(decoder.decode(data, { stream: true }));
  });
  const press = () =>
    new Promise((resolve) => {
      echoed = resolve;
      session.write('k');
    });
  const end = () => {
    session.dispose();
    queue.dispose();
  };
  return { press, end };
}

async function openBare(address: string, allocation: string): Promise<{ press: Press; end: () => void }> {
  const query = new URLSearchParams({ task: 'server', command: '["cat"]', tty: 'false' });
  const url = `${address}/v1/client/allocation/${allocation}/exec?${query.toString()}`;
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { perMessageDeflate: false });
  await once(socket, 'open');
  const press = () => {
    const echo = once(socket, 'message');
    socket.send('{"stdin":{"data":"aw=="}}');
    return echo;
  };
  const end = () => {
    socket.send('{"stdin":{"close":true}}');
    socket.terminate();
  };
  return { press, end };
}
