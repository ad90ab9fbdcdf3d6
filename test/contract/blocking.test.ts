import assert from 'node:assert/strict';
import { it } from 'mocha';
import { watch } from '../../src/nomad/reading/watch.ts';
import { contract } from './support/contract.ts';
import { service } from './support/jobs.ts';
import { raw, refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('blocking queries', (c) => {
  const jobs = () => c.client.jobs;

  const timed = async <T>(work: Promise<T>) => {
    const startedMs = performance.now();
    const value = await work;
    return { value, tookMs: performance.now() - startedMs };
  };

  const settled = async (name: string) => {
    const id = c.id(name);
    await c.register(service(id));
    await c.deploymentIn(id, 'successful');
    await c.until(
      'a stable job',
      (options) => jobs().read(id, options),
      ({ Stable }) => Stable === true,
    );
    return { id, index: (await jobs().read(id)).meta.index };
  };

  it('wake up when the object changes', async () => {
    const { id, index } = await settled('wake');
    const reading = timed(jobs().read(id, { index, waitMs: 20_000 }));
    await c.register(service(id, { count: 2 }));
    const { value, tookMs } = await reading;
    assert.ok(value.meta.index > index);
    assert.equal(value.value.Version, 1);
    assert.ok(tookMs < 5000, String(tookMs));
  });

  it('wake up when anything in a list changes', async () => {
    const { meta } = await jobs().list();
    const reading = jobs().list({ index: meta.index, waitMs: 20_000 });
    await c.register(service(c.id('other')));
    assert.ok((await reading).meta.index > meta.index);
  });

  it('answer after the wait and up to a sixteenth of it, with what they had', async () => {
    const { id, index } = await settled('wait');
    const { value, tookMs } = await timed(jobs().read(id, { index, waitMs: 1000 }));
    assert.equal(value.meta.index, index);
    assert.equal(value.value.ID, id);
    assert.ok(tookMs >= 990 && tookMs < 1600, String(tookMs));
  });

  it('do not block at an index that has passed', async () => {
    const { id } = await settled('passed');
    const { tookMs } = await timed(jobs().read(id, { index: 1, waitMs: 20_000 }));
    assert.ok(tookMs < 2000, String(tookMs));
    const answer = await timed(raw(c, '/v1/jobs?index=0&wait=20s'));
    assert.ok(answer.tookMs < 2000, String(answer.tookMs));
  });

  it('block on what does not exist yet', async () => {
    const id = c.id('future');
    const { meta } = await jobs().list();
    const missing = await timed(
      assertRefused(jobs().read(id, { index: meta.index + 1000, waitMs: 500 }), 404, 'job not found', 'notFound'),
    );
    assert.ok(missing.tookMs >= 490, String(missing.tookMs));
    const { headers } = await raw(c, `/v1/job/${id}`);
    assert.ok(Number(headers['x-nomad-index']) > 0);
  });

  it('keep a watch going', async () => {
    const { id } = await settled('watch');
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(20_000)]);
    const versions: number[] = [];
    for await (const { value } of watch((options) => jobs().read(id, options), { signal, waitMs: 10_000 })) {
      if (versions.at(-1) !== value.Version) versions.push(value.Version);
      if (versions.length === 3) end.abort();
      else if (versions.length > 0) await c.register(service(id, { count: versions.length + 1 }));
    }
    assert.deepEqual(versions, [0, 1, 2]);
  });

  it('refuse an index and a wait that are none', async () => {
    assert.deepEqual(await refusal(c, '/v1/jobs?index=abc'), [400, 'Invalid index']);
    assert.deepEqual(await refusal(c, '/v1/jobs?index=-1'), [400, 'Invalid index']);
    assert.deepEqual(await refusal(c, '/v1/jobs?index=1&wait=5'), [400, 'Invalid wait time']);
    assert.deepEqual(await refusal(c, '/v1/jobs?index=1&wait=abc'), [400, 'Invalid wait time']);
  });
});
