import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract, neverIndex } from './support/contract.ts';
import { batch } from './support/jobs.ts';
import { RawStream, raw, refusal } from './support/raw.ts';

contract('lists out of the ordinary', (c) => {
  const prefix = () => c.id('row-');
  let names: string[] = [];

  before(async () => {
    names = ['a', 'b', 'c'].map((name) => `${prefix()}${name}`);
    for (const id of names) await c.register(batch(id, { script: 'true' }));
    await c.allocations(names[2] ?? '', 'complete', (list) => list[0]?.ClientStatus === 'complete');
  });

  const idsOf = (body: string) => (JSON.parse(body) as { ID: string }[]).map(({ ID }) => ID);

  it('name the first item of the next page, jobs by namespace and id', async () => {
    const { headers } = await raw(c, `/v1/jobs?prefix=${prefix()}&per_page=1`);
    assert.equal(headers['x-nomad-nexttoken'], `default.${names[1] ?? ''}`);
    const next = await raw(c, `/v1/jobs?prefix=${prefix()}&next_token=default.${names[1] ?? ''}`);
    assert.deepEqual(idsOf(next.body), names.slice(1));
  });

  it('name the first item of the next page, other things by index and id', async () => {
    const filter = encodeURIComponent(`JobID contains "${prefix()}"`);
    for (const list of ['evaluations', 'allocations']) {
      const { body } = await raw(c, `/v1/${list}?filter=${filter}`);
      const all = JSON.parse(body) as { ID: string; CreateIndex: number }[];
      const { headers } = await raw(c, `/v1/${list}?filter=${filter}&per_page=1`);
      const [, second] = all;
      assert.equal(headers['x-nomad-nexttoken'], `${String(second?.CreateIndex)}.${second?.ID ?? ''}`, list);
    }
  });

  it('turn round, but those of jobs not on older agents', async () => {
    const { body } = await raw(c, `/v1/jobs?prefix=${prefix()}&reverse=true`);
    assert.deepEqual(idsOf(body), c.atLeast(2) ? [...names].reverse() : names);
    const filter = encodeURIComponent(`JobID contains "${prefix()}"`);
    const { body: plain } = await raw(c, `/v1/evaluations?filter=${filter}`);
    const { body: turned } = await raw(c, `/v1/evaluations?filter=${filter}&reverse=true`);
    assert.deepEqual(idsOf(turned), idsOf(plain).reverse());
  });

  it('have a size that older agents do not look at', async () => {
    const answer = await refusal(c, `/v1/jobs?prefix=${prefix()}&per_page=abc`);
    if (c.atLeast(2)) assert.deepEqual(answer, [400, 'Expect a number for `per_page` query string parameter']);
    else assert.deepEqual([answer[0], idsOf(answer[1])], [200, names]);
  });

  it('of namespaces that are not there are empty, whatever they list', async () => {
    const lists = ['jobs', 'allocations', 'deployments', 'evaluations'];
    for (const list of [...lists, ...(c.atLeast(1, 8) ? ['jobs/statuses'] : [])]) {
      assert.deepEqual(await refusal(c, `/v1/${list}?namespace=nope`), [200, '[]'], list);
    }
  });

  it('have keys in an order of no meaning', async function () {
    if (c.target.kind === 'simulator') c.skip(this, 'the simulator writes the keys of a map in one order');
    const id = c.id('keys');
    const env = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`K${String(i)}`, 'x']));
    await c.register(batch(id, { script: 'true', env, job: { ParameterizedJob: {} } }));
    const bodies = new Set<string>();
    for (let i = 0; i < 12; i += 1) bodies.add((await raw(c, `/v1/job/${id}`)).body);
    assert.ok(bodies.size > 1);
    const parsed = [...bodies].map((body) => JSON.parse(body) as object);
    for (const one of parsed) assert.deepEqual(one, parsed[0]);
  });
});

contract('waiting out of the ordinary', (c) => {
  const never = String(neverIndex);

  it('takes up to a sixteenth longer, by chance', async () => {
    const took = async () => {
      const startedMs = performance.now();
      assert.equal((await raw(c, `/v1/jobs?index=${never}&wait=1600ms`)).status, 200);
      return performance.now() - startedMs;
    };
    const all = await Promise.all(Array.from({ length: 12 }, took));
    assert.ok(Math.min(...all) >= 1595, all.join());
    assert.ok(Math.max(...all) - Math.min(...all) > 15, all.join());
  });

  it('takes the same index again for what did not change', async () => {
    const id = c.id('still');
    await c.register(batch(id, { script: 'true', job: { ParameterizedJob: {} } }));
    const first = await raw(c, `/v1/job/${id}`);
    const index = String(first.headers['x-nomad-index']);
    const again = await raw(c, `/v1/job/${id}?index=${index}&wait=300ms`);
    assert.deepEqual([again.status, again.headers['x-nomad-index']], [200, index]);
    assert.deepEqual(JSON.parse(again.body), JSON.parse(first.body));
  });

  it('takes place for a job that is not there, which has an index all the same', async () => {
    const { headers: now } = await raw(c, `/v1/job/${c.id('nope')}`);
    const startedMs = performance.now();
    const path = `/v1/job/${c.id('nope')}?index=${String(now['x-nomad-index'])}&wait=500ms`;
    const { status, headers, body } = await raw(c, path);
    assert.deepEqual([status, body], [404, 'job not found']);
    assert.match(String(headers['x-nomad-index']), /^[1-9]\d*$/);
    assert.ok(performance.now() - startedMs >= 490);
  });

  it('takes no time at index 0, and no unit is no wait', async () => {
    const startedMs = performance.now();
    assert.equal((await raw(c, '/v1/jobs?index=0&wait=10s')).status, 200);
    assert.ok(performance.now() - startedMs < 10_000);
    assert.deepEqual(await refusal(c, `/v1/jobs?index=${never}&wait=5`), [400, 'Invalid wait time']);
  });

  it('may be asked for as long as one likes', async () => {
    const streams = ['20m', '0s', '300s', ''].map((wait) => new RawStream(c, `/v1/jobs?index=${never}&wait=${wait}`));
    try {
      await c.quiet(1000);
      for (const { status, ended } of streams) assert.deepEqual([status, ended], [undefined, false]);
    } finally {
      for (const stream of streams) stream.destroy();
    }
  });

  it('goes on while others register what a prefix leaves out', async () => {
    const parent = (id: string) => batch(id, { script: 'true', job: { ParameterizedJob: {} } });
    await c.register(parent(c.id('inside')));
    const { headers } = await raw(c, `/v1/jobs?prefix=${c.id('inside')}`);
    const stream = new RawStream(
      c,
      `/v1/jobs?prefix=${c.id('inside')}&index=${String(headers['x-nomad-index'])}&wait=20s`,
    );
    try {
      await c.register(parent(c.id('outside')));
      await c.quiet(700);
      assert.equal(stream.status, undefined);
      await c.register(parent(c.id('inside-too')));
      await stream.until('the other job', () => stream.ended);
      assert.equal((JSON.parse(stream.text) as unknown[]).length, 2);
    } finally {
      stream.destroy();
    }
  });
});
