import { textOr } from '../scheduler/resources.ts';
import type { NomadEvent } from '../../../src/nomad/types/event.ts';
import { Refusal } from '../cluster/refusal.ts';
import type { EventEntry } from '../state/eventBuffer.ts';
import type { Exchange } from './exchange.ts';
import { encode } from './respond.ts';
import { type Route, reads } from './route.ts';

/** `/v1/event/stream` */
export const eventRoutes: readonly Route[] = [
  {
    path: /^\/v1\/event\/stream$/,
    methods: reads,
    handle: async (exchange) => {
      await stream(exchange);
      return undefined;
    },
  },
];

const heartbeatMs = 30_000;
/** How long a stream stays open on 2.0 for someone who may not read it. */
const deniedMs = 1000;

interface Topic {
  readonly name: string;
  readonly key: string;
}

function topicsOf(exchange: Exchange): Topic[] {
  const raw = exchange.query.getAll('topic');
  if (raw.length === 0) return [{ name: '*', key: '*' }];
  return raw.map((text) => {
    const [name = '', key = '*', ...rest] = text.split(':');
    if (rest.length > 0) {
      const reason = `error parsing topics: Invalid key value pair for topic, topic: ${text}`;
      throw new Refusal(400, `Invalid topic query: ${reason}`);
    }
    return { name, key: key === '' ? '*' : key };
  });
}

function indexOf(exchange: Exchange): number {
  return Number(exchange.query.get('index') ?? '0');
}

function wants(topics: readonly Topic[], event: NomadEvent): boolean {
  return topics.some(
    ({ name, key }) =>
      (name === '*' || name === event.Topic) &&
      (key === '*' || key === event.Key || event.FilterKeys?.includes(key) === true),
  );
}

/** Whether the token may see an event at all. */
function mayRead(exchange: Exchange, event: { readonly Topic: string; readonly Namespace?: string }): boolean {
  const { acl, token } = exchange;
  if (event.Topic === 'Node') return acl.allowsOn(token, 'node', 'read');
  const named = textOr(exchange.query.get('namespace'), 'default');
  if (named !== '*' && event.Namespace !== named) return false;
  return acl.allows(token, 'read-job', event.Namespace ?? 'default');
}

/** Rights are checked for what is asked for, before the first event. */
function isDenied(exchange: Exchange, topics: readonly Topic[]): boolean {
  const { acl, token } = exchange;
  if (!acl.enabled || acl.isManagement(token)) return false;
  if (acl.token(token) === undefined) return true;
  const namespace = textOr(exchange.query.get('namespace'), 'default');
  return topics.some(({ name }) => {
    if (name === 'Node') return !acl.allowsOn(token, 'node', 'read');
    if (!['Job', 'Allocation', 'Evaluation', 'Deployment', 'Service'].includes(name)) return true;
    if (namespace === '*')
      return ![...exchange.store.namespaces.keys()].some((item) => acl.allows(token, 'read-job', item));
    return !acl.allows(token, 'read-job', namespace);
  });
}

async function stream(exchange: Exchange): Promise<void> {
  const topics = topicsOf(exchange);
  const from = indexOf(exchange);
  const denied = isDenied(exchange, topics);
  if (denied && exchange.isOld) {
    const unknown = exchange.acl.token(exchange.token) === undefined;
    throw new Refusal(unknown ? 403 : 500, 'Permission denied');
  }
  const { response } = exchange;
  response.writeHead(200, exchange.isOld ? { 'Content-Type': 'application/json' } : streamHeaders);
  response.flushHeaders();
  if (denied) await silence(exchange);
  else await follow(exchange, topics, from);
  response.end();
}

const streamHeaders = { 'Content-Type': 'application/json', Connection: 'close' };

/** Answers that a reader without rights gets from 2.0 on: nothing, and then the end. */
export function silence(exchange: Exchange): Promise<void> {
  return new Promise((resolve) => {
    const timer = exchange.store.clock.timer(deniedMs, resolve);
    exchange.signal.addEventListener(
      'abort',
      () => {
        timer.dispose();
        resolve();
      },
      { once: true },
    );
  });
}

function follow(exchange: Exchange, topics: readonly Topic[], from: number): Promise<void> {
  const { response, store, signal } = exchange;
  const send = (entry: EventEntry) => {
    for (const line of entry.lines) {
      const events = line.filter((event) => wants(topics, event) && mayRead(exchange, event));
      if (events.length > 0) response.write(`${encode({ Index: entry.index, Events: events }, exchange.isOld)}\n`);
    }
  };
  response.write('{}\n');
  for (const entry of store.events.since(from)) send(entry);
  return new Promise((resolve) => {
    let heartbeat = store.clock.timer(heartbeatMs, beat);
    function beat() {
      response.write('{}\n');
      heartbeat = store.clock.timer(heartbeatMs, beat);
    }
    const subscription = store.events.onAdded(send);
    const end = () => {
      heartbeat.dispose();
      subscription.dispose();
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
