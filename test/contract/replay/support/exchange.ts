import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { constants, gunzipSync } from 'node:zlib';

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Buffer;
  /** Ends the request after this long; what came until then is the answer. */
  readonly forMs?: number;
  /** Ends it this long after a text has come; an empty one comes with the head of the answer. */
  readonly follow?: { readonly forMs: number; readonly text: string };
  /** Called when the answer begins. */
  readonly begun?: () => void;
}

export interface Received {
  /** 0 when none came. */
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  readonly ended: boolean;
}

const limitMs = 8000;

/** One request, sent as it is. */
export function exchange(port: number, sent: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const { method, path, headers, body, forMs, follow } = sent;
    const parts: Buffer[] = [];
    let head: IncomingMessage | undefined;
    // Without it the body of a deletion has no end.
    const length = method === 'DELETE' && body !== undefined ? { 'Content-Length': Buffer.byteLength(body) } : {};
    const options = { host: '127.0.0.1', port, method, path, headers: { ...length, ...headers }, agent: false };
    const finish = (ended: boolean) => {
      clearTimeout(timer);
      resolve(receivedOf(head, Buffer.concat(parts), ended));
      outgoing.destroy();
    };
    let timer = setTimeout(finish, forMs ?? limitMs, false);
    const begun = once(() => {
      clearTimeout(timer);
      timer = setTimeout(finish, follow?.forMs, false);
    });
    const came = () => {
      if (follow !== undefined && Buffer.concat(parts).includes(follow.text)) begun();
    };
    const outgoing = request(options, (response) => {
      head = response;
      sent.begun?.();
      response.on('data', (part: Buffer) => {
        parts.push(part);
        came();
      });
      response.on('end', finish.bind(undefined, true));
      response.on('error', finish.bind(undefined, false));
      came();
    });
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end(body);
  });
}

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}

function receivedOf(head: IncomingMessage | undefined, body: Buffer, ended: boolean): Received {
  const headers = Object.entries(head?.headers ?? {}).map(([name, value]) => [name, String(value)]);
  const isZipped = head?.headers['content-encoding'] === 'gzip' && body.length > 0;
  return {
    status: head?.statusCode ?? 0,
    headers: Object.fromEntries(headers) as Record<string, string>,
    // What is cut off while it is followed has no end to be checked.
    body: isZipped ? gunzipSync(body, ended ? {} : { finishFlush: constants.Z_SYNC_FLUSH }) : body,
    ended,
  };
}
