import { request } from 'node:http';
import { Socket, isIPv6 } from 'node:net';
import type { Clock } from '../../../src/base/clock.ts';
import { Lifetime } from '../../../src/base/lifetime.ts';

/** What a health check asks. */
export interface Question {
  readonly kind: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  /** How long the whole of the answer may take. */
  readonly timeoutMs: number;
}

export interface Reply {
  readonly Status: 'success' | 'failure';
  readonly Output: string;
  readonly StatusCode?: number;
}

const outputLimit = 3 * 1024;

/** Asks; what it opens is the lifetime's. Returns what the check says when its time is up. */
type Ask = (question: Question, settle: (reply: Reply) => void, lifetime: Lifetime) => () => Reply;

/** Asks once, in Nomad's words. Never rejects: what can't be asked is a failure, and so is an abort. */
export async function probe(question: Question, signal: AbortSignal, clock: Clock): Promise<Reply> {
  if (signal.aborted) return failure('context canceled');
  const lifetime = new Lifetime();
  try {
    return await new Promise<Reply>((resolve) => {
      const onAbort = () => {
        resolve(failure('context canceled'));
      };
      signal.addEventListener('abort', onAbort);
      lifetime.onEnd(() => {
        signal.removeEventListener('abort', onAbort);
      });
      const late = (question.kind === 'http' ? askHttp : askTcp)(question, resolve, lifetime);
      const expire = () => {
        resolve(late());
      };
      lifetime.own(clock.timer(question.timeoutMs, expire));
    });
  } catch (error) {
    // Node throws at once for a port, path, method or header that can't be.
    return failure(`nomad: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    lifetime.dispose();
  }
}

const askTcp: Ask = ({ host, port }, settle, lifetime) => {
  const socket = new Socket();
  lifetime.onEnd(() => socket.destroy());
  socket.once('connect', () => {
    settle({ Status: 'success', Output: 'nomad: tcp ok' });
  });
  socket.on('error', (error) => {
    settle(failure(dialError(host, port, error)));
  });
  socket.connect({ host, port });
  return () => failure(`dial tcp ${addressOf(host, port)}: i/o timeout`);
};

const askHttp: Ask = (question, settle, lifetime) => {
  const { host, port, method, body } = question;
  const { pathname, search } = new URL(question.path, `http://${addressOf(host, port)}`);
  const path = pathname + search;
  const asked = `${titled(method)} "http://${addressOf(host, port)}${path}"`;
  const headers = Object.entries(question.headers).map(([name, values]) => [name, [...values]] as [string, string[]]);
  const outgoing = request({ host, port, path, method, agent: false, headers: Object.fromEntries(headers) });
  lifetime.onEnd(() => outgoing.destroy());
  let late = failure(`nomad: ${asked}: context deadline exceeded`);
  outgoing.on('error', (error) => {
    settle(failure(`nomad: ${asked}: ${dialError(host, port, error)}`));
  });
  outgoing.once('response', (response) => {
    const StatusCode = response.statusCode ?? 0;
    const answer = { Status: StatusCode < 400 ? 'success' : 'failure', StatusCode } as const;
    // Of an answer that is well nothing but its status counts.
    if (StatusCode === 200) settle({ ...answer, Output: 'nomad: http ok' });
    late = { ...answer, Output: 'nomad: context deadline exceeded' };
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (part: string) => {
      text = (text + part).slice(0, outputLimit);
      if (text.length === outputLimit) settle({ ...answer, Output: text });
    });
    response.once('close', () => {
      settle({ ...answer, Output: text });
    });
  });
  outgoing.end(body);
  return () => late;
};

function failure(Output: string): Reply {
  return { Status: 'failure', Output };
}

function dialError(host: string, port: number, error: NodeJS.ErrnoException): string {
  const reason = error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message;
  return `dial tcp ${addressOf(host, port)}: ${reason}`;
}

function addressOf(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${String(port)}`;
}

/** `GET` as Go's client writes it in errors. */
function titled(method: string): string {
  return method.slice(0, 1).toUpperCase() + method.slice(1).toLowerCase();
}
