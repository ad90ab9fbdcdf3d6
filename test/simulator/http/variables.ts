import { recordOf, textOf } from '../scheduler/resources.ts';
import { Refusal, invalidMethod, permissionDenied } from '../cluster/refusal.ts';
import { VariableConflict, metadataOf } from '../cluster/variables.ts';
import type { VariableRecord } from '../state/registry.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { list } from './listing.ts';
import { type Route, reads } from './route.ts';

/** `/v1/vars` and `/v1/var/:path`. Any other method on one is a bad request, not one that is not allowed. */
export const variableRoutes: readonly Route[] = [
  { path: /^\/v1\/vars$/, methods: reads, handle: listVariables },
  { path: /^\/v1\/var\/(.*)$/s, handle: (x, [path = '']) => one(x, path) },
];

type Right = 'list' | 'read' | 'write' | 'destroy';

function may(exchange: Exchange, right: Right, namespace: string, path: string): boolean {
  return exchange.acl.allowsVariable(exchange.token, right, namespace, path);
}

function check(exchange: Exchange, right: Right, namespace: string, path: string): void {
  if (!may(exchange, right, namespace, path)) throw permissionDenied();
}

function listVariables(exchange: Exchange): Promise<Answer> {
  const { store, namespace, token, acl } = exchange;
  if (acl.enabled && token !== '' && acl.token(token) === undefined) throw permissionDenied();
  return list<VariableRecord>(exchange, {
    tables: ['variables'],
    items: () =>
      [...store.variables.values()]
        .filter((item) => namespace === '*' || item.Namespace === namespace)
        .filter((item) => may(exchange, 'list', item.Namespace, item.Path))
        .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    whole: metadataOf,
    stub: (item) => metadataOf(item),
    token: keyOf,
    prefix: (item) => item.Path,
    modifyIndex: (item) => item.ModifyIndex,
    index: () => Math.max(1, store.tableIndex('variables')),
  });
}

function keyOf(item: VariableRecord): string {
  return `${item.Namespace}.${item.Path}`;
}

function one(exchange: Exchange, path: string): Promise<Answer> | Answer {
  if (path === '') throw new Refusal(400, 'missing variable path');
  if (exchange.method === 'GET') return read(exchange, path);
  if (exchange.isWrite) return write(exchange, path);
  if (exchange.method === 'DELETE') return remove(exchange, path);
  throw new Refusal(400, invalidMethod().message);
}

function body(record: VariableRecord): Record<string, unknown> {
  return { ...metadataOf(record), Items: record.Items };
}

async function read(exchange: Exchange, path: string): Promise<Answer> {
  const { store, namespace } = exchange;
  check(exchange, 'read', namespace, path);
  const find = () => exchange.cluster.variables.find({ namespace, path });
  const index = () => find()?.ModifyIndex ?? Math.max(1, store.tableIndex('variables'));
  await exchange.block(index);
  const record = find();
  if (record === undefined) return { status: 404, text: 'variable not found', index: index() };
  return { body: body(record), index: index() };
}

function casOf(exchange: Exchange): number | undefined {
  const raw = exchange.query.get('cas') ?? '';
  if (raw === '') return undefined;
  if (/^\d+$/.test(raw)) return Number(raw);
  throw new Refusal(400, `can not parse cas: strconv.ParseUint: parsing ${JSON.stringify(raw)}: invalid syntax`);
}

function itemsOf(given: Record<string, unknown>): Record<string, string> {
  const items = recordOf(field(given, 'Items'));
  for (const value of Object.values(items)) {
    if (typeof value === 'string') continue;
    const kind = typeof value === 'boolean' ? 'bool' : Array.isArray(value) ? 'array' : typeof value;
    const where = 'VariableDecrypted.Items of type string';
    throw new Refusal(400, `json: cannot unmarshal ${kind} into Go struct field ${where}`);
  }
  return items as Record<string, string>;
}

/** What a conflicting variable looks like; one that the token may not read lacks its items. */
function conflict(exchange: Exchange, record: VariableRecord): Answer {
  const shown = record.ModifyIndex > 0 && may(exchange, 'read', record.Namespace, record.Path);
  const text = JSON.stringify(shown ? body(record) : metadataOf(record));
  // Nobody says that this is JSON, and what looks at the text can't tell once it is compressed.
  const isZipped = /\bgzip\b/.test(exchange.request.headers['accept-encoding'] ?? '');
  const common = { status: 409, text, contentType: isZipped ? '' : 'text/plain; charset=utf-8' };
  return lockWordOf(exchange) === undefined ? { ...common, index: record.ModifyIndex, write: true } : common;
}

function attempt(exchange: Exchange, act: () => Answer): Answer {
  try {
    return act();
  } catch (error) {
    if (error instanceof VariableConflict) return conflict(exchange, error.record);
    // What the servers refuse comes with an index of 0.
    if (error instanceof Refusal) return { status: error.status, text: error.message, index: 0, write: true };
    throw error;
  }
}

const lockWords = ['lock-acquire', 'lock-renew', 'lock-release'] as const;
type LockWord = (typeof lockWords)[number];

function lockWordOf(exchange: Exchange): LockWord | undefined {
  if (exchange.isOld) return undefined;
  const words = lockWords.filter((word) => exchange.query.has(word));
  if (words.length > 1) throw new Refusal(400, 'multiple lock operations');
  if (words.length === 1 && exchange.query.has('cas')) {
    throw new Refusal(400, "CAS can't be used with lock operations");
  }
  return words[0];
}

async function write(exchange: Exchange, path: string): Promise<Answer> {
  const word = lockWordOf(exchange);
  const given = await exchange.body();
  const items = itemsOf(given);
  const namespace = textOf(field(given, 'Namespace')) || exchange.namespace;
  const lock = recordOf(field(given, 'Lock'));
  const place = { namespace, path };
  check(exchange, 'write', namespace, path);
  const { variables } = exchange.cluster;
  if (word !== undefined) return attempt(exchange, () => locked(exchange, word, { place, items, lock }));
  if (Object.keys(items).length === 0) throw new Refusal(400, 'variable missing required Items object');
  const cas = casOf(exchange);
  return attempt(exchange, () => {
    const record = variables.write(place, items, cas, textOf(field(lock, 'ID')));
    return { body: body(record), index: record.ModifyIndex, write: true };
  });
}

interface LockRequest {
  readonly place: { readonly namespace: string; readonly path: string };
  readonly items: Readonly<Record<string, string>>;
  readonly lock: Record<string, unknown>;
}

function locked(exchange: Exchange, word: LockWord, { place, items, lock }: LockRequest): Answer {
  const { variables } = exchange.cluster;
  const ID = textOf(field(lock, 'ID'));
  if (word === 'lock-renew') return { body: metadataOf(variables.renew(place, ID)) };
  if (word === 'lock-release') {
    const released = variables.release(place, ID);
    return { body: metadataOf(released), index: released.ModifyIndex, write: true };
  }
  const wanted = { ID, TTL: textOf(field(lock, 'TTL')), LockDelay: textOf(field(lock, 'LockDelay')) };
  const record = variables.acquire(place, items, wanted);
  return { body: body(record), index: record.ModifyIndex, write: true };
}

function remove(exchange: Exchange, path: string): Answer {
  const { namespace } = exchange;
  check(exchange, 'destroy', namespace, path);
  const cas = casOf(exchange);
  return attempt(exchange, () => {
    const index = exchange.cluster.variables.remove({ namespace, path }, cas);
    return { status: 204, text: '', index, write: true };
  });
}
