import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service, unknownId } from './support/jobs.ts';
import { assertRefused } from './support/refused.ts';

contract('evaluations', (c) => {
  const evaluations = () => c.client.evaluations;
  let id = '';
  let stuck = '';

  before(async () => {
    id = c.id('eval');
    await c.register(service(id));
    await c.runningId(id);
    stuck = c.id('stuck');
    const constraint = { LTarget: '${attr.kernel.name}', RTarget: 'plan9', Operand: '=' };
    await c.register(service(stuck, { job: { Constraints: [constraint] } }));
    await c.until(
      'a blocked evaluation',
      (options) => c.client.jobs.evaluations(stuck, options),
      (list) => list.some(({ Status }) => Status === 'blocked'),
    );
  });

  it('are counted, all of them or what a filter takes', async () => {
    holds('evaluations.count', 'evaluations.count fails');
    const { value: all } = await evaluations().count();
    const { value: own } = await evaluations().count({ filter: `JobID == "${stuck}"` });
    const { value: list } = await evaluations().list({ job: stuck });
    assert.equal(own.Count, list.length);
    assert.ok(all.Count >= own.Count + 1);
    assert.ok((await evaluations().count({ namespace: '*' })).value.Count >= all.Count);
    await assertRefused(evaluations().count({ filter: 'Bogus ==' }), 500, /no match found/, 'rejected');
  });

  it('name those that came before and after', async () => {
    holds('evaluations.read');
    const { value: list } = await evaluations().list({ job: stuck });
    const first = list.find(({ TriggeredBy }) => TriggeredBy === 'job-register');
    assert.ok(first?.BlockedEval);
    const { value: plain } = await evaluations().read(first.ID);
    assert.equal(plain.RelatedEvals ?? null, null);
    const { value } = await evaluations().read(first.ID, { related: true });
    assert.deepEqual(
      value.RelatedEvals?.map(({ ID, Status }) => [ID, Status]),
      [[first.BlockedEval, 'blocked']],
    );
  });

  it('know what they placed', async () => {
    holds('evaluations.allocations', 'evaluations.allocations fails');
    const { value: list } = await evaluations().list({ job: id });
    const first = list.find(({ TriggeredBy }) => TriggeredBy === 'job-register');
    const { value } = await evaluations().allocations(first?.ID ?? '');
    assert.deepEqual(
      value.map(({ JobID, EvalID }) => [JobID, EvalID]),
      [[id, first?.ID]],
    );
    assert.deepEqual((await evaluations().allocations(unknownId)).value, []);
  });

  it('are refused where they are not', async () => {
    holds('evaluations.list fails', 'evaluations.read fails');
    await assertRefused(evaluations().read(unknownId), 404, 'eval not found', 'notFound');
    const short = 'failed to lookup eval: eval lookup failed: index error: UUID must be 36 characters';
    await assertRefused(evaluations().read(unknownId.slice(0, 8)), 500, short, 'rejected');
    await assertRefused(
      evaluations().list({ status: 'blocked', filter: 'JobID == "x"' }),
      400,
      'Filter expression cannot be used with other filter parameters',
      'rejected',
    );
    assert.deepEqual((await evaluations().list({ status: 'wibble' })).value, []);
  });
});
