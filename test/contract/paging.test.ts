import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { allPages, pages } from '../../src/nomad/reading/pages.ts';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch } from './support/jobs.ts';
import { raw } from './support/raw.ts';

contract('pages', (c) => {
  let prefix = '';
  const number = (n: number) => String(n).padStart(3, '0');
  const parent = (id: string) =>
    batch(id, { script: 'true', job: { ParameterizedJob: { Payload: 'optional' }, Meta: {} } });

  before(async () => {
    prefix = c.id('page-');
    // Only even ones, so that there is room between.
    for (let n = 0; n < 40; n += 2) await c.register(parent(`${prefix}${number(n)}`));
  });

  it('neither lose nor repeat an item while others are added and removed', async () => {
    const seen: string[] = [];
    let added = 1;
    const list = (options: object) => c.client.jobs.list(options);
    for await (const { value } of pages(list, { prefix, perPage: 3 })) {
      seen.push(...value.map(({ ID }) => ID));
      // Before what was read, right behind it, and far behind.
      await c.register(parent(`${prefix}${number(added)}`));
      const last = Number(seen.at(-1)?.slice(-3));
      await c.register(parent(`${prefix}${number(last + 1)}`));
      added += 2;
    }
    assert.deepEqual(seen, [...new Set(seen)].sort());
    const even = Array.from({ length: 20 }, (_, n) => `${prefix}${number(n * 2)}`);
    assert.deepEqual(
      seen.filter((id) => even.includes(id)),
      even,
    );
  });

  it('go on although the first item of the next page is gone', async () => {
    const { value, meta } = await c.client.jobs.list({ prefix, perPage: 2 });
    const next = meta.nextToken?.replace(/^default\./, '') ?? '';
    await c.client.jobs.stop(next, { purge: true });
    const { value: rest } = await c.client.jobs.list({ prefix, nextToken: meta.nextToken });
    const { value: all } = await c.client.jobs.list({ prefix });
    assert.deepEqual(
      [...value, ...rest].map(({ ID }) => ID),
      all.map(({ ID }) => ID),
    );
    assert.ok(!all.some(({ ID }) => ID === next));
  });

  it('come together as one list, with the lowest index', async () => {
    const { value: whole, meta } = await c.client.jobs.list({ prefix });
    const { value, meta: joined } = await allPages((options) => c.client.jobs.list(options), { prefix, perPage: 4 });
    assert.deepEqual(
      value.map(({ ID }) => ID),
      whole.map(({ ID }) => ID),
    );
    assert.equal(joined.index, meta.index);
  });

  it('page evaluations, deployments and allocations too', async () => {
    holds('The token of a page is the key of its first item, and jobs are turned round only since 2.0');
    const { evaluations, deployments, allocations } = c.client;
    const lists = [
      (options: object) => evaluations.list(options),
      (options: object) => deployments.list(options),
      (options: object) => allocations.list(options),
    ];
    for (const list of lists) {
      const { value } = await list({ namespace: '*' });
      const options = { namespace: '*', perPage: 3 };
      const { value: paged } = await allPages<{ ID: string; CreateIndex?: number }>(list, options);
      assert.deepEqual(
        paged.map(({ ID }) => ID),
        (value as { ID: string }[]).map(({ ID }) => ID),
      );
      const created = paged.map(({ CreateIndex }) => CreateIndex ?? 0);
      assert.deepEqual(
        created,
        [...created].sort((a, b) => a - b),
      );
    }
  });

  it('bring each item once where indexes gain a digit, at which older agents start over', async function () {
    const list = (options: object) => c.client.evaluations.list({ ...options, namespace: '*' });
    // Of a new agent the first evaluation is below 100, and the one of this job above it.
    let { JobModifyIndex: index } = await c.register(batch(c.id('first'), { script: 'true' }));
    for (let n = 0; index < 100; n += 1) index = (await c.register(parent(c.id(`more-${String(n)}`)))).JobModifyIndex;
    await c.register(batch(c.id('last'), { script: 'true' }));
    const created = (await list({})).value.map(({ CreateIndex }) => CreateIndex ?? 0);
    const digits = new Set(created.map((each) => String(each).length));
    if (digits.size < 2) c.skip(this, 'all evaluations of this cluster have indexes of the same length');
    const seen: { ID: string; CreateIndex?: number }[] = [];
    for await (const { value } of pages(list, { perPage: 2 })) seen.push(...value);
    assert.equal(new Set(seen.map(({ ID }) => ID)).size, seen.length);
    assert.deepEqual(
      seen.slice(0, created.length).map(({ CreateIndex }) => CreateIndex),
      created,
    );
  });

  it('have a size that is a number, since 2.0', async () => {
    const { status, body } = await raw(c, '/v1/jobs?per_page=abc');
    if (c.atLeast(2)) assert.deepEqual([status, body], [400, 'Expect a number for `per_page` query string parameter']);
    else assert.equal(status, 200);
  });
});
