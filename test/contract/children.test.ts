import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch, service, shell, task } from './support/jobs.ts';
import { refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('dispatch', (c) => {
  const jobs = () => c.client.jobs;
  const parameterized = async (name: string, more = {}) => {
    const id = c.id(name);
    const tasks = [
      task('main', shell('cat "$NOMAD_TASK_DIR/input.txt"; echo; echo "meta=$NOMAD_META_a"'), {
        DispatchPayload: { File: 'input.txt' },
      }),
    ];
    const ParameterizedJob = { Payload: 'optional', MetaRequired: ['a'], MetaOptional: ['b'], ...more };
    const answer = await c.register(batch(id, { tasks, job: { ParameterizedJob } }));
    assert.equal(answer.EvalID, '');
    return id;
  };

  it('starts a child with payload and meta', async () => {
    holds('jobs.dispatch');
    const id = await parameterized('disp');
    const { value } = await jobs().dispatch(id, { payload: 'hello wörld', meta: { a: '1' } });
    const child = value.DispatchedJobID;
    assert.match(child.slice(id.length), /^\/dispatch-\d+-[0-9a-f]{8}$/);
    assert.match(value.EvalID, /^[0-9a-f-]{36}$/);
    const [done] = await c.allocations(child, 'complete', (list) => list[0]?.ClientStatus === 'complete');
    assert.equal(done?.JobID, child);
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of c.client.allocations.logs(done.ID, { task: 'main', type: 'stdout' })) {
      text += decoder.decode(chunk, { stream: true });
    }
    assert.equal(text, 'hello wörld\nmeta=1\n');
    const { value: job } = await jobs().read(child);
    assert.deepEqual([job.ParentID, job.Dispatched], [id, true]);
    const { value: summary } = await jobs().summary(id);
    assert.equal(
      Object.values(summary.Children ?? {}).reduce((sum, n) => sum + n, 0),
      1,
    );
  });

  it('finds the first child again by an idempotency token', async () => {
    holds('Dispatching checks meta and the size of the payload, and an idempotency token finds the earlier child');
    const id = await parameterized('once');
    const options = { meta: { a: '1' }, idempotencyToken: 'token-1' };
    const { value: first } = await jobs().dispatch(id, options);
    const { value: second } = await jobs().dispatch(id, options);
    assert.equal(second.DispatchedJobID, first.DispatchedJobID);
    assert.equal(second.EvalID, '');
  });

  it('refuses missing and unknown meta, and a payload that is too large', async () => {
    holds(
      'jobs.dispatch fails',
      'Dispatching checks meta and the size of the payload, and an idempotency token finds the earlier child',
    );
    const id = await parameterized('strict');
    const refused = (options: object, words: string) =>
      assertRefused(jobs().dispatch(id, options), 500, words, 'rejected');
    await refused({}, 'Dispatch did not provide required meta keys: [a]');
    await refused({ meta: { a: '1', z: '2' } }, 'Dispatch request included unpermitted metadata keys: [z]');
    // The client would not send this.
    const body = JSON.stringify({ Meta: { a: '1' }, Payload: Buffer.alloc(20_000, 'x').toString('base64') });
    assert.deepEqual(await refusal(c, `/v1/job/${id}/dispatch`, { method: 'POST', body }), [
      500,
      'Payload exceeds maximum size; 20000 > 16384',
    ]);
  });

  it('refuses jobs that take no dispatch', async () => {
    const id = c.id('plain');
    await c.register(service(id));
    const nope = c.id('nope');
    await assertRefused(jobs().dispatch(id), 500, `Specified job "${id}" is not a parameterized job`, 'rejected');
    await assertRefused(jobs().dispatch(nope), 500, 'parameterized job not found', 'rejected');
    const stopped = await parameterized('stopped');
    await jobs().stop(stopped);
    await assertRefused(
      jobs().dispatch(stopped, { meta: { a: '1' } }),
      500,
      `Specified job "${stopped}" is stopped`,
      'rejected',
    );
  });
});

contract('periodic', (c) => {
  const jobs = () => c.client.jobs;

  it('starts a child now', async () => {
    holds(
      'jobs.periodicForce',
      'Jobs that only make children have no evaluation, and a batch job that waits to be rescheduled is pending',
    );
    const id = c.id('periodic');
    const Periodic = { Enabled: true, Spec: '0 0 1 1 *', SpecType: 'cron', TimeZone: 'UTC' };
    const answer = await c.register(batch(id, { script: 'echo ran', job: { Periodic } }));
    assert.equal(answer.EvalID, '');
    const { value: stubs } = await jobs().list({ prefix: id });
    assert.deepEqual([stubs[0]?.Periodic, stubs[0]?.Status], [true, 'running']);
    const { value } = await jobs().periodicForce(id);
    assert.match(value.EvalID, /^[0-9a-f-]{36}$/);
    const { value: evaluation } = await c.client.evaluations.read(value.EvalID);
    const child = evaluation.JobID ?? '';
    assert.match(child.slice(id.length), /^\/periodic-\d+$/);
    await c.allocations(child, 'complete', (list) => list[0]?.ClientStatus === 'complete');
    const { value: family } = await jobs().list({ prefix: `${id}/` });
    assert.deepEqual(
      family.map(({ ID, ParentID }) => [ID, ParentID]),
      [[child, id]],
    );
    await assertRefused(jobs().evaluate(id), 500, "can't evaluate periodic job", 'rejected');
  });

  it('refuses jobs that are not periodic', async () => {
    holds('jobs.periodicForce fails');
    const id = c.id('not');
    await c.register(batch(id, { script: 'true' }));
    await assertRefused(jobs().periodicForce(id), 500, "can't force launch non-periodic job", 'rejected');
    await assertRefused(jobs().periodicForce(c.id('nope')), 500, 'job not found', 'rejected');
  });
});
