import { Refusal, invalidMethod } from '../cluster/refusal.ts';
import { recordOf, textOf } from '../scheduler/resources.ts';
import { writeMeta } from '../state/wire.ts';
import { type Answer, type Exchange, field, typed } from './exchange.ts';

/** What is written below `/v1/job/:id`. */

type Write = (exchange: Exchange, id: string) => Promise<Answer>;

function written(write: { readonly Index: number }, leader = false): Answer {
  const body = { ...writeMeta(write.Index), ...write, KnownLeader: leader };
  return { body, index: write.Index, write: true };
}

function checkId(body: Record<string, unknown>, id: string): void {
  const given = field(body, 'JobID');
  if (given === undefined || given === '') throw new Refusal(400, 'JobID must be specified');
  if (given !== id) throw new Refusal(400, 'Job ID does not match');
}

async function revert(exchange: Exchange, id: string): Promise<Answer> {
  const body = await exchange.body();
  checkId(body, id);
  exchange.require('revert-job');
  const version = typed(body, 'JobVersion', 'number', 'JobRevertRequest') ?? 0;
  const prior = typed(body, 'EnforcePriorVersion', 'number', 'JobRevertRequest') ?? null;
  const checkAllowed = () => {
    exchange.checkRegistrations();
  };
  const write = exchange.cluster.jobs.revert(exchange.namespace, id, version, prior, checkAllowed);
  const answer = written(write);
  return { ...answer, headers: { 'X-Nomad-KnownLeader': 'false', 'X-Nomad-LastContact': '0' } };
}

async function stable(exchange: Exchange, id: string): Promise<Answer> {
  const body = await exchange.body();
  const isStable = typed(body, 'Stable', 'boolean', 'JobStabilityRequest') ?? false;
  checkId(body, id);
  exchange.require('stable-job');
  const version = typed(body, 'JobVersion', 'number', 'JobStabilityRequest') ?? 0;
  const index = exchange.cluster.jobs.markStable(exchange.namespace, id, version, isStable);
  return { body: { Index: index }, index, write: true };
}

async function evaluate(exchange: Exchange, id: string): Promise<Answer> {
  const body = await exchange.optionalBody();
  const given = field(body, 'JobID');
  if (given !== undefined && given !== '' && given !== id) throw new Refusal(400, 'JobID not same as job name');
  exchange.require('evaluate-job');
  const force = field(recordOf(field(body, 'EvalOptions')), 'ForceReschedule') === true;
  return written(exchange.cluster.jobs.evaluate(exchange.namespace, id, force));
}

async function dispatch(exchange: Exchange, id: string): Promise<Answer> {
  const body = await exchange.body();
  const meta = recordOf(field(body, 'Meta'));
  for (const value of Object.values(meta)) {
    if (typeof value === 'string') continue;
    const kind = typeof value === 'boolean' ? 'bool' : typeof value;
    const where = 'JobDispatchRequest.Meta of type string';
    throw new Refusal(400, `json: cannot unmarshal ${kind} into Go struct field ${where}`);
  }
  const payload = typed(body, 'Payload', 'string', 'JobDispatchRequest') ?? '';
  const wrong = /[^A-Za-z0-9+/=]/.exec(payload);
  if (wrong !== null) throw new Refusal(400, `illegal base64 data at input byte ${String(wrong.index)}`);
  exchange.require('dispatch-job');
  exchange.checkRegistrations();
  const { JobModifyIndex, DispatchedJobID, EvalID, EvalCreateIndex, Index } = exchange.cluster.children.dispatch(
    exchange.namespace,
    id,
    {
      payload,
      meta: meta as Record<string, string>,
      idPrefix: typed(body, 'IdPrefixTemplate', 'string', 'JobDispatchRequest') ?? '',
      idempotencyToken: exchange.query.get('idempotency_token') ?? '',
      priority: exchange.isOld ? 0 : (typed(body, 'Priority', 'number', 'JobDispatchRequest') ?? 0),
    },
  );
  const answer = { DispatchedJobID, EvalID, EvalCreateIndex, JobCreateIndex: JobModifyIndex, Index };
  return { body: answer, index: Index, write: true };
}

async function force(exchange: Exchange, id: string): Promise<Answer> {
  await Promise.resolve();
  exchange.require('force-periodic-job');
  const { EvalID, EvalCreateIndex, Index } = exchange.cluster.children.force(exchange.namespace, id);
  return { body: { EvalID, EvalCreateIndex, Index }, index: Index, write: true };
}

async function scale(exchange: Exchange, id: string): Promise<Answer> {
  const body = await exchange.body();
  const target = recordOf(field(body, 'Target'));
  const count = field(body, 'Count') ?? null;
  if (count !== null && !Number.isInteger(count)) {
    const kind = typeof count === 'number' ? `number ${String(count)}` : typeof count;
    throw new Refusal(400, `json: cannot unmarshal ${kind} into Go struct field ScalingRequest.Count of type int64`);
  }
  const job = field(target, 'Job');
  if (job !== undefined && job !== '' && job !== id) throw new Refusal(400, 'job ID in payload did not match URL');
  exchange.require('scale-job');
  exchange.checkRegistrations();
  const write = exchange.cluster.scale(exchange.namespace, id, {
    group: textOf(field(target, 'Group')),
    count: count as number | null,
    message: typed(body, 'Message', 'string', 'ScalingRequest') ?? '',
    error: typed(body, 'Error', 'boolean', 'ScalingRequest') ?? false,
    meta: field(body, 'Meta') ?? null,
    enforceIndex: typed(body, 'JobModifyIndex', 'number', 'ScalingRequest') ?? 0,
  });
  return written(write, true);
}

async function tag(exchange: Exchange, id: string, name: string): Promise<Answer> {
  const { jobs } = exchange.cluster;
  if (exchange.method === 'DELETE') {
    exchange.require('tag-job-version');
    return { body: written(jobs.untag(exchange.namespace, id, name)).body };
  }
  if (!exchange.isWrite) throw invalidMethod();
  const body = await exchange.body();
  exchange.require('tag-job-version');
  const latest = field(body, 'Latest') === true;
  const version = typed(body, 'Version', 'number', 'JobVersionTagRequest') ?? null;
  const description = typed(body, 'Description', 'string', 'JobVersionTagRequest') ?? '';
  return { body: written(jobs.tag(exchange.namespace, id, name, latest ? null : version, description)).body };
}

function deregister(exchange: Exchange, id: string): Answer {
  const purge = exchange.flag('purge');
  exchange.flag('global');
  exchange.flag('no_shutdown_delay');
  exchange.require(purge ? 'purge-job' : 'deregister-job');
  const priority = Number(exchange.query.get('eval_priority') ?? 0);
  const write = purge
    ? exchange.cluster.purge(exchange.namespace, id, priority > 0 ? priority : undefined)
    : exchange.cluster.jobs.deregister(exchange.namespace, id, { purge, ...(priority > 0 ? { priority } : {}) });
  const { EvalID, EvalCreateIndex, JobModifyIndex, Index } = write;
  const volumes = { VolumeEvalID: '', VolumeEvalIndex: 0 };
  const answer = { EvalID, EvalCreateIndex, JobModifyIndex, Index, ...volumes };
  return written(answer);
}

const byWord: Record<string, Write> = { revert, stable, evaluate, dispatch };

export const jobWrites = { byWord, force, scale, tag, deregister };
