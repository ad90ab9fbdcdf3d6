import { Refusal } from '../cluster/refusal.ts';
import { recordOf } from '../scheduler/resources.ts';
import type { NodeRecord } from '../state/records.ts';
import { type Answer, type Exchange, field } from './exchange.ts';

/** What was given to a node while it ran; null takes away what its configuration says. */
const dynamic = new WeakMap<object, Map<string, Readonly<Record<string, string | null>>>>();
/** What its configuration said. */
const configured = new WeakMap<object, Map<string, Readonly<Record<string, string>>>>();

function tableOf<T>(tables: WeakMap<object, Map<string, T>>, owner: object): Map<string, T> {
  const table = tables.get(owner) ?? new Map<string, T>();
  tables.set(owner, table);
  return table;
}

function shown({ store }: Exchange, { ID, Meta }: NodeRecord): Answer {
  const Dynamic = tableOf(dynamic, store).get(ID) ?? {};
  return { body: { Meta, Dynamic, Static: tableOf(configured, store).get(ID) ?? Meta } };
}

/** `/v1/client/metadata`: reads what a node is marked with, or marks it while it runs. */
export async function metadata(exchange: Exchange, nodeOf: (exchange: Exchange) => NodeRecord): Promise<Answer> {
  if (exchange.method === 'GET') {
    exchange.requireOn('node', 'read');
    return shown(exchange, nodeOf(exchange));
  }
  const change = recordOf(field(await exchange.body(), 'Meta')) as Record<string, string | null>;
  const node = nodeOf(exchange);
  exchange.requireOn('node', 'write');
  check(Object.keys(change));
  const { store } = exchange;
  const statics = tableOf(configured, store);
  const fixed = statics.get(node.ID) ?? node.Meta;
  statics.set(node.ID, fixed);
  const given = Object.entries({ ...tableOf(dynamic, store).get(node.ID), ...change });
  const kept = given.filter(([key, value]) => value !== null || key in fixed);
  tableOf(dynamic, store).set(node.ID, Object.fromEntries(kept));
  const all = Object.entries({ ...fixed, ...Object.fromEntries(kept) });
  const Meta = Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null));
  const marked = { ...node, Meta };
  store.apply('NodeRegistration', (tx) => tx.putNode(marked));
  return shown(exchange, marked);
}

function check(keys: readonly string[]): void {
  if (keys.length === 0) throw new Refusal(400, 'missing required Meta object');
  for (const key of keys) {
    if (key === '') throw new Refusal(400, 'metadata keys must not be empty');
    if (!key.split('.').every((part) => /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(part)))
      throw new Refusal(400, `${JSON.stringify(key)} is invalid; metadata keys must be valid dotted hcl identifiers`);
  }
}
