import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service } from './support/jobs.ts';
import { refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('revert', (c) => {
  const jobs = () => c.client.jobs;
  const versions = async (name: string, count: number) => {
    const id = c.id(name);
    for (let v = 0; v < count; v += 1) await c.register(service(id, { env: { V: String(v) } }));
    return id;
  };
  const envOf = async (id: string) => (await jobs().read(id)).value.TaskGroups?.[0]?.Tasks?.[0]?.Env?.['V'];

  it('makes a new version from an earlier one', async () => {
    holds('jobs.revert');
    const id = await versions('back', 2);
    const { value } = await jobs().revert(id, 0);
    assert.match(value.EvalID, /^[0-9a-f-]{36}$/);
    const { value: job } = await jobs().read(id);
    assert.deepEqual([job.Version, await envOf(id)], [2, '0']);
    const { value: evaluation } = await c.client.evaluations.read(value.EvalID);
    assert.equal(evaluation.TriggeredBy, 'job-register');
  });

  it('enforces the current version', async () => {
    holds(
      'Versions come newest first with one diff fewer, and a revert makes a version and may enforce the current one',
    );
    const id = await versions('enforced', 3);
    await assertRefused(
      jobs().revert(id, 0, { enforcePriorVersion: 1 }),
      500,
      'Current job has version 2; enforcing version 1',
      'conflict',
    );
    await jobs().revert(id, 0, { enforcePriorVersion: 2 });
    assert.equal(await envOf(id), '0');
  });

  it('keeps the source of the version it goes back to', async () => {
    const id = c.id('source');
    await c.register(service(id), { submission: { Source: '# zero', Format: 'hcl2' } });
    await c.register(service(id, { env: { V: '1' } }), { submission: { Source: '# one', Format: 'hcl2' } });
    await jobs().revert(id, 0);
    assert.equal((await jobs().submission(id, 2)).value.Source, '# zero');
  });

  it('starts a stopped job', async () => {
    holds('A stopped job is dead at once while its tasks still run, and purging it takes its allocations along');
    const id = await versions('stopped', 1);
    await c.running(id);
    await jobs().stop(id);
    const { value: stopped } = await jobs().read(id);
    assert.deepEqual([stopped.Stop, stopped.Version], [true, 1]);
    await jobs().revert(id, 0);
    const { value: job } = await jobs().read(id);
    assert.deepEqual([job.Stop, job.Version], [false, 2]);
    await c.running(id);
  });

  it('refuses the current version, a missing one, and a missing job', async () => {
    holds(
      'jobs.revert fails',
      'Errors are bare text without a line end, and most refusals by the server have status 500, not 4xx',
      'Versions come newest first with one diff fewer, and a revert makes a version and may enforce the current one',
    );
    const id = await versions('refused', 2);
    await assertRefused(jobs().revert(id, 1), 500, "can't revert to current version", 'rejected');
    await assertRefused(
      jobs().revert(id, 99),
      500,
      `job "${id}" in namespace "default" at version 99 not found`,
      'rejected',
    );
    const nope = c.id('nope');
    await assertRefused(jobs().revert(nope, 0), 500, `job "${nope}" not found`, 'rejected');
  });

  it('wants the id in the body too', async () => {
    const id = await versions('body', 1);
    const put = (body?: string) => refusal(c, `/v1/job/${id}/revert`, { method: 'PUT', ...(body && { body }) });
    assert.deepEqual(await put('{"JobVersion":0}'), [400, 'JobID must be specified']);
    assert.deepEqual(await put('{"JobID":"other","JobVersion":0}'), [400, 'Job ID does not match']);
    assert.deepEqual(await put(), [400, 'Request body is empty']);
    assert.deepEqual(await refusal(c, `/v1/job/${id}/revert`), [405, 'Invalid method']);
  });
});
