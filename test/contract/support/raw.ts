import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { ClientRequest, IncomingHttpHeaders } from 'node:http';
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

const limitMs = 120_000;

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
    sent.on('timeout', () => sent.destroy(new Error(`No answer to ${withoutSecrets(path)} in ${String(limitMs)} ms`)));
    sent.on('error', reject);
    sent.end(options.body);
  });
}

/** What a path or an answer says without the tokens that it has, so that it can stand in a message. */
export function withoutSecrets(text: string): string {
  return text.replace(/([?&]token=)[^&]*/g, '$1…').replace(/("SecretID":\s*")[^"]*/g, '$1…');
}

/** The text of the answer to a POST, which has to succeed. */
export async function post(contract: Contract, path: string, body: unknown): Promise<string> {
  const answer = await raw(contract, path, { method: 'POST', body: JSON.stringify(body) });
  assert.equal(answer.status, 200, `${withoutSecrets(path)}: ${withoutSecrets(answer.body)}`);
  return answer.body;
}

export interface MadeToken {
  readonly SecretID: string;
  readonly AccessorID: string;
  readonly ExpirationTime?: string;
}

/** A new token that has the policy. */
export async function makeToken(contract: Contract, policy: string, more: object = {}): Promise<MadeToken> {
  const body = { Name: policy, Type: 'client', Policies: [policy], ...more };
  const made = JSON.parse(await post(contract, '/v1/acl/token', body)) as Partial<MadeToken>;
  const { SecretID = '', AccessorID = '' } = made;
  assert.ok(SecretID !== '' && AccessorID !== '', `no token for ${policy}`);
  return { ...made, SecretID, AccessorID };
}

/** The status and the text of an answer, to be compared as one; what is secret in it is left out. */
export async function refusal(contract: Contract, path: string, options: RawOptions = {}): Promise<[number, string]> {
  const { status, body } = await raw(contract, path, options);
  return [status, withoutSecrets(body)];
}

const streamLimitMs = 120_000;

/** An answer that goes on, part by part as it comes from the network. */
export class RawStream {
  readonly parts: Buffer[] = [];
  /** When each part came, in milliseconds. */
  readonly atMs: number[] = [];
  status: number | undefined;
  ended = false;
  readonly #sent: ClientRequest;
  #changed: () => void = () => undefined;

  /** `at`: what is tested, or its address. */
  constructor(at: Contract | string, path: string, headers: Record<string, string> = {}) {
    const { hostname, port } = new URL(typeof at === 'string' ? at : at.target.connection.address);
    this.#sent = request({ host: hostname, port, path, headers, agent: false }, (response) => {
      this.status = response.statusCode;
      response.on('data', (part: Buffer) => {
        this.parts.push(part);
        this.atMs.push(performance.now());
        this.#changed();
      });
      response.on('close', () => {
        this.ended = true;
        this.#changed();
      });
      response.on('error', () => undefined);
      this.#changed();
    });
    this.#sent.on('error', () => {
      this.ended = true;
      this.#changed();
    });
    this.#sent.end();
  }

  get text(): string {
    return Buffer.concat(this.parts).toString('utf8');
  }

  /** Resolves once `done` is true; fails after a while. */
  async until(what: string, done: () => boolean, limitMs = streamLimitMs): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`Waited in vain for ${what}. Seen: ${this.text.slice(-500)}`));
      }, limitMs);
      this.#changed = () => {
        if (done()) resolve();
      };
      this.#changed();
    }).finally(() => {
      clearTimeout(timer);
    });
  }

  destroy(): void {
    this.#sent.destroy();
  }
}
