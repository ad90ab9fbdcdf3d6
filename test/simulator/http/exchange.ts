import { textOr } from '../scheduler/resources.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkRegistrations } from '../cluster/admission.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { Refusal, permissionDenied } from '../cluster/refusal.ts';
import { parseGoDuration } from '../client/goDuration.ts';
import type { Acl } from './acl.ts';
import type { HttpServer } from './server.ts';

/** What a handler answers. Streams write to the response themselves and answer nothing. */
export interface Answer {
  readonly status?: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly text?: string;
  /** Empty for none. */
  readonly contentType?: string;
  readonly index?: number;
  readonly nextToken?: string;
  /** A write's answer carries only the index. */
  readonly write?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

const maxWaitMs = 300_000;
const maxBodyBytes = 16 * 1024 * 1024;

/** One request, with what every handler needs to know of it. */
export class Exchange {
  readonly cluster: Cluster;
  readonly acl: Acl;
  /** The server whose cluster this is, and with it the regions that it knows of. */
  readonly server: HttpServer;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** Decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Aborts when the client has gone or the server ends. */
  readonly signal: AbortSignal;

  #text: Promise<string> | undefined;

  constructor(parts: {
    cluster: Cluster;
    acl: Acl;
    server: HttpServer;
    request: IncomingMessage;
    response: ServerResponse;
    path: string;
    query: URLSearchParams;
    signal: AbortSignal;
  }) {
    this.cluster = parts.cluster;
    this.acl = parts.acl;
    this.server = parts.server;
    this.request = parts.request;
    this.response = parts.response;
    this.method = parts.request.method ?? 'GET';
    this.path = parts.path;
    this.query = parts.query;
    this.signal = parts.signal;
  }

  get store() {
    return this.cluster.store;
  }

  get namespace(): string {
    return textOr(this.query.get('namespace'), 'default');
  }

  get isOld(): boolean {
    return this.cluster.options.nomad === '1.6';
  }

  get isWrite(): boolean {
    return this.method === 'PUT' || this.method === 'POST';
  }

  /** The secret that the request came with; empty for none. */
  get token(): string {
    return secretOf(this.request);
  }

  /** @throws Refusal 403 unless the token has the right */
  require(capability: string, namespace = this.namespace): void {
    if (!this.acl.enabled) return;
    if (namespace === '*') {
      if (this.token !== '' && this.acl.token(this.token) === undefined) throw permissionDenied();
      return;
    }
    if (!this.acl.allows(this.token, capability, namespace)) throw permissionDenied();
  }

  /** As {@link require} for the namespace of the request; `*` asks for the right in any. */
  requireAsked(capability: string): void {
    if (!this.acl.enabled) return;
    if (this.namespace !== '*') this.require(capability);
    else if (!this.acl.allowsSomewhere(this.token, capability)) throw permissionDenied();
  }

  requireOn(what: 'node' | 'agent' | 'operator', access: 'read' | 'write'): void {
    if (!this.acl.allowsOn(this.token, what, access)) throw permissionDenied();
  }

  requireManagement(): void {
    if (!this.acl.isManagement(this.token)) throw permissionDenied();
  }

  /** @throws Refusal 403 while new jobs are not taken from this client */
  checkRegistrations(): void {
    const { acl } = this;
    checkRegistrations(this.store, acl.enabled ? acl.isManagement(this.token) : !this.isOld);
  }

  /** Whether a list may show what is in `namespace`. */
  sees(capability: string, namespace: string): boolean {
    const wanted = this.namespace;
    if (wanted !== '*' && wanted !== namespace) return false;
    return this.acl.allows(this.token, capability, namespace);
  }

  /** A boolean of the query, read as Go does. */
  flag(name: string, otherwise = false): boolean {
    const raw = this.query.get(name);
    if (raw === null || raw === '') return otherwise;
    const value = boolOf(raw);
    if (value !== undefined) return value;
    const reason = `strconv.ParseBool: parsing ${JSON.stringify(raw)}: invalid syntax`;
    throw new Refusal(500, `Failed to parse value of "${name}" (${raw}) as a bool: ${reason}`);
  }

  /**
   * The JSON body.
   *
   * @param type the Go type that a refusal of another kind of JSON names
   * @param start what a refusal starts with
   * @throws Refusal 400
   */
  async body(type = 'api.JobRegisterRequest', start = ''): Promise<Record<string, unknown>> {
    const text = await this.text();
    if (text === '') throw new Refusal(400, `${start}Request body is empty`);
    return parseBody(text, type, start);
  }

  /** The JSON body, or an empty object when there is none. */
  async optionalBody(): Promise<Record<string, unknown>> {
    const text = await this.text();
    return text === '' ? {} : parseBody(text);
  }

  /** The same request at a server that it is passed on to. */
  at(server: HttpServer): Exchange {
    const { request, response, path, query, signal } = this;
    const { cluster, acl } = server;
    const passed = new Exchange({ cluster, acl, server, request, response, path, query, signal });
    passed.#text = this.#text;
    return passed;
  }

  /** The body; may be asked for again. @throws Refusal 413 */
  text(): Promise<string> {
    this.#text ??= this.#read();
    return this.#text;
  }

