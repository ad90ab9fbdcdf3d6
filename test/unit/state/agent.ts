import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NomadEvent } from '../../../src/nomad/types/event.ts';
import type { JobStatusItem } from '../../../src/nomad/types/job.ts';

interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as text. */
  readonly text?: string;
}

type Handler = (url: URL, body: unknown) => Reply | Promise<Reply>;

/** What the list of jobs says of one of which a status is given. */
export function stubOf(item: JobStatusItem): object {
  const { Allocs, ChildStatuses, GroupCountSum, ...rest } = item;
  const count = (status: string) => (Allocs ?? []).filter(({ ClientStatus }) => ClientStatus === status).length;
  const running = Allocs === null ? GroupCountSum : count('running');
  const summary = { Queued: 0, Complete: count('complete'), Failed: count('failed'), Running: running };
  const runs = (status: string) => (ChildStatuses ?? []).filter((one) => one === status).length;
  return {
    ...{ ParentID: '', CreateIndex: 1, JobModifyIndex: item.ModifyIndex, ...rest },
    ...{ Periodic: (ChildStatuses ?? null) !== null, ParameterizedJob: false },
    JobSummary: {
      Summary: { app: { ...summary, Starting: count('pending'), Lost: count('lost'), Unknown: 0 } },
      Children: { Pending: runs('pending'), Running: runs('running'), Dead: runs('dead') },
    },
  };
}

/**
 * An agent that answers what a test tells it to, for orders of answers and events that a real one can't be made to
 * produce. Blocking reads of `/v1/jobs` are held until {@link wakeJobs}.
 */
export class Agent {
  readonly requests: string[] = [];
  /** How often the list of all jobs was begun. */
  lists = 0;
  /** How often it was waited for a change of a job. */
  polls = 0;
  /** From which index each event stream was asked for. */
  readonly streamedFrom: (number | undefined)[] = [];
  readonly #server: Server;
  readonly #handlers = new Map<string, Handler>();
  readonly #streams = new Set<ServerResponse>();
  readonly #held = new Set<() => void>();
  readonly #waiting: { path: string; resolve: () => void }[] = [];
  index = 100;
  /** How the event stream answers. */
  events: 'open' | 'denied' | 'missing' = 'open';
  /** Told of each stream that was opened, with the index that it was asked from. */
  onStream: ((from: number | undefined) => void) | undefined;
  /** Whether a stream that goes on from where another one was shows that nothing is missing. */
  keeps = false;
  /** Whether blocking reads wait for a change. */
  holds = true;

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    this.listJobs(() => []);
    this.handle('/v1/deployments', () => ({ body: [] }));
    this.handle('/v1/evaluations', () => ({ body: [] }));
    this.handle('/v1/allocations', () => ({ body: [] }));
    const config = { Region: 'global', Version: { Version: '2.0.5' } };
    this.handle('/v1/status/leader', () => ({ body: '127.0.0.1:4647' }));
    this.handle('/v1/agent/self', () => ({ body: { config, member: {}, stats: {} } }));
  }

  handle(path: string, handler: Handler): void {
    this.#handlers.set(path, handler);
  }

  /** Has jobs in its lists; a list of runs is empty, and one that is asked for by ids or prefix has those. */
  listJobs(items: () => readonly JobStatusItem[]): void {
    this.handle('/v1/jobs', (url) => {
      const filter = url.searchParams.get('filter') ?? '';
      if (filter.includes('ParentID is not empty')) return { body: [] };
      const prefix = url.searchParams.get('prefix') ?? '';
      return { body: items().filter(({ ID }) => ID.startsWith(prefix)) };
    });
    this.handle('/v1/jobs/statuses', (_, body) => {
      const { Jobs } = body as { Jobs: readonly { ID: string; Namespace: string }[] };
      const isNamed = (item: JobStatusItem) =>
        Jobs.some(({ ID, Namespace }) => item.ID === ID && item.Namespace === Namespace);
      return { body: items().filter(isNamed) };
    });
  }

  /** The address, once it listens. */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String(this.port)}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get openStreams(): number {
    return this.#streams.size;
  }

  /** Sends one line to every open stream. */
  send(...events: readonly NomadEvent[]): void {
    this.index += 1;
    const batch = { Index: this.index, Events: events.map((event) => ({ ...event, Index: this.index })) };
    for (const stream of this.#streams) stream.write(`${JSON.stringify(batch)}\n`);
  }

  /** Sends this to every open stream, as it is. */
  write(text: string): void {
    for (const stream of this.#streams) stream.write(text);
  }

  /** Ends every stream as a server or a proxy does that is stopped. */
  endStreams(): void {
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }

  dropStreams(): void {
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
  }

  /** Lets blocking reads of jobs answer. */
  wakeJobs(): void {
    this.index += 1;
    for (const release of this.#held) release();
    this.#held.clear();
  }

  /** Resolves with the next request of this path. */
  next(path: string): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ path, resolve }));
  }

  count(path: string): number {
    return this.requests.filter((one) => one === path).length;
  }

  async close(): Promise<void> {
    this.dropStreams();
    this.wakeJobs();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    this.requests.push(url.pathname);
    const { searchParams: query } = url;
    if (url.pathname === '/v1/jobs' && query.has('index')) this.polls += 1;
    else if (query.get('filter') === 'ParentID is empty' && !query.has('next_token')) this.lists += 1;
    for (const waiter of this.#waiting.filter(({ path }) => path === url.pathname)) {
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      waiter.resolve();
    }
    if (url.pathname === '/v1/event/stream') {
      const index = url.searchParams.get('index');
      this.streamedFrom.push(index === null ? undefined : Number(index));
      this.#stream(response);
      return;
    }
    const blocking = this.holds && Number(url.searchParams.get('index') ?? 0) >= this.index;
    if (blocking) await new Promise<void>((resolve) => this.#held.add(resolve));
    const handler = this.#handlers.get(decodeURIComponent(url.pathname));
    const reply = handler === undefined ? notFound(url.pathname) : await handler(url, await bodyOf(request));
    const type = reply.text === undefined ? 'application/json' : 'text/plain';
    const headers = { 'content-type': type, 'x-nomad-index': String(this.index), ...reply.headers };
    response.writeHead(reply.status ?? 200, headers);
    const body = url.pathname === '/v1/jobs' && isStatuses(reply.body) ? reply.body.map(stubOf) : reply.body;
    response.end(reply.text ?? JSON.stringify(body));
  }

  #stream(response: ServerResponse): void {
    if (this.events === 'missing') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    if (this.events === 'denied') {
      response.end();
      return;
    }
    response.write('{}\n');
    const from = this.streamedFrom.at(-1);
    // The server has that line as long as its buffer is not too short.
    if (this.streamedFrom.length === 1 || this.keeps) response.write(`{"Index":${String(from ?? 0)},"Events":[]}\n`);
    this.#streams.add(response);
    this.onStream?.(this.streamedFrom.at(-1));
    response.on('close', () => this.#streams.delete(response));
  }
}

function isStatuses(body: unknown): body is readonly JobStatusItem[] {
  return Array.isArray(body) && body.every((one) => 'GroupCountSum' in Object(one));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return parts.length === 0 ? undefined : JSON.parse(Buffer.concat(parts).toString('utf8'));
}

/** An unknown path is answered with nothing, an unknown object with words. */
function notFound(path: string): Reply {
  return { status: 404, text: path.startsWith('/v1/job/') ? 'job not found' : '' };
}
