import { Refusal, invalidMethod } from '../cluster/refusal.ts';
import { allocationStub, evaluationBody, evaluationStub, writeMeta } from '../state/wire.ts';
import { type EvaluationRecord, jobKey, keyOf } from '../state/records.ts';
import { byCreation, byId, startingWith } from '../state/table.ts';
import { type Answer, type Exchange, field } from './exchange.ts';
import { parseFilter } from './filter.ts';
import { checkId, checkIdPrefix, inSight, list } from './listing.ts';
import { type Route, reads } from './route.ts';

/** `/v1/evaluations` and `/v1/evaluation/…` */
export const evaluationRoutes: readonly Route[] = [
  { path: /^\/v1\/evaluations$/, handle: evaluations },
  { path: /^\/v1\/evaluations\/count$/, methods: reads, handle: count },
  { path: /^\/v1\/evaluation\/([^/]*)\/allocations$/, methods: reads, handle: (x, [id = '']) => allocations(x, id) },
  { path: /^\/v1\/evaluation\/(.*)$/, methods: reads, handle: (x, [id = '']) => read(x, id) },
];

function evaluations(exchange: Exchange): Promise<Answer> {
  if (exchange.method === 'GET') return listEvaluations(exchange);
  if (exchange.method === 'DELETE') return remove(exchange);
  throw invalidMethod();
}

/** What a filter may name: every field of the struct, set or not. */
function whole(item: EvaluationRecord): Record<string, unknown> {
  const zero = { JobModifyIndex: 0, NodeModifyIndex: 0, SnapshotIndex: 0, Wait: 0, QueuedAllocations: null };
  return { ...zero, FailedTGAllocs: null, ClassEligibility: null, ...evaluationStub(item), ...item };
}

function listEvaluations(exchange: Exchange): Promise<Answer> {
  exchange.require('read-job');
  checkIdPrefix(exchange, 'eval');
  const status = exchange.query.get('status') ?? '';
  const job = exchange.query.get('job') ?? '';
  if ((exchange.query.get('filter') ?? '') !== '' && (status !== '' || job !== '')) {
    throw new Refusal(400, 'Filter expression cannot be used with other filter parameters');
  }
  const byPrefix = (exchange.query.get('prefix') ?? '') !== '';
  return list<EvaluationRecord>(exchange, {
    tables: ['evaluations'],
    items: (prefix) => candidates(exchange, job, prefix),
    visible: () => {
      const isSeen = inSight(exchange, 'read-job')();
      return (item) => isSeen(item) && (status === '' || item.Status === status) && (job === '' || item.JobID === job);
    },
    isSortedByToken: true,
    whole,
    stub: evaluationBody,
    token: (item) => (byPrefix ? item.ID : `${String(item.CreateIndex)}.${item.ID}`),
    prefix: (item) => item.ID,
    modifyIndex: (item) => item.ModifyIndex,
  });
}

function candidates({ store, namespace }: Exchange, job: string, prefix: string): readonly EvaluationRecord[] {
  if (prefix !== '') return startingWith(store.evaluations.inOrder(byId), prefix);
  if (job === '' || namespace === '*') return store.evaluations.inOrder(byCreation);
  return store.evaluationsOf(jobKey(namespace, job)).sort(byCreation);
}

/** Counting has words of its own for a filter that can't be read. @throws Refusal 500 */
function filterOf(expression: string) {
  try {
    return parseFilter(expression);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new Refusal(500, words.replace(/^.*failed to read filter expression: /s, ''));
  }
}

async function count(exchange: Exchange): Promise<Answer> {
  exchange.require('read-job');
  const { store, query } = exchange;
  checkIdPrefix(exchange, 'eval');
  const expression = query.get('filter') ?? '';
  const predicate = expression === '' ? () => true : filterOf(expression);
  const index = () => store.tableIndex('evaluations');
  await exchange.block(index);
  const counted = [...store.evaluations.values()].filter(
    (item) =>
      exchange.sees('read-job', item.Namespace) &&
      item.ID.startsWith(query.get('prefix') ?? '') &&
      predicate(whole(item)),
  );
  const body = { ...writeMeta(index()), Count: counted.length, KnownLeader: true };
  return { body, index: index() };
}

