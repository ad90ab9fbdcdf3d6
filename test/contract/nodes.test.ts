import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract, contractAlone } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch, second, service, shell, system, task, unknownId } from './support/jobs.ts';
import { raw, refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

const short = 'node lookup failed: index error: UUID must be 36 characters';

contract('nodes', (c) => {
  const nodes = () => c.client.nodes;
  let job = '';
  let id = '';

  before(async () => {
    job = c.id('node');
    await c.register(service(job));
    id = (await c.running(job))[0]?.NodeID ?? '';
  });

  it('are listed with what was asked for', async () => {
    holds('nodes.list', 'nodes.list fails');
    const { value } = await nodes().list({ os: true, resources: true });
    const node = value.find(({ ID }) => ID === id) as Record<string, unknown> | undefined;
    assert.deepEqual(Object.keys(node?.['Attributes'] ?? {}), ['os.name']);
    assert.ok((node?.['NodeResources'] ?? null) !== null);
    const { value: found } = await nodes().list({ prefix: id.slice(0, 8), filter: 'Status == "ready"' });
    assert.ok(found.some(({ ID }) => ID === id));
    const odd = 'node lookup failed: index error: Input (without hyphens) must be even length';
    await assertRefused(nodes().list({ prefix: id.slice(0, 7) }), 500, odd, 'rejected');
  });

  it('know their allocations, with the jobs', async () => {
    holds('nodes.allocations', 'nodes.allocations fails');
    const { value } = await nodes().allocations(id);
    const own = value.find(({ JobID }) => JobID === job);
    assert.deepEqual([own?.ClientStatus, own?.NodeID, own?.Job?.ID], ['running', id, job]);
    assert.deepEqual((await nodes().allocations(unknownId)).value, []);
  });

  it('are marked while they run, and no longer', async () => {
    const path = `/v1/client/metadata?node_id=${id}`;
    const mark = async (Meta: object) => {
      const answer = await raw(c, path, { method: 'POST', body: JSON.stringify({ Meta }) });
      assert.equal(answer.status, 200, answer.body);
      return JSON.parse(answer.body) as Record<string, Record<string, string>>;
    };
    const marked = await mark({ 'team.name': 'web' });
    assert.deepEqual([marked['Meta']?.['team.name'], marked['Dynamic']], ['web', { 'team.name': 'web' }]);
    assert.equal(marked['Static']?.['team.name'], undefined);
    await c.until(
      'the mark',
      (options) => nodes().read(id, options),
      ({ Meta }) => Meta?.['team.name'] === 'web',
    );
    assert.deepEqual((await mark({ 'team.name': null }))['Dynamic'], {});
    const none = { method: 'POST', body: '{}' };
    assert.deepEqual(await refusal(c, path, none), [400, 'missing required Meta object']);
    const odd = { method: 'POST', body: JSON.stringify({ Meta: { 'a b': 'c' } }) };
    const words = '"a b" is invalid; metadata keys must be valid dotted hcl identifiers';
    assert.deepEqual(await refusal(c, path, odd), [400, words]);
  });

  it('measure themselves', async () => {
    holds('nodes.stats', 'nodes.stats fails');
    for (const { value } of [await nodes().stats(), await nodes().stats(id)]) {
      assert.ok((value.Memory?.Total ?? 0) > 0);
      assert.ok((value.CPU?.length ?? 0) > 0);
      assert.ok((value.Timestamp ?? 0) > 0);
    }
    await assertRefused(nodes().stats(unknownId), 404, `Unknown node ${unknownId}`, 'notFound');
    await assertRefused(nodes().stats('1111'), 500, short, 'rejected');
  });

  it('have their jobs evaluated again', async () => {
    holds('nodes.evaluate', 'nodes.evaluate fails');
    const { value } = await nodes().evaluate(id);
    const [evaluation = ''] = value.EvalIDs ?? [];
    assert.match(evaluation, /^[0-9a-f-]{36}$/);
    assert.equal((await c.client.evaluations.read(evaluation)).value.TriggeredBy, 'node-update');
    await assertRefused(nodes().evaluate(unknownId), 500, 'node not found', 'rejected');
  });

  it('remove what finished allocations left', async () => {
    holds(
      'allocations.collectGarbage',
      'allocations.collectGarbage fails',
      'nodes.collectGarbage',
      'nodes.collectGarbage fails',
    );
    const done = c.id('done');
    await c.register(batch(done, { script: 'true' }));
    const [stub] = await c.allocations(done, 'complete', (list) => list[0]?.ClientStatus === 'complete');
    await c.client.allocations.collectGarbage(stub?.ID ?? '');
    await assertRefused(c.client.files.ls(stub?.ID ?? ''), 404, /Unknown allocation|no such file/, 'notFound');
    const { value: running } = await c.client.jobs.allocations(job);
    const words = 'No such allocation on client, or allocation not eligible for GC';
    await assertRefused(c.client.allocations.collectGarbage(running[0]?.ID ?? ''), 500, words, 'rejected');
    await nodes().collectGarbage(id);
    await nodes().collectGarbage();
    await assertRefused(nodes().collectGarbage(unknownId), 500, `Unknown node ${unknownId}`, 'rejected');
  });

  it('are refused where they are not', async () => {
    holds(
      'nodes.read fails',
      'nodes.setEligibility fails',
      'nodes.drain fails',
      'nodes.stopDrain fails',
      'nodes.purge fails',
    );
    await assertRefused(nodes().read(unknownId), 404, 'node not found', 'notFound');
    await assertRefused(nodes().read(id.slice(0, 8)), 500, short, 'rejected');
    await assertRefused(nodes().setEligibility(unknownId, true), 500, 'node not found', 'rejected');
    await assertRefused(nodes().drain(unknownId, { deadline: 'now' }), 500, 'node not found', 'rejected');
    await assertRefused(nodes().stopDrain(unknownId), 500, 'node not found', 'rejected');
    await assertRefused(nodes().purge(unknownId), 500, 'node not found', 'rejected');
    const body = JSON.stringify({ Eligibility: 'maybe' });
    assert.deepEqual(await refusal(c, `/v1/node/${id}/eligibility`, { method: 'POST', body }), [
      500,
      'invalid scheduling eligibility "maybe"',
    ]);
  });
});

contractAlone('a node', (c) => {
  const nodes = () => c.client.nodes;
  let job = '';
  let id = '';

  before(async () => {
    job = c.id('drained');
    await c.register(service(job));
    id = (await c.running(job))[0]?.NodeID ?? '';
  });

  const eligibility = async () => (await nodes().read(id)).value.SchedulingEligibility;

  it('takes allocations only while it is eligible', async () => {
    holds('nodes.setEligibility');
    await nodes().setEligibility(id, false);
    assert.equal(await eligibility(), 'ineligible');
    const waits = c.id('waits');
    await c.register(service(waits));
    await c.until(
      'a blocked evaluation',
      (options) => c.client.jobs.evaluations(waits, options),
      (list) => list.some(({ Status }) => Status === 'blocked'),
    );
    await nodes().setEligibility(id, true);
    assert.equal(await eligibility(), 'eligible');
    await c.running(waits);
    await c.client.jobs.stop(waits);
  });

  it('moves its allocations elsewhere, until that is stopped', async () => {
    holds('nodes.drain', 'nodes.stopDrain');
    const { value: drained } = await nodes().drain(id, { deadline: 3_600_000, meta: { message: 'for a test' } });
    assert.ok(drained.NodeModifyIndex > 0);
    await c.until(
      'the drain',
      (options) => nodes().read(id, options),
      ({ SchedulingEligibility, Drain }) => Drain || SchedulingEligibility === 'ineligible',
    );
    assert.equal(await eligibility(), 'ineligible');
    await c.allocations(job, 'stopped', (list) => list.every(({ DesiredStatus }) => DesiredStatus === 'stop'));
    await nodes().stopDrain(id);
    const back = await c.until(
      'the end of the drain',
      (options) => nodes().read(id, options),
      ({ Drain }) => !Drain,
    );
    assert.deepEqual([back.DrainStrategy ?? null, back.SchedulingEligibility], [null, 'eligible']);
    await c.running(job);
  });

  it('can not become eligible while it is drained', async () => {
    holds('nodes.setEligibility fails');
    const everywhere = c.id('system');
    // The drain goes on for as long as this does not end, which is half a minute on any machine.
    const deaf = shell("trap '' INT; echo up; exec sleep 3600");
    await c.register(system(everywhere, { tasks: [task('main', deaf, { KillTimeout: 30 * c.speed * second })] }));
    const allocation = await c.runningId(everywhere);
    for await (const text of c.client.allocations.logs(allocation, { task: 'main', type: 'stdout', follow: true })) {
      if (text.byteLength > 0) break;
    }
    await nodes().drain(id, { deadline: 'none', ignoreSystemJobs: false });
    const words = "can not set node's scheduling eligibility to eligible while it is draining";
    await assertRefused(nodes().setEligibility(id, true), 500, words, 'rejected');
    await nodes().stopDrain(id, { markEligible: false });
    assert.equal(await eligibility(), 'ineligible');
    await nodes().setEligibility(id, true);
    await c.client.allocations.signal(allocation, 'SIGKILL', { task: 'main' });
    // Or else a node that comes back would run it once more.
    await c.client.jobs.stop(everywhere);
  });

  it('is forgotten, and comes back by itself if it still runs', async () => {
    holds('nodes.purge');
    await nodes().purge(id);
    await assertRefused(nodes().read(id), 404, 'node not found', 'notFound');
    const list = await c.until(
      'a node',
      (options) => nodes().list(options),
      (found) => found.some(({ Status }) => Status === 'ready'),
    );
    assert.equal(list[0]?.ID, id);
  });
});
