import type { ServerResponse } from 'node:http';
import { textOr } from '../scheduler/resources.ts';
import type { NomadEvent } from '../../../src/nomad/types/event.ts';
import type { Disposable } from '../../../src/base/lifetime.ts';
import { Refusal } from '../cluster/refusal.ts';
import type { EventEntry } from '../state/eventBuffer.ts';
import type { Store } from '../state/store.ts';
import type { Exchange } from './exchange.ts';
import { pack } from './packing.ts';
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

/** The keys of each topic that is asked for, in the order in which they are. */
type Topics = ReadonlyMap<string, readonly string[]>;

function topicsOf(exchange: Exchange): Topics {
  const topics = new Map<string, string[]>();
  const raw = exchange.query.getAll('topic');
  for (const text of raw.length === 0 ? ['*'] : raw) {
    const [name = '', key = '*', ...rest] = text.split(':');
    if (rest.length > 0) {
      const reason = `error parsing topics: Invalid key value pair for topic, topic: ${text}`;
      throw new Refusal(400, `Invalid topic query: ${reason}`);
    }
    topics.set(name, [...(topics.get(name) ?? []), key]);
  }
  return topics;
}

function indexOf(exchange: Exchange): number {
  return Number(exchange.query.get('index') ?? '0');
}

/** How often a reader gets an event. A star among other keys is a key like them, and an event comes once for each that fits. */
function times(topics: Topics, event: NomadEvent): number {
  const all = topics.get('*') ?? [];
  if (all.length === 1 && all[0] === '*') return 1;
  const keys = [...all, ...(topics.get(event.Topic) ?? [])];
  if (keys.length === 1 && keys[0] === '*') return 1;
  return keys.filter((key) => key === event.Key || event.FilterKeys?.includes(key) === true).length;
}

/**
 * The namespaces that a stream is of; undefined for all that ever are. Newer agents take down those that are there when
 * the stream is opened, so that a `*` never hears of one that is made later.
 */
function namespacesOf(exchange: Exchange): ReadonlySet<string> | undefined {
  const named = textOr(exchange.query.get('namespace'), 'default');
  if (named !== '*') return new Set([named]);
  return exchange.isOld ? undefined : new Set(exchange.store.namespaces.keys());
}

/** Whether an event is of the namespaces asked for, as are all that have none. Only variables need rights one by one. */
function mayRead(exchange: Exchange, namespaces: ReadonlySet<string> | undefined, event: NomadEvent): boolean {
  const { Namespace: own = '' } = event;
  if (own !== '' && namespaces?.has(own) === false) return false;
  return event.Topic !== 'Variable' || exchange.acl.allowsVariable(exchange.token, 'list', own, event.Key);
}

const ofJobs = ['Job', 'Allocation', 'Evaluation', 'Deployment', 'Service'];

/** Rights are checked for what is asked for, before the first event. */
function isDenied(exchange: Exchange, topics: Topics): boolean {
  const { acl, token, isOld, store } = exchange;
  if (!acl.enabled || acl.isManagement(token)) return false;
  if (token !== '' && acl.token(token) === undefined) return true;
  const named = textOr(exchange.query.get('namespace'), 'default');
  const namespaces = named === '*' ? [...store.namespaces.keys()] : [named];
  const may = (right: string) => {
    const allows = (namespace: string) => acl.allows(token, right, namespace);
    return isOld ? namespaces.some(allows) : namespaces.every(allows);
  };
  return [...topics.keys()].some((name) => {
    if (name === 'Node') return !acl.allowsOn(token, 'node', 'read');
    if (ofJobs.includes(name)) return !may('read-job');
    if (isOld) return true;
    if (name === 'HostVolume') return !may('host-volume-read');
    if (name === 'CSIVolume') return !may('csi-read-volume');
    if (name === 'CSIPlugin') return !may('read-job');
    if (name === 'Operator') return !acl.allowsOn(token, 'operator', 'read');
    if (name === 'Variable') return !namespaces.every((item) => acl.allowsVariable(token, 'list', item, '*'));
    return true;
  });
}

