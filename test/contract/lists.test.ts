import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { pages } from '../../src/nomad/reading/pages.ts';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch, service } from './support/jobs.ts';
import { raw, refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('lists', (c) => {
  const jobs = () => c.client.jobs;
  const ids = (list: readonly { ID: string }[]) => list.map(({ ID }) => ID);
  let prefix = '';
  let all: string[] = [];

  before(async () => {
    prefix = c.id('list-');
    all = ['a', 'b', 'c', 'd', 'e'].map((name) => `${prefix}${name}`);
    for (const id of all) {
      await c.register(id.endsWith('e') ? batch(id) : service(id, { job: { Meta: { last: id.slice(-1) } } }));
    }
    await Promise.all(all.map((id) => c.running(id)));
  });

  it('lists jobs by id, with a summary', async () => {
    holds('jobs.list');
    const { value, meta } = await jobs().list({ prefix });
    assert.deepEqual(ids(value), all);
    const [stub] = value;
    assert.deepEqual(
      [stub?.Namespace, stub?.Type, stub?.Status, stub?.Stop, stub?.Periodic, stub?.ParameterizedJob],
      ['default', 'service', 'running', false, false, false],
    );
    assert.equal(stub?.JobSummary?.Summary?.['app']?.Running, 1);
    assert.ok(meta.index >= Math.max(...value.map(({ JobModifyIndex }) => JobModifyIndex)));
    assert.equal(meta.nextToken, undefined);
    assert.deepEqual((await jobs().list({ prefix: `${prefix}zzz` })).value, []);
  });

  it('adds meta only when asked for', async () => {
    const { value: plain } = await jobs().list({ prefix: `${prefix}a` });
    const { value: more } = await jobs().list({ prefix: `${prefix}a`, meta: true });
    const metaOf = (stub: { Meta?: unknown } | undefined) => stub?.Meta ?? null;
    assert.equal(metaOf(plain[0]), null);
    assert.deepEqual(metaOf(more[0]), { last: 'a' });
  });

  it('filters by fields of the whole job', async () => {
    const filtered = async (filter: string) =>
      ids((await jobs().list({ prefix, filter })).value).map((id) => id.slice(-1));
    assert.deepEqual(await filtered('Type == "batch"'), ['e']);
    assert.deepEqual(await filtered('Meta.last == "b" or Meta.last == "c"'), ['b', 'c']);
    assert.deepEqual(await filtered('ID matches "[ab]$"'), ['a', 'b']);
    assert.deepEqual(await filtered('not (Type == "service")'), ['e']);
    assert.deepEqual(await filtered('Priority == 50 and Name contains "list-d"'), ['d']);
    assert.deepEqual(await filtered('Meta is empty'), ['e']);
  });

  it('refuses filters that it cannot read', async () => {
    holds(
      'jobs.list fails',
      'A filter knows the fields of the whole object, not those of the row, and cannot compare by greater',
    );
    await assertRefused(
      jobs().list({ filter: 'Priority > 10' }),
      400,
      /^failed to create result paginator: failed to read filter expression: 1:10 \(9\): no match found, expected: /,
      'rejected',
    );
    await assertRefused(
      jobs().list({ filter: 'Bogus == 1' }),
      400,
      `failed to read result page: error finding value in datum: /Bogus at part 0: couldn't find key: struct field with name "Bogus"`,
      'rejected',
    );
  });

  it('pages, and names the first item of the next page', async () => {
    const { value, meta } = await jobs().list({ prefix, perPage: 2 });
    assert.deepEqual(ids(value), all.slice(0, 2));
    assert.equal(meta.nextToken, `default.${prefix}c`);
    const sizes: number[] = [];
    const seen: string[] = [];
    for await (const page of pages((options) => jobs().list(options), { prefix, perPage: 2 })) {
      sizes.push(page.value.length);
      seen.push(...ids(page.value));
    }
    assert.deepEqual(sizes, [2, 2, 1]);
    assert.deepEqual(seen, all);
  });

  it('pages what a filter left', async () => {
    const { value, meta } = await jobs().list({ prefix, perPage: 3, filter: 'Type == "service"' });
    assert.deepEqual(ids(value), all.slice(0, 3));
    const rest = await jobs().list({ prefix, perPage: 3, filter: 'Type == "service"', nextToken: meta.nextToken });
    assert.deepEqual(ids(rest.value), all.slice(3, 4));
  });

  it('turns the order of jobs round, since 2.0', async function () {
    c.needs(this, 2, 0, 'reverse order of jobs');
    const { value } = await jobs().list({ prefix, reverse: true, perPage: 2 });
    assert.deepEqual(ids(value), all.slice(3).reverse());
  });

  it('lists every namespace, and none that is unknown', async () => {
    const { value } = await jobs().list({ prefix, namespace: '*' });
    assert.deepEqual(ids(value), all);
    assert.deepEqual((await jobs().list({ namespace: 'nope' })).value, []);
  });

  it('lists evaluations of a job, and by status', async () => {
    holds('evaluations.list');
    const [job = ''] = all;
    const { value } = await c.client.evaluations.list({ job });
    assert.ok(value.length > 0);
    for (const { JobID } of value) assert.equal(JobID, job);
    const { value: complete } = await c.client.evaluations.list({ job, status: 'complete' });
    for (const { Status } of complete) assert.equal(Status, 'complete');
    const [first] = value;
    const allocations = await c.client.evaluations.allocations(
      value.find(({ TriggeredBy }) => TriggeredBy === 'job-register')?.ID ?? '',
    );
    assert.deepEqual(
      allocations.value.map(({ JobID }) => JobID),
      [job],
    );
    assert.equal(first?.Namespace, 'default');
  });

  it('lists deployments, the oldest first', async () => {
    holds('deployments.list');
    const filter = `JobID contains "${prefix}"`;
    const { value } = await c.client.deployments.list({ filter });
    const created = value.map(({ CreateIndex }) => CreateIndex);
    assert.equal(value.length, 4);
    assert.deepEqual(
      created,
      [...created].sort((a, b) => a - b),
    );
    const { value: newest } = await c.client.deployments.list({ filter, reverse: true, perPage: 1 });
    assert.equal(newest[0]?.ID, value.at(-1)?.ID);
  });
});

contract('job statuses', (c) => {
  it('is not there before 1.8', async function () {
    holds(
      'jobs.statuses fails',
      'Statuses of jobs exist since 1.8, last changed first, and an empty list of names is refused',
    );
    if (c.atLeast(1, 8)) c.skip(this, `Nomad ${c.version.text} has job statuses`);
    await assertRefused(c.client.jobs.statuses(), 404, '', 'unsupported').catch((error: unknown) => {
      // An answer without a body is kept as no body.
      assert.match(String(error), /undefined/);
    });
  });

  it('joins jobs with their allocations and deployment', async function () {
    holds('jobs.statuses');
    c.needs(this, 1, 8, 'job statuses');
    const id = c.id('statuses');
    await c.register(service(id, { count: 2 }));
    const deployment = await c.deploymentIn(id, 'successful');
    const { value } = await c.client.jobs.statuses({ filter: `ID == "${id}"` });
    const [item] = value;
    assert.deepEqual(
      [item?.ID, item?.Namespace, item?.Type, item?.Status, item?.Stop, item?.GroupCountSum, item?.ChildStatuses],
      [id, 'default', 'service', 'running', false, 2, null],
    );
    assert.deepEqual(
      item?.Allocs?.map(({ Group, ClientStatus, JobVersion, DeploymentStatus }) => [
        Group,
        ClientStatus,
        JobVersion,
        DeploymentStatus,
      ]),
      Array.from({ length: 2 }, () => ['app', 'running', 0, { Canary: false, Healthy: true }]),
    );
    assert.deepEqual(item.LatestDeployment, {
      ID: deployment.ID,
      IsActive: false,
      JobVersion: 0,
      Status: 'successful',
      StatusDescription: 'Deployment completed successfully',
      AllAutoPromote: false,
      RequiresPromotion: false,
    });
  });

  it('puts the last changed first', async function () {
    holds('Statuses of jobs exist since 1.8, last changed first, and an empty list of names is refused');
    c.needs(this, 1, 8, 'job statuses');
    const first = c.id('first');
    const then = c.id('then');
    await c.register(batch(first, { script: 'true' }));
    await c.allocations(first, 'complete', (list) => list.some(({ ClientStatus }) => ClientStatus === 'complete'));
    await c.register(batch(then, { script: 'true' }));
    await c.allocations(then, 'complete', (list) => list.some(({ ClientStatus }) => ClientStatus === 'complete'));
    const read = (options: object) =>
      c.client.jobs.statuses({ ...options, filter: `ID == "${first}" or ID == "${then}"` });
    const value = await c.until('dead jobs', read, (list) => list.every(({ Status }) => Status === 'dead'));
    assert.deepEqual(
      value.map(({ ID }) => ID),
      [then, first],
    );
    const { meta } = await c.client.jobs.statuses({ perPage: 1 });
    assert.match(meta.nextToken ?? '', /^\d+$/);
  });
});

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
    holds('The token of a page is the key of its first item, and jobs are turned round only since 2.0');
    const { headers } = await raw(c, `/v1/jobs?prefix=${prefix()}&per_page=1`);
    assert.equal(headers['x-nomad-nexttoken'], `default.${names[1] ?? ''}`);
    const next = await raw(c, `/v1/jobs?prefix=${prefix()}&next_token=default.${names[1] ?? ''}`);
    assert.deepEqual(idsOf(next.body), names.slice(1));
  });

  it('name the first item of the next page, other things by index and id', async () => {
    holds('The token of a page is the key of its first item, and jobs are turned round only since 2.0');
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
    holds('The token of a page is the key of its first item, and jobs are turned round only since 2.0');
    const { body } = await raw(c, `/v1/jobs?prefix=${prefix()}&reverse=true`);
    assert.deepEqual(idsOf(body), c.atLeast(2) ? [...names].reverse() : names);
    const filter = encodeURIComponent(`JobID contains "${prefix()}"`);
    const { body: plain } = await raw(c, `/v1/evaluations?filter=${filter}`);
    const { body: turned } = await raw(c, `/v1/evaluations?filter=${filter}&reverse=true`);
    assert.deepEqual(idsOf(turned), idsOf(plain).reverse());
  });

  it('have a size that older agents do not look at', async () => {
    holds('A page size that is no number is ignored before 2.0; unclean paths lead to clean ones; HEAD is mostly 405');
    const answer = await refusal(c, `/v1/jobs?prefix=${prefix()}&per_page=abc`);
    if (c.atLeast(2)) assert.deepEqual(answer, [400, 'Expect a number for `per_page` query string parameter']);
    else assert.deepEqual([answer[0], idsOf(answer[1])], [200, names]);
  });

  it('of namespaces that are not there are empty, whatever they list', async () => {
    holds('In an unknown namespace reads are empty lists and writes are 500, and an unknown region is 500');
    const lists = ['jobs', 'allocations', 'deployments', 'evaluations'];
    for (const list of [...lists, ...(c.atLeast(1, 8) ? ['jobs/statuses'] : [])]) {
      assert.deepEqual(await refusal(c, `/v1/${list}?namespace=nope`), [200, '[]'], list);
    }
  });

  it('have keys in an order of no meaning', async function () {
    holds('The deployments of a job are sorted by id, not by age, and the keys of maps come in any order');
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
