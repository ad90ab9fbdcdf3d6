import { systemClock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifetime.ts';
import { dropIdleSockets, dropOldSockets } from './agents.ts';
import type { SocketAgent } from './agents.ts';
import { discard } from './body.ts';
import type { HttpResponse } from './body.ts';
import { startRequest } from './send.ts';
import type { Sending, Sent } from './send.ts';

export interface ReadRoute extends Sending {
  /** How long a kept socket may leave a read without an answer before it may be dead; 3,000 where undefined. */
  readonly doubtMs?: number | undefined;
  /** Opens a socket for each request, for the case that a kept one is dead. */
  readonly fresh: SocketAgent;
}

const defaultDoubtMs = 3000;
const maxPatience = 8;
/**
 * How many times longer to wait before doubting a kept socket again, once one turned out to be alive and just its
 * server slow.
 */
const patience = new WeakMap<SocketAgent, number>();

/**
 * Sends a read, over a kept socket where there is one. A server may close a kept socket at just that moment; the read is
 * sent again over a new one then. Or the socket died without a word, as while the machine slept, and no answer will ever
 * come; so after a few seconds the read goes over a new one as well, and the first answer counts. A read changes nothing,
 * and none is sent more than twice.
 *
 * @throws as {@link Sent} says
 */
export async function sendRead(url: string, route: ReadRoute): Promise<HttpResponse> {
  const { agent, fresh, doubtMs = defaultDoubtMs } = route;
  dropOldSockets(agent);
  const first = startRequest(url, route);
  const sendAgain = () => {
    // What happened to this socket has probably happened to the others too.
    dropIdleSockets(agent);
    return startRequest(url, { ...route, agent: fresh });
  };
  const early = await withinReason(first, doubtMs * (patience.get(agent) ?? 1));
  if (early === undefined) return first.hasKeptSocket() ? eitherOf(first, sendAgain(), route) : first.response;
  if (early.response !== undefined) return early.response;
  if (!first.hasKeptSocket() || route.signal.aborted || !wasClosed(early.error)) throw early.error;
  return sendAgain().response;
}

interface Outcome {
  readonly response?: HttpResponse;
  readonly error?: unknown;
}

/** How a read ended, or undefined if it hasn't within the limit. */
async function withinReason(read: Sent, limitMs: number): Promise<Outcome | undefined> {
  let timer: Disposable | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = systemClock.timer(limitMs, () => {
      resolve(undefined);
    });
  });
  try {
    return await Promise.race([outcomeOf(read), late]);
  } finally {
    timer?.dispose();
  }
}

function outcomeOf(read: Sent): Promise<Outcome> {
  return read.response.then(
    (response) => ({ response }),
    (error: unknown) => ({ error }),
  );
}

async function eitherOf(first: Sent, second: Sent, { agent, signal }: ReadRoute): Promise<HttpResponse> {
  const both = [first, second].map(async (read) => ({ read, ...(await outcomeOf(read)) }));
  const { read, response, error } = await Promise.race(both);
  if (read === first) {
    if (response === undefined && !signal.aborted) return second.response;
    patience.set(agent, Math.min(2 * (patience.get(agent) ?? 1), maxPatience));
  } else {
    // A server that is short of something answers the one that came first.
    if (response !== undefined && (response.status === 429 || response.status >= 500)) {
      discard(response);
      return first.response;
    }
    patience.delete(agent);
  }
  const other = read === first ? second : first;
  other.response.then(discard, () => undefined);
  other.cancel();
  if (response === undefined) throw error;
  return response;
}

function wasClosed(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE';
}
