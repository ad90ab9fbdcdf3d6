import { readFile } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { WebSocket } from 'ws';
import type { TlsOptions } from '../../../simulator/http/server.ts';
import { makeCertificateFiles } from '../../../support/certificates.ts';

/** What one client with its certificates, or without, got from the HTTPS port. */
export interface RecordedTls {
  /** Who it was, as the recording names it. */
  readonly client: string;
  readonly host?: string;
  readonly path?: string;
  /** A WebSocket in place of a request. */
  readonly socket?: true;
  readonly open?: true;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
  /** Whose certificate the server showed. */
  readonly subject?: string;
  readonly altnames?: string;
  readonly protocol?: string;
  readonly alpn?: string | boolean;
  readonly error?: string;
  readonly message?: string;
  readonly reason?: string;
}

type Outcome = Omit<RecordedTls, 'client' | 'host' | 'path' | 'socket'>;

interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** PEM texts. */
export interface Credentials {
  readonly ca: string;
  readonly server: Pair;
  readonly client: Pair;
  /** Signed by an authority that the server does not know. */
  readonly foreign: Pair;
}

export async function makeCredentials(): Promise<Credentials> {
  const [own, other] = await Promise.all([makeCertificateFiles(), makeCertificateFiles()]);
  const read = (file: string) => readFile(file, 'utf8');
  const pair = async (cert: string, key: string) => ({ cert: await read(cert), key: await read(key) });
  try {
    return {
      ca: await read(own.caFile),
      server: await pair(own.serverCertFile, own.serverKeyFile),
      client: await pair(own.clientCertFile, own.clientKeyFile),
      foreign: await pair(other.clientCertFile, other.clientKeyFile),
    };
  } finally {
    await Promise.all([own.dispose(), other.dispose()]);
  }
}

/** A server that demands certificates of its authority. */
export function serverOptions({ ca, server }: Credentials): TlsOptions {
  return { ...server, ca, requestCert: true };
}

/** The clients of the recording, by the names that it has for them. */
const clients: Readonly<Record<string, (made: Credentials) => ConnectionOptions>> = {
  none: () => ({}),
  'system CAs, no client certificate': () => ({}),
  'ca, no client certificate': ({ ca }) => ({ ca }),
  'ca, no client certificate, TLS 1.2': ({ ca }) => ({ ca, maxVersion: 'TLSv1.2' }),
  'ca, servername server.global.nomad': ({ ca }) => ({ ca, servername: 'server.global.nomad' }),
  'ca + cli certificate': ({ ca, client }) => ({ ca, ...client }),
  'ca + cli certificate, localhost': ({ ca, client }) => ({ ca, ...client }),
  'servername wrong.example': ({ ca, client }) => ({ ca, ...client, servername: 'wrong.example' }),
  'servername server.global.nomad': ({ ca, client }) => ({ ca, ...client, servername: 'server.global.nomad' }),
  'no verification, no certificate': () => ({ rejectUnauthorized: false }),
  'no verification + certificate': ({ client }) => ({ ...client, rejectUnauthorized: false }),
  'certificate without key': ({ ca, client }) => ({ ca, cert: client.cert }),
  'mismatched key': ({ ca, client, server }) => ({ ca, cert: client.cert, key: server.key }),
  'server certificate as client certificate': ({ ca, server }) => ({ ca, ...server }),
  'client certificate from another CA': ({ ca, foreign }) => ({ ca, ...foreign }),
  'TLS 1.1': ({ ca, client }) => ({
    ...{ ca, ...client, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' },
    // Without this, OpenSSL itself does not offer so old a version.
    ciphers: 'DEFAULT@SECLEVEL=0',
  }),
};

/** Does what the recorded client did. */
export async function playTls(port: number, recorded: RecordedTls, made: Credentials): Promise<Outcome> {
  const options = clients[recorded.client]?.(made);
  if (options === undefined) throw new Error(`No such client: ${recorded.client}`);
  try {
    return recorded.socket === true ? await open(port, options) : await get(port, recorded, options);
  } catch (error) {
    return failureOf(error);
  }
}

/** Of an alert only its number, as its name changes with OpenSSL's version; and no advice, as Node's does with its own. */
function failureOf(error: unknown): Outcome {
  const { code = '', message, reason } = error as Error & { code?: string; reason?: string };
  const short = /SSL alert number \d+/.exec(message)?.[0] ?? message.split('; ')[0] ?? '';
  return { error: code, message: short, ...(reason === undefined ? {} : { reason }) };
}

function get(port: number, { client, host = '', path = '' }: RecordedTls, options: ConnectionOptions) {
  return new Promise<Outcome>((resolve, reject) => {
    const target = { host, port, path, agent: false } as const;
    const finish = (response: IncomingMessage) => {
      const parts: Buffer[] = [];
      const peer = peerOf(response);
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const type = response.headers['content-type'];
        const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
        const text = Buffer.concat(parts).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers, text, ...peer });
      });
    };
    const sent: ClientRequest =
      client === 'none' ? plainRequest(target, finish) : request({ ...target, ...options }, finish);
    sent.on('error', reject);
    sent.end();
  });
}

function peerOf({ socket }: IncomingMessage): Outcome {
  if (!(socket instanceof TLSSocket)) return {};
  const { subject, subjectaltname: altnames = '' } = socket.getPeerCertificate();
  const name = Array.isArray(subject.CN) ? subject.CN.join() : subject.CN;
  return { subject: name ?? '', altnames, protocol: socket.getProtocol() ?? '', alpn: socket.alpnProtocol ?? '' };
}

const anyPath = '/v1/client/allocation/11111111-2222-3333-4444-555555555555/exec?task=server&command=%5B%22true%22%5D';

function open(port: number, options: ConnectionOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`wss://127.0.0.1:${String(port)}${anyPath}`, options);
    socket.on('error', reject);
    socket.on('open', () => {
      resolve({ open: true });
      socket.terminate();
    });
  });
}

const compared = ['status', 'headers', 'text', 'subject', 'altnames', 'protocol', 'alpn', 'open', 'error'] as const;

/** How an outcome differs from the recorded one, one line each. */
export function compareTls(recorded: RecordedTls, outcome: Outcome): string[] {
  const words = (['message', 'reason'] as const).filter((name) => recorded[name] !== undefined);
  return [...compared, ...words].flatMap((name) => {
    const [now = 'nothing', then = 'nothing'] = [outcome[name], recorded[name]].map((each) => JSON.stringify(each));
    return now === then ? [] : [`${name}: ${now} instead of ${then}`];
  });
}