  async #read(): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      if (bytes > maxBodyBytes) throw new Refusal(413, 'http: request body too large');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  /**
   * Waits, when the query asks for it, until `index` has passed the one that the client knows.
   *
   * @param watch what must have changed for a waiting query to be looked at again; the index itself by default
   */
  async block(index: () => number, watch: () => unknown = index): Promise<void> {
    const { known, waitMs } = this.#waiting();
    if (known === 0 || index() > known) return;
    const seen = watch();
    const jitterMs = this.cluster.random.next() * (waitMs / 16);
    await new Promise<void>((resolve) => {
      const end = () => {
        timer.dispose();
        subscription.dispose();
        this.signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = this.store.clock.timer(waitMs + jitterMs, end);
      const subscription = this.store.onApplied(() => {
        if (index() > known && watch() !== seen) end();
      });
      this.signal.addEventListener('abort', end, { once: true });
    });
  }

  /** Checks the parameters that every read has. @throws Refusal 400 */
  checkQuery(): void {
    this.#waiting();
    const stale = this.query.get('stale');
    if (stale !== null && stale !== '' && boolOf(stale) === undefined) {
      throw new Refusal(400, 'Expect `true` or `false` for `stale` query string parameter');
    }
  }

  #indexRefusal(index: string): string {
    if (this.path !== '/v1/event/stream') return 'Invalid index';
    return `Unable to parse index: strconv.Atoi: parsing ${JSON.stringify(index)}: invalid syntax`;
  }

  #waiting(): { known: number; waitMs: number } {
    const index = this.query.get('index') ?? '0';
    const pattern = this.path === '/v1/event/stream' ? /^[-+]?\d+$/ : /^\d+$/;
    if (index !== '' && (!pattern.test(index) || Number(index) >= 2 ** 64))
      throw new Refusal(400, this.#indexRefusal(index));
    const wait = this.query.get('wait');
    const parsed = wait === null || wait === '' ? 0 : parseGoDuration(wait);
    if (parsed === undefined) throw new Refusal(400, 'Invalid wait time');
    const waitMs = parsed <= 0 ? maxWaitMs : Math.min(maxWaitMs, parsed / 1e6);
    return { known: Number(index), waitMs };
  }
}

/** A boolean as Go spells it. */
function boolOf(text: string): boolean | undefined {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  return undefined;
}

export function secretOf(request: IncomingMessage): string {
  const header = request.headers['x-nomad-token'];
  const secret = (Array.isArray(header) ? header[0] : header)?.trim() ?? '';
  if (secret !== '') return secret;
  return /^bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

function parseBody(text: string, type = 'api.JobRegisterRequest', start = ''): Record<string, unknown> {
  const parsed = firstValue(text, start);
  if (parsed === null) return {};
  if (typeof parsed !== 'object' || Array.isArray(parsed)) {
    const kind = Array.isArray(parsed) ? 'array' : typeof parsed === 'boolean' ? 'bool' : typeof parsed;
    throw new Refusal(400, `${start}json: cannot unmarshal ${kind} into Go value of type ${type}`);
  }
  return parsed as Record<string, unknown>;
}

const maxDepth = 10_000;

/** The first JSON value of a text; Go reads no further. @throws Refusal 400 */
function firstValue(text: string, start: string): unknown {
  if (text.startsWith('['.repeat(maxDepth + 1)))
    throw new Refusal(400, `${start}invalid character '[' exceeded max depth`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const end = valueEnd(text);
    if (end === undefined || end === text.length) throw new Refusal(400, start + goJsonError(text, error));
    return firstValue(text.slice(0, end), start);
  }
}

/** Where the object or list that a text begins with ends. */
function valueEnd(text: string): number | undefined {
  let depth = 0;
  for (const { 0: mark, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') depth -= 1;
    if (depth === 0) return /^[{[]/.test(text.trimStart()) ? index + mark.length : undefined;
  }
  return undefined;
}

function goJsonError(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (message.includes('end of JSON') || message.includes('Unterminated') || message.includes('Expected')) {
    if (!/^\s*[[{"\d]/.test(text)) return invalidStart(text);
    return 'unexpected EOF';
  }
  const [, found] = /Unexpected token '(.)'/u.exec(message) ?? [];
  return invalidStart(found !== undefined && text.startsWith('{') ? found : text);
}

function invalidStart(text: string): string {
  const [byte = 0x20] = Buffer.from(text.replace(/^[ \t\r\n]+/, ''), 'utf8');
  const character = byte < 0x20 ? `\\x${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte);
  return `invalid character '${character}' looking for beginning of value`;
}

/** A field whatever the case of its key, as Nomad reads bodies. */
export function field(body: Record<string, unknown>, name: string): unknown {
  if (name in body) return body[name];
  const lower = name.toLowerCase();
  for (const [key, value] of Object.entries(body)) if (key.toLowerCase() === lower) return value;
  return undefined;
}

type Primitive = 'string' | 'number' | 'boolean';
const goTypes: Record<Primitive, string> = { string: 'string', number: 'int', boolean: 'bool' };

/** A field of a wanted type; undefined when it is missing or null. @throws Refusal 400 for another type */
export function typed(body: Record<string, unknown>, name: string, type: 'string', where: string): string | undefined;
export function typed(body: Record<string, unknown>, name: string, type: 'number', where: string): number | undefined;
export function typed(body: Record<string, unknown>, name: string, type: 'boolean', where: string): boolean | undefined;
export function typed(body: Record<string, unknown>, name: string, type: Primitive, where: string): unknown {
  const value = field(body, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value === type) return value;
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  throw new Refusal(
    400,
    `json: cannot unmarshal ${kind} into Go struct field ${where}.${name} of type ${goTypes[type]}`,
  );
}
