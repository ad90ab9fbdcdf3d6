import { isIP } from 'node:net';
import { Refusal } from '../cluster/refusal.ts';
import type { Answer, Exchange } from './exchange.ts';
import { type Route, writes } from './route.ts';

/** What changes which servers know of each other: `/v1/agent/join` and `/v1/agent/force-leave`. */
export const gossipRoutes: readonly Route[] = [
  { path: /^\/v1\/agent\/join$/, methods: writes, handle: join },
  { path: /^\/v1\/agent\/force-leave$/, methods: writes, handle: forceLeave },
];

const anonymous = 'anonymous server join is deprecated and will be removed in a future version of Nomad';

/** Joins servers that are known already; others are not there. Failures are told in an answer of 200. */
function join(exchange: Exchange): Answer {
  const { acl, isOld, query, token } = exchange;
  const addresses = query.getAll('address');
  if (addresses.length === 0) throw new Refusal(400, 'missing address to join');
  const faults = addresses.map((address) => faultOf(exchange, address)).filter((fault) => fault !== undefined);
  const num_joined = addresses.length - faults.length;
  const error = num_joined > 0 ? '' : listOf(faults);
  // Older agents don't look at the token at all.
  const warning = isOld ? {} : { warning: acl.allowsOn(token, 'agent', 'write') ? '' : anonymous };
  return { body: { error, num_joined, ...warning } };
}

function listOf(faults: readonly string[]): string {
  const count = faults.length === 1 ? '1 error' : `${String(faults.length)} errors`;
  return `${count} occurred:\n${faults.map((fault) => `\t* ${fault}\n`).join('')}\n`;
}

/** Why a server can't be reached; undefined for one of the federation. Only addresses of this machine are looked up. */
function faultOf({ isOld, server }: Exchange, address: string): string | undefined {
  const failed = isOld ? 'Failed' : 'failed';
  const [, host = '', port = String(server.identity.serfPort)] = /^(.*?)(?::(\d+))?$/.exec(address) ?? [];
  const ip = host === 'localhost' ? '127.0.0.1' : host;
  if (isIP(ip) === 0) return `${failed} to resolve ${address}: lookup ${host}: no such host`;
  const isKnown = server.federation.servers.some(({ identity }) => String(identity.serfPort) === port);
  if (isKnown && ip === '127.0.0.1') return undefined;
  return `${failed} to join ${ip}:${port}: dial tcp ${ip}:${port}: connect: connection refused`;
}

/** Servers that are alive stay, and of one that is not known nothing is said. */
function forceLeave(exchange: Exchange): Answer {
  exchange.requireOn('agent', 'write');
  if ((exchange.query.get('node') ?? '') === '') throw new Refusal(400, 'missing node to force leave');
  try {
    exchange.flag('prune');
  } catch {
    throw new Refusal(400, 'invalid prune value');
  }
  return { text: '' };
}
