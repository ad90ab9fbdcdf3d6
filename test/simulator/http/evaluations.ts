import { Refusal } from '../cluster/refusal.ts';
import { allocationStub, evaluationBody, evaluationStub } from '../state/wire.ts';
import type { EvaluationRecord } from '../state/records.ts';
import type { Answer, Exchange } from './exchange.ts';
import { checkId, checkIdPrefix, list } from './listing.ts';
import { type Route, reads } from './route.ts';

/** `/v1/evaluations` and `/v1/evaluation/…` */
export const evaluationRoutes: readonly Route[] = [
  { path: /^\/v1\/evaluations$/, methods: reads, handle: listEvaluations },
  { path: /^\/v1\/evaluations\/count$/, methods: reads, handle: count },
  { path: /^\/v1\/evaluation\/([^/]*)\/allocations$/, methods: reads, handle: (x, [id = '']) => allocations(x, id) },
  { path: /^\/v1\/evaluation\/([^/]*)$/, methods: reads, handle: (x, [id = '']) => read(x, id) },
];

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
    items: () =>
      [...exchange.store.evaluations.values()]
        .filter((item) => exchange.sees('read-job', item.Namespace))
        .filter((item) => (status === '' || item.Status === status) && (job === '' || item.JobID === job))
        .sort((a, b) => (byPrefix ? 0 : a.CreateIndex - b.CreateIndex) || (a.ID < b.ID ? -1 : 1)),
    whole: (item) => ({ ...evaluationStub(item), ...item }),
    stub: evaluationBody,
    token: (item) => (byPrefix ? item.ID : `${String(item.CreateIndex)}.${item.ID}`),
    prefix: (item) => item.ID,
    modifyIndex: (item) => item.ModifyIndex,
  });
}

function count(exchange: Exchange): Answer {
  exchange.require('read-job');
  const seen = [...exchange.store.evaluations.values()].filter((item) => exchange.sees('read-job', item.Namespace));
  return { body: { Count: seen.length }, index: exchange.store.tableIndex('evaluations') };
}

async function read(exchange: Exchange, id: string): Promise<Answer> {
  exchange.require('read-job', exchange.store.evaluations.get(id)?.Namespace ?? exchange.namespace);
  checkId(id, 'eval');
  const related = exchange.flag('related');
  const { store } = exchange;
  const find = () => store.evaluations.get(id);
  const index = () => find()?.ModifyIndex ?? store.tableIndex('evaluations');
  await exchange.block(index);
  const evaluation = find();
  if (evaluation === undefined) return { status: 404, text: 'eval not found', index: index() };
  const body = evaluationBody(evaluation);
  return { body: related ? { ...body, RelatedEvals: relatedTo(exchange, evaluation) } : body, index: index() };
}

function relatedTo(exchange: Exchange, evaluation: EvaluationRecord): unknown[] {
  return [...exchange.store.evaluations.values()]
    .filter(
      (item) =>
        item.PreviousEval === evaluation.ID ||
        item.ID === evaluation.PreviousEval ||
        item.ID === evaluation.BlockedEval,
    )
    .map(evaluationStub);
}

async function allocations(exchange: Exchange, id: string): Promise<Answer> {
  exchange.require('read-job', exchange.store.evaluations.get(id)?.Namespace ?? exchange.namespace);
  checkId(id, 'eval');
  const index = () => exchange.store.tableIndex('allocations');
  await exchange.block(index);
  const found = [...exchange.store.allocations.values()].filter((item) => item.EvalID === id);
  return { body: found.map((item) => allocationStub(item, { taskStates: true, resources: false })), index: index() };
}
