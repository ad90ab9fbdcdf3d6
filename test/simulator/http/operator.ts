import { Refusal, invalidMethod } from '../cluster/refusal.ts';
import { numberOf, recordOf, textOf } from '../scheduler/resources.ts';
import type { SchedulerConfiguration } from '../state/registry.ts';
import { writeMeta } from '../state/wire.ts';
import { autopilotConfiguration } from './autopilot.ts';
import { rpcAddressOf } from './federation.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { type Route, reads } from './route.ts';

/** `/v1/operator/…`, `/v1/system/…`, and what only Enterprise has. */
export const operatorRoutes: readonly Route[] = [
  { path: /^\/v1\/operator\/license$/, handle: () => ({ status: 204, text: '' }) },
  { path: /^\/v1\/operator\/scheduler\/configuration$/, handle: schedulerConfiguration },
  { path: /^\/v1\/operator\/raft\/configuration/, handle: raft },
  { path: /^\/v1\/operator\/autopilot\/configuration$/, handle: autopilotConfiguration },
  { path: /^\/v1\/operator\/autopilot\/health$/, methods: reads, handle: autopilot },
  { path: /^\/v1\/operator\/keyring\/keys$/, methods: reads, handle: keys },
  { path: /^\/v1\/operator\/utilization$/, handle: enterprise },
  { path: /^\/v1\/(quotas|quota-usages|quota(?:\/.*)?|quota-usage\/.*)$/, handle: enterprise },
  { path: /^\/v1\/(sentinel\/.*|recommendations?(?:\/.*)?)$/, handle: enterprise },
  { path: /^\/v1\/system\/gc$/, methods: ['PUT'], handle: collectGarbage },
  { path: /^\/v1\/system\/reconcile\/summaries$/, methods: ['PUT'], handle: reconcile },
];

function enterprise(): Answer {
  return { status: 501, text: 'Nomad Enterprise only endpoint' };
}

function collectGarbage(exchange: Exchange): Answer {
  exchange.requireManagement();
  exchange.cluster.collectGarbage();
  return { text: '' };
}

/** Summaries are always right here. */
function reconcile(exchange: Exchange): Answer {
  exchange.requireManagement();
  return { text: '' };
}

function schedulerConfiguration(exchange: Exchange): Promise<Answer> | Answer {
  if (exchange.isWrite) return write(exchange);
  if (exchange.method !== 'GET') throw invalidMethod();
  exchange.requireOn('operator', 'read');
  const { schedulerConfiguration: SchedulerConfig } = exchange.store;
  const index = SchedulerConfig.ModifyIndex;
  return { body: { ...writeMeta(index), KnownLeader: true, SchedulerConfig: shown(exchange, SchedulerConfig) }, index };
}

function shown(exchange: Exchange, { NodeLimitForFeasibilityChecks, ...config }: SchedulerConfiguration): unknown {
  return exchange.isOld ? config : { ...config, NodeLimitForFeasibilityChecks };
}

function configurationOf(given: Record<string, unknown>): SchedulerConfiguration {
  const preemption = recordOf(field(given, 'PreemptionConfig'));
  const isOn = (name: string, from = given) => field(from, name) === true;
  return {
    SchedulerAlgorithm: textOf(field(given, 'SchedulerAlgorithm')),
    PreemptionConfig: {
      SystemSchedulerEnabled: isOn('SystemSchedulerEnabled', preemption),
      SysBatchSchedulerEnabled: isOn('SysBatchSchedulerEnabled', preemption),
      BatchSchedulerEnabled: isOn('BatchSchedulerEnabled', preemption),
      ServiceSchedulerEnabled: isOn('ServiceSchedulerEnabled', preemption),
    },
    MemoryOversubscriptionEnabled: isOn('MemoryOversubscriptionEnabled'),
    RejectJobRegistration: isOn('RejectJobRegistration'),
    PauseEvalBroker: isOn('PauseEvalBroker'),
    NodeLimitForFeasibilityChecks: numberOf(field(given, 'NodeLimitForFeasibilityChecks')),
    CreateIndex: 0,
    ModifyIndex: 0,
  };
}

async function write(exchange: Exchange): Promise<Answer> {
  const given = await exchange.body().catch((error: unknown) => {
    throw error instanceof Refusal ? new Refusal(400, `Error parsing scheduler config: ${error.message}`) : error;
  });
  const config = configurationOf(given);
  if (!['', 'binpack', 'spread'].includes(config.SchedulerAlgorithm)) {
    throw new Refusal(400, `invalid scheduler algorithm: ${config.SchedulerAlgorithm}`);
  }
  const raw = exchange.query.get('cas');
  if (raw !== null && !/^\d+$/.test(raw)) {
    const reason = `strconv.ParseUint: parsing ${JSON.stringify(raw)}: invalid syntax`;
    throw new Refusal(400, `Error parsing cas value: ${reason}`);
  }
  exchange.requireOn('operator', 'write');
  const { store } = exchange;
  const known = store.schedulerConfiguration;
  const Updated = raw === null || Number(raw) === known.ModifyIndex;
  const Index = store.apply('SchedulerConfiguration', (tx) => {
    if (!Updated) return;
    const SchedulerAlgorithm = config.SchedulerAlgorithm || 'binpack';
    store.schedulerConfiguration = {
      ...config,
      SchedulerAlgorithm,
      CreateIndex: known.CreateIndex,
      ModifyIndex: tx.index,
    };
  });
  return { body: { Updated, Index }, index: Index, write: true };
}

/** The key that every cluster begins with. Nothing is encrypted with it, and there is no other. */
function keys(exchange: Exchange): Answer {
  exchange.requireManagement();
  const KeyID = exchange.server.identity.id;
  const at = { CreateTime: exchange.cluster.startedMs * 1e6, PublishTime: 0, CreateIndex: 7, ModifyIndex: 7 };
  return { body: [{ KeyID, Algorithm: 'aes256-gcm', ...at, State: 'active' }], index: 7 };
}

function raft(exchange: Exchange): Answer {
  if (exchange.method !== 'GET') return { status: 405, text: '' };
  exchange.requireManagement();
  const { identity } = exchange.server;
  const Address = rpcAddressOf(identity);
  const server = { ID: identity.id, Node: identity.name, Address, Leader: true, Voter: true, RaftProtocol: '3' };
  return { body: { Servers: [server], Index: 0 } };
}

function autopilot(exchange: Exchange): Answer {
  exchange.requireOn('operator', 'read');
  const { identity } = exchange.server;
  const server = {
    ID: identity.id,
    Name: identity.name,
    Address: rpcAddressOf(identity),
    SerfStatus: 'alive',
    Version: exchange.cluster.version,
    Leader: true,
    LastContact: '0s',
    LastTerm: 2,
    LastIndex: exchange.store.index,
    Healthy: true,
    Voter: true,
    StableSince: new Date(exchange.store.clock.now()).toISOString(),
  };
  const newer = exchange.isOld ? {} : { Leader: identity.id, Voters: [identity.id] };
  return { body: { Healthy: true, FailureTolerance: 0, Servers: [server], ...newer } };
}
