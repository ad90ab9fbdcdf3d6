import { request } from 'node:http';
import { connect } from 'node:net';

/** What a health check asks. */
export interface Question {
  readonly kind: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly timeoutMs: number;
}

export interface Reply {
  readonly Status: 'success' | 'failure';
  readonly Output: string;
  readonly StatusCode?: number;
}

const outputLimit = 3 * 1024;

/** Asks once, in Nomad's words. Never rejects; an abort counts as a failure. */
export function probe(question: Question, signal: AbortSignal): Promise<Reply> {
  return question.kind === 'http' ? probeHttp(question, signal) : probeTcp(question, signal);
}

function probeTcp({ host, port, timeoutMs }: Question, signal: AbortSignal): Promise<Reply> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs, signal });
    const settle = (reply: Reply) => {
      socket.destroy();
      resolve(reply);
    };
    socket.once('connect', () => {
      settle({ Status: 'success', Output: 'nomad: tcp ok' });
    });
    socket.once('timeout', () => {
      settle(failure(`dial tcp ${host}:${String(port)}: i/o timeout`));
    });
    socket.once('error', (error) => {
      settle(failure(dialError(host, port, error)));
    });
  });
}

function probeHttp(question: Question, signal: AbortSignal): Promise<Reply> {
  const { host, port, path, method, body, timeoutMs } = question;
  const asked = `${titled(method)} "http://${host}:${String(port)}${path}"`;
  return new Promise((resolve) => {
    const headers = Object.entries(question.headers).map(([name, values]) => [name, [...values]]);
    const options = { host, port, path, method, timeout: timeoutMs, signal, agent: false as const };
    const outgoing = request({ ...options, headers: Object.fromEntries(headers) as Record<string, string[]> });
    outgoing.once('timeout', () => {
      resolve(failure(`nomad: ${asked}: context deadline exceeded`));
      outgoing.destroy();
    });
    outgoing.once('error', (error) => {
      resolve(failure(`nomad: ${asked}: ${dialError(host, port, error)}`));
    });
    outgoing.once('response', (response) => {
      const StatusCode = response.statusCode ?? 0;
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text = (text + part).slice(0, outputLimit)));
      response.once('close', () => {
        const Output = StatusCode === 200 ? 'nomad: http ok' : text;
        resolve({ Status: StatusCode < 400 ? 'success' : 'failure', Output, StatusCode });
      });
    });
    outgoing.end(body);
  });
}

function failure(Output: string): Reply {
  return { Status: 'failure', Output };
}

function dialError(host: string, port: number, error: NodeJS.ErrnoException): string {
  const reason = error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message;
  return `dial tcp ${host}:${String(port)}: ${reason}`;
}

/** `GET` as Go's client writes it in errors. */
function titled(method: string): string {
  return method.slice(0, 1).toUpperCase() + method.slice(1).toLowerCase();
}
