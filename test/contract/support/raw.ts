import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { Contract } from './contract.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** UTF-8, as it came. */
  readonly body: string;
}

export interface RawOptions {
  readonly method?: string;
  /** Sent as it is. */
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

const limitMs = 20_000;

/** One request without the client, for what the client hides or would not send. `path` is sent as it is. */
export function raw(contract: Contract, path: string, options: RawOptions = {}): Promise<RawAnswer> {
  const { address, token } = contract.target.connection;
  const url = new URL(address);
  const secret = typeof token === 'string' ? { 'X-Nomad-Token': token } : {};
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: url.hostname,
        port: url.port,
        method: options.method ?? 'GET',
        path,
        headers: { ...secret, ...options.headers },
        agent: false,
        timeout: limitMs,
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(parts).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`No answer to ${path} in ${String(limitMs)} ms`)));
    sent.on('error', reject);
    sent.end(options.body);
  });
}

/** The status and the text of an answer, to be compared as one. */
export async function refusal(contract: Contract, path: string, options: RawOptions = {}): Promise<[number, string]> {
  const { status, body } = await raw(contract, path, options);
  return [status, body];
}
