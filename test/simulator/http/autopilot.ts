import { Refusal } from '../cluster/refusal.ts';
import { type Answer, type Exchange, field } from './exchange.ts';

const first = {
  CleanupDeadServers: true,
  LastContactThreshold: '200ms',
  MaxTrailingLogs: 250,
  MinQuorum: 0,
  ServerStabilizationTime: '10s',
  EnableRedundancyZones: false,
  DisableUpgradeMigration: false,
  EnableCustomUpgrades: false,
};

type Configuration = typeof first & { readonly CreateIndex: number; readonly ModifyIndex: number };

const kept = new WeakMap<object, Configuration>();

/** `/v1/operator/autopilot/configuration`: is kept and shown, and has no effect where there is one server. */
export async function autopilotConfiguration(exchange: Exchange): Promise<Answer> {
  const { store } = exchange;
  const known = kept.get(store) ?? { ...first, CreateIndex: 5, ModifyIndex: 5 };
  if (exchange.method === 'GET') {
    exchange.requireOn('operator', 'read');
    return { body: known };
  }
  if (exchange.method !== 'PUT') throw new Refusal(404, 'Invalid method');
  const given = await exchange.body().catch((error: unknown) => {
    throw error instanceof Refusal ? new Refusal(400, `Error parsing autopilot config: ${error.message}`) : error;
  });
  exchange.requireOn('operator', 'write');
  const cas = exchange.query.get('cas');
  if (cas !== null && Number(cas) !== known.ModifyIndex) return { body: false };
  // What is left out is nothing, and not as it was.
  const zero = (value: unknown) => (typeof value === 'string' ? '0s' : typeof value === 'number' ? 0 : false);
  const changed = Object.fromEntries(
    Object.entries(first).map(([name, value]) => [name, field(given, name) ?? zero(value)]),
  ) as typeof first;
  store.apply('AutopilotRequestType', ({ index }) => {
    kept.set(store, { ...changed, CreateIndex: known.CreateIndex, ModifyIndex: index });
  });
  return { body: true };
}