async function stream(exchange: Exchange): Promise<void> {
  const topics = topicsOf(exchange);
  const from = indexOf(exchange);
  const denied = isDenied(exchange, topics);
  if (denied && exchange.isOld) {
    const isUnknown = exchange.token !== '' && exchange.acl.known(exchange.token) === undefined;
    throw new Refusal(isUnknown ? 403 : 500, 'Permission denied', 'application/json');
  }
  const { response } = exchange;
  if (from < 0 && !exchange.isOld) {
    refuseAndGoOn(response);
    return;
  }
  if (exchange.isOld) pack(exchange.request, response, true);
  response.writeHead(from < 0 ? 400 : 200, exchange.isOld ? oldHeaders : streamHeaders);
  // Nothing stops the server after this refusal, so the stream comes behind it.
  if (from < 0) response.write('Invalid index');
  response.flushHeaders();
  const last = denied ? '' : await follow(exchange, topics, from);
  if (exchange.isOld) {
    response.end(last);
    return;
  }
  await silence(exchange);
  response.end();
}

/** Behind the head of its refusal a newer agent writes the head of the stream, which no client can read. */
function refuseAndGoOn(response: ServerResponse): void {
  response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-cache' });
  response.flushHeaders();
  response.socket?.end('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}\n');
}

const oldHeaders = { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' };
const streamHeaders = { ...oldHeaders, Connection: 'close' };

/** Answers that a reader without rights gets from 2.0 on: nothing, and then the end. */
export function silence(exchange: Exchange): Promise<void> {
  return new Promise((resolve) => {
    if (exchange.signal.aborted) {
      resolve();
      return;
    }
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

function hasExpired({ acl, token }: Exchange): boolean {
  const known = acl.known(token);
  return known !== undefined && acl.isExpired(known);
}

/** Rights are looked at again with each change of them, and with none of anything else. */
function onAclChanged(store: Store, changed: () => void): Disposable {
  let seen = store.tableIndex('acl');
  return store.onApplied(() => {
    const index = store.tableIndex('acl');
    if (index === seen) return;
    seen = index;
    changed();
  });
}

/** Writes what a reader is to have of an entry. */
function sender(exchange: Exchange, topics: Topics): (entry: EventEntry) => void {
  const namespaces = namespacesOf(exchange);
  return ({ index, lines }) => {
    for (const line of lines) {
      const events = line
        .filter((event) => mayRead(exchange, namespaces, event))
        .flatMap((event) => Array<NomadEvent>(times(topics, event)).fill(event));
      if (events.length > 0) exchange.response.write(`${encode({ Index: index, Events: events }, exchange.isOld)}\n`);
    }
  };
}

/** Sends events until the client goes, or its token loses its rights; resolves with what older agents say of that. */
function follow(exchange: Exchange, topics: Topics, from: number): Promise<string> {
  const { response, store, signal } = exchange;
  const send = sender(exchange, topics);
  response.write('{}\n');
  const passing = exchange.server.follower.passing(send);
  for (const entry of store.events.since(from < 0 ? Infinity : from)) passing.take(entry);
  return new Promise((resolve) => {
    let heartbeat = store.clock.timer(heartbeatMs, beat);
    function beat() {
      response.write('{}\n');
      heartbeat = store.clock.timer(heartbeatMs, beat);
    }
    const subscription = store.events.onAdded((entry) => {
      if (hasExpired(exchange)) end('ACL token expired');
      else passing.take(entry);
    });
    const rights = onAclChanged(store, () => {
      // That a token has expired is seen with the next event.
      if (!hasExpired(exchange) && isDenied(exchange, topics))
        end('subscription closed by server, client should resubscribe');
    });
    const end = (last = '') => {
      heartbeat.dispose();
      subscription.dispose();
      passing.dispose();
      rights.dispose();
      resolve(last);
    };
    const gone = () => {
      end();
    };
    if (signal.aborted) gone();
    else signal.addEventListener('abort', gone, { once: true });
  });
}
