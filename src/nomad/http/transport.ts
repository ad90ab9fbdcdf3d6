import { raceSignal } from '../../base/cancel.ts';
import { systemClock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';
import type { Log } from '../../base/log.ts';
import { placeOfFault, silentLog } from '../../base/log.ts';
import type { FindWay, Way } from '../../base/proxies.ts';
import { answerLimits } from './answerLimits.ts';
import { checkValues, misshapen, parsed } from './answers.ts';
import { chunksOf, discard, refusal, wholeOf } from './body.ts';
import type { HttpResponse } from './body.ts';
import { Call } from './call.ts';
import { parseAddress } from './connection.ts';
import type { Connection, ParsedAddress } from './connection.ts';
import { credentials } from './credentials.ts';
import { NomadError, isNomadError } from './errors.ts';
import { metaOf, requestUrl } from './headers.ts';
import type { RequestFacts } from './networkErrors.ts';
import type { Answer, Meta, NomadRequest, Query } from './query.ts';
import { sendRead } from './reads.ts';
import type { ReadRoute } from './reads.ts';
import { redact } from './redact.ts';
import { checkRedirect, redirectTarget } from './redirects.ts';
import { startRequest } from './send.ts';
import type { LoadedTls } from './tls.ts';
import { unpackedAsItComes } from './unpack.ts';
import { Ways } from './ways.ts';
import type { OpenWay } from './ways.ts';

/** One line of the request log. The path comes without its query, which may hold private names. */
export interface RequestRecord {
  readonly method: string;
  readonly path: string;
  /** Undefined where there was no answer. */
  readonly status: number | undefined;
  readonly durationMs: number;
}

export interface TransportOptions {
  readonly log?: Log | undefined;
  readonly onRequest?: ((record: RequestRecord) => void) | undefined;
  /** Answers are bounded by what they can hold, from 32 MiB; here, at this too. Streams have no limit. */
  readonly maxBytes?: number | undefined;
  /** How long a read over a socket that was kept may be without an answer before it is sent over a new one as well. */
  readonly doubtMs?: number | undefined;
  /** The way to the server; by `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` of this process where undefined. */
  readonly findWay?: FindWay | undefined;
}

/** Where and how to open a WebSocket. */
export interface WebSocketTarget {
  /** Without token. */
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly tls: LoadedTls | undefined;
  readonly way: Way;
  readonly facts: RequestFacts;
  /** Removes the connection's secrets from a text of the server. */
  readonly redact: (text: string) => string;
  /** The same with the token in the first message, for proxies that don't let it through in a header; none without a token. */
  readonly byMessage?: ByMessage | undefined;
}

/** A WebSocket whose token is in its first message. */
export interface ByMessage {
  /** Without token. */
  readonly url: string;
  /** Without token. */
  readonly headers: Record<string, string>;
  /** Holds the token. To be sent before all else. */
  readonly first: string;
  /** Whether it was the way that worked before. */
  readonly isKnown: boolean;
  /** To be called once it has worked, so that it is tried first from then on. */
  readonly works: () => void;
}

const defaultTimeoutMs = 30_000;

/**
 * Sends requests to one Nomad agent. Writes are never repeated; a read is, once, when the socket it was given turned
 * out to be closed. Every method throws {@link NomadError}, or the abort reason of the request's signal.
 */
export class Transport implements Disposable {
  readonly address: ParsedAddress;
  readonly #connection: Connection;
  readonly #options: TransportOptions;
  readonly #log: Log;
  readonly #calls = new Set<Call>();
  readonly #ways: Ways;
  #tokensByMessage = false;
  #disposed = false;

  /** @throws {NomadError} of kind `address` */
  constructor(connection: Connection, options: TransportOptions = {}) {
    this.address = parseAddress(connection.address);
    this.#connection = connection;
    this.#options = options;
    this.#ways = new Ways(this.address, connection.tls ?? {}, options.findWay);
    this.#log = options.log ?? silentLog;
  }

  /**
   * Sends a request and parses the answer; an empty one is null.
   *
   * @throws {NomadError} of kind `tooLarge` without parsing, `notNomad` or `decode` for what isn't the request's shape
   */
  async json<T>(request: NomadRequest): Promise<Answer<T>> {
    const { bytes, meta, response, call } = await this.#read(request);
    checkValues(bytes, request, call.facts);
    const value = await parsed(bytes.toString('utf8'), request, response, call);
    const wrong = request.shape?.(value);
    if (wrong === undefined) return { value: value as T, meta };
    this.#log.warn(`${call.facts.method} ${call.facts.path} answered with something else than expected: it${wrong}`);
    throw misshapen(wrong, response.status, call.facts);
  }

  /** Sends a request and returns the answer's text. */
  async text(request: NomadRequest): Promise<Answer<string>> {
    const { bytes, meta, call } = await this.#read(request);
    checkValues(bytes, request, call.facts);
    return { value: bytes.toString('utf8'), meta };
  }

  /** Sends a request and returns the answer's bytes. */
  async bytes(request: NomadRequest): Promise<Answer<Uint8Array>> {
    const { bytes, meta } = await this.#read(request);
    return { value: bytes, meta };
  }

  /**
   * Sends a request and returns the answer piece by piece. The chunks must be iterated or the signal aborted, or the
   * socket stays open until {@link dispose}. The time limit doesn't run while the reader is busy.
   */
  async stream(request: NomadRequest): Promise<{ meta: Meta; chunks: AsyncIterable<Uint8Array> }> {
    const { response, call } = await this.#open(request, true);
    const timeoutMs = this.#timeoutOf(request);
    return { meta: metaOf(response.headers), chunks: chunksOf(response, call, timeoutMs, request.idleTimeoutMs) };
  }

  /** What is needed to open a WebSocket to `path`, with the connection's region, namespace, token and certificates. */
  async webSocketTarget(path: string, query: Query = {}): Promise<WebSocketTarget> {
    if (this.#disposed) throw this.#closed();
    const secrets: string[] = [];
    const headers = await credentials(this.#connection, this.address, secrets);
    const { tls, way } = await this.#ways.open();
    return {
      url: requestUrl(this.address, this.#connection, { path, query }).replace(/^http/, 'ws'),
      headers,
      tls,
      way,
      facts: this.#facts('GET', path),
      redact: (text) => redact(text, secrets),
      byMessage: this.#byMessage(path, query, headers),
    };
  }

  /** As Nomad's web UI sends it, since a browser can't set headers (`ws_handshake`, in no documents). */
  #byMessage(path: string, query: Query, { 'X-Nomad-Token': token, ...headers }: Record<string, string>) {
    if (token === undefined) return undefined;
    const given = { path, query: { ...query, ws_handshake: 'true' } };
    return {
      url: requestUrl(this.address, this.#connection, given).replace(/^http/, 'ws'),
      headers,
      first: JSON.stringify({ version: 1, auth_token: token }),
      isKnown: this.#tokensByMessage,
      works: () => {
        this.#tokensByMessage = true;
      },
    };
  }

  /**
   * Closes the sockets that wait for a further read, as after a sleep of the machine or a change of its network: they may
   * be dead without knowing it. Done by itself when a request ran out of time, and when an event stream broke off.
   */
  dropIdleSockets(): void {
    this.#ways.dropIdle();
  }

  /** Ends all requests with an error of kind `closed` and closes every socket. */
  dispose(): void {
    this.#disposed = true;
    for (const call of [...this.#calls]) call.shutDown();
    this.#ways.dispose();
  }

  async #read(request: NomadRequest): Promise<{ bytes: Buffer; meta: Meta; response: HttpResponse; call: Call }> {
    const { response, call } = await this.#open(request, false);
    const own = answerLimits[request.answer ?? 'object'].maxBytes;
    const maxBytes = Math.min(own, this.#options.maxBytes ?? own);
    const tooLarge = () => {
      const limit = `${String(Math.round(maxBytes / 1024 / 1024))} MiB`;
      const { method, path, address } = call.facts;
      return new NomadError('tooLarge', `The answer of ${address} is larger than ${limit}.`, { method, path });
    };
    const limits = { timeoutMs: this.#bodyTimeoutOf(request), maxBytes, tooLarge };
    const bytes = await wholeOf(response, call, limits).catch((error: unknown) => {
      if (isNomadError(error, 'timeout')) this.dropIdleSockets();
      throw error;
    });
    return { bytes, meta: metaOf(response.headers), response, call };
  }

  /** Resolves with a success whose body has not been read yet. */
  async #open(request: NomadRequest, streaming: boolean): Promise<{ response: HttpResponse; call: Call }> {
    if (this.#disposed) throw this.#closed();
    request.signal?.throwIfAborted();
    const call: Call = new Call(this.#facts(request.method ?? 'GET', request.path), request.signal, () => {
      this.#calls.delete(call);
    });
    this.#calls.add(call);
    call.secrets.push(...(request.secrets ?? []).filter((secret) => secret !== ''));
    let status: number | undefined;
    try {
      call.limit(this.#timeoutOf(request));
      const response = await this.#send(request, call, streaming);
      status = response.status;
      call.answered();
      if (status < 200 || status > 299) throw await refusal(response, call, this.#bodyTimeoutOf(request));
      return { response, call };
    } catch (error) {
      const failure = call.failure(error);
      if (isNomadError(failure, 'timeout')) this.dropIdleSockets();
      call.dispose();
      throw failure;
    } finally {
      this.#report(call, status);
    }
  }

  async #send(request: NomadRequest, call: Call, streaming: boolean): Promise<HttpResponse> {
    const ready = Promise.all([credentials(this.#connection, this.address, call.secrets), this.#ways.open()]);
    const [headers, open] = await raceSignal(ready, call.signal);
    call.forwarder = open.forwarder;
    const route = this.#route(request, call, open);
    Object.assign(route.headers, headers, { 'Accept-Encoding': streaming ? 'identity' : 'gzip' });
    const write = open.way.kind === 'straight' && !streaming ? fetchOnce : sendOnce;
    const send = route.method === 'GET' && !streaming ? sendRead : write;
    let url = requestUrl(this.address, this.#connection, request);
    for (let redirects = 0; ; redirects += 1) {
      const response = await send(url, route);
      const target = redirectTarget(response, url);
      if (target === undefined) return streaming ? unpackedAsItComes(response) : response;
      discard(response);
      checkRedirect(target, { address: this.address, call, redirects, status: response.status });
      url = target.href;
    }
  }

  #route(request: NomadRequest, call: Call, { way, agents, tls, forwarder }: OpenWay): ReadRoute {
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    if (way.kind === 'proxy' && way.authorization !== undefined) call.secrets.push(way.authorization);
    const onStraight = () => {
      this.#ways.foundStraight();
    };
    return {
      method: call.facts.method,
      headers: {
        Accept: 'application/json, text/plain, */*',
        'User-Agent': 'nomad-workbench',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body,
      signal: call.signal,
      agent: request.blocking === true ? agents.blocking : agents.quick,
      fresh: agents.single,
      doubtMs: this.#options.doubtMs,
      forwarder,
      editor: way.kind === 'editor' ? { tls, onStraight } : undefined,
    };
  }

  #timeoutOf(request?: NomadRequest): number {
    return request?.timeoutMs ?? this.#connection.timeoutMs ?? defaultTimeoutMs;
  }

  /** A server may delay the answer of a blocking read, but not its body. */
  #bodyTimeoutOf(request: NomadRequest): number {
    return this.#timeoutOf(request.blocking === true ? undefined : request);
  }

  #facts(method: string, path: string): RequestFacts {
    return { method, path, address: this.address.displayAddress, host: this.address.host };
  }

  #closed(): NomadError {
    return new NomadError('closed', `The connection to ${this.address.displayAddress} was closed.`);
  }

  #report(call: Call, status: number | undefined): void {
    const { method, path } = call.facts;
    const durationMs = systemClock.now() - call.startedMs;
    this.#log.debug(
      `${method} ${path} ${status === undefined ? 'no answer' : String(status)} ${String(durationMs)} ms`,
    );
    try {
      this.#options.onRequest?.({ method, path, status, durationMs });
    } catch (error) {
      // Whoever looks on must not make a request fail.
      this.#log.error(`A listener of requests failed: ${placeOfFault(error)}`);
    }
  }
}

/** Writes and streams have a socket of their own. */
function sendOnce(url: string, route: ReadRoute): Promise<HttpResponse> {
  return startRequest(url, { ...route, agent: route.fresh }).response;
}

/** The same for a server without a forwarding proxy, whose own errors would have to be recognised. */
async function fetchOnce(url: string, route: ReadRoute): Promise<HttpResponse> {
  const { method, headers, body, signal, fresh } = route;
  // Loaded with the first of them: VS Code's start must not wait for it.
  const { default: fetch } = await import('node-fetch');
  // It would end the body of a request that is given up already with an error that nobody can catch.
  signal.throwIfAborted();
  const init = { method, headers, signal, agent: fresh, redirect: 'manual' as const, compress: false };
  const response = await fetch(url, body === undefined ? init : { ...init, body });
  return {
    status: response.status,
    headers: response.headers,
    body: response.body,
    coding: response.headers.get('content-encoding') ?? '',
  };
}