async function read(exchange: Exchange, id: string): Promise<Answer> {
  exchange.requireAsked('read-job');
  exchange.require('read-job', exchange.store.evaluations.get(id)?.Namespace ?? exchange.namespace);
  checkId(id, 'failed to lookup eval: eval');
  const related = exchange.query.get('related') === 'true';
  const { store } = exchange;
  const find = () => store.evaluations.get(id);
  const index = () => find()?.ModifyIndex ?? store.tableIndex('evaluations');
  await exchange.block(index);
  const evaluation = find();
  if (evaluation === undefined) return { status: 404, text: 'eval not found', index: index() };
  const body = evaluationBody(evaluation);
  if (!related) return { body, index: index() };
  const others = relatedTo(exchange, evaluation);
  return { body: others.length === 0 ? body : { ...body, RelatedEvals: others.map(evaluationStub) }, index: index() };
}

/** All evaluations that can be reached over next, previous and blocked ones. */
function relatedTo(exchange: Exchange, first: EvaluationRecord): EvaluationRecord[] {
  const { store } = exchange;
  const seen = new Map([[first.ID, first]]);
  const ofJob = store.evaluationsOf(keyOf(first));
  for (const item of seen.values()) {
    const named = [item.NextEval, item.PreviousEval, item.BlockedEval].flatMap((id) =>
      id === undefined ? [] : (store.evaluations.get(id) ?? []),
    );
    const naming = ofJob.filter((other) => [other.NextEval, other.PreviousEval, other.BlockedEval].includes(item.ID));
    for (const other of [...named, ...naming]) seen.set(other.ID, other);
  }
  seen.delete(first.ID);
  return [...seen.values()];
}

async function allocations(exchange: Exchange, id: string): Promise<Answer> {
  exchange.require('read-job', exchange.store.evaluations.get(id)?.Namespace ?? exchange.namespace);
  checkId(id, 'eval');
  const index = () => exchange.store.tableIndex('allocations');
  await exchange.block(index);
  const found = [...exchange.store.allocations.values()].filter((item) => item.EvalID === id);
  return { body: found.map((item) => allocationStub(item, { taskStates: true, resources: false })), index: index() };
}

/** Only while the broker is paused, and only for what nothing depends on. */
async function remove(exchange: Exchange): Promise<Answer> {
  const given = await exchange.body();
  const ids = (field(given, 'EvalIDs') ?? []) as string[];
  const expression = (field(given, 'Filter') ?? '') as string;
  if (ids.length > 0 && expression !== '') throw new Refusal(400, 'evals cannot be deleted by both ID and filter');
  if (ids.length === 0 && expression === '') throw new Refusal(400, 'evals must be deleted by either ID or filter');
  exchange.requireManagement();
  const { store } = exchange;
  if (!store.schedulerConfiguration.PauseEvalBroker) {
    throw new Refusal(500, 'eval broker is enabled; eval broker must be paused to delete evals');
  }
  const chosen = expression === '' ? ids.map((id) => deletable(exchange, id)) : matching(exchange, expression);
  const Index = store.apply('EvalDelete', (tx) => {
    for (const evaluation of chosen) tx.deleteEvaluation(evaluation);
  });
  return { body: { Count: chosen.length, Index }, index: Index, write: true };
}

function deletable(exchange: Exchange, id: string): EvaluationRecord {
  checkId(id, 'failed to lookup eval: eval');
  const evaluation = exchange.store.evaluations.get(id);
  if (evaluation === undefined) throw new Refusal(500, 'eval not found');
  if (!isSafe(exchange, evaluation)) throw new Refusal(500, `eval ${id} is not safe to delete`);
  return evaluation;
}

function matching(exchange: Exchange, expression: string): EvaluationRecord[] {
  const predicate = parseFilter(expression);
  const all = [...exchange.store.evaluations.values()].filter((item) => predicate(whole(item)));
  return all.filter((item) => isSafe(exchange, item));
}

/** While a job lives, evaluations are needed whose allocations may still run or have to be replaced. */
function isSafe({ store }: Exchange, evaluation: EvaluationRecord): boolean {
  const job = store.jobs.get(keyOf(evaluation));
  if (job === undefined || job.Stop || job.Status === 'dead') return true;
  return !store
    .allocationsOf(keyOf(evaluation))
    .some((item) => item.EvalID === evaluation.ID && ['running', 'failed', 'unknown'].includes(item.ClientStatus));
}
