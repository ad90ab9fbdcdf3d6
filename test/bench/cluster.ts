import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Agent, IncomingHttpHeaders } from 'node:http';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { root } from '../run/paths.ts';

/** Runs a simulator for as long as `use` takes, in a process of its own: its work is not to be measured. */
export async function withSimulator<T>(
  args: readonly string[],
  use: (address: string, pid: number) => Promise<T>,
): Promise<T> {
  const child = spawn(process.execPath, [join(root, 'test/simulator/cli.ts'), '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    return await use(await addressIn(child.stdout), child.pid ?? 0);
  } finally {
    child.kill();
    await exited;
  }
}

async function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (address !== undefined) {
      output.resume();
      return address;
    }
  }
  throw new Error('The simulator ended before it listened.');
}

/** A GET and its JSON with nothing but Node, as lean as it can be written, asked for as the client asks. */
export function bareGet(
  agent: Agent,
  url: string,
): Promise<{ readonly value: unknown; readonly headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, headers: { 'accept-encoding': 'gzip' } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const bytes = Buffer.concat(parts);
        const plain = response.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
        resolve({ value: JSON.parse(plain.toString('utf8')), headers: response.headers });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
