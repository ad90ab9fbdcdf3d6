import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { Job } from '../../src/nomad/types/job.ts';
import { contract, contractAlone } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch } from './support/jobs.ts';
import { refusal, raw } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

const odd: Record<string, string> = {
  slashes: 'a/b/c',
  unicode: 'grüße-日本-👍🏽',
  icon: '$(icon)',
  markdown: '**bold**[x](command:y)`z`',
  percent: '100%25',
  question: 'what?#now',
  quotes: `"it's"`,
  dots: 'a.b..c',
  html: '<b>&amp;</b>',
};

contract('job ids', (c) => {
  const jobs = () => c.client.jobs;

  for (const [name, part] of Object.entries(odd)) {
    it(`may hold ${name}`, async () => {
      const id = c.id(part);
      await c.register(batch(id, { script: 'true', job: { Name: id } }));
      assert.equal((await jobs().read(id)).value.ID, id);
      const [stub] = await c.allocations(id, 'complete', (list) => list[0]?.ClientStatus === 'complete');
      assert.deepEqual([stub?.JobID, stub?.Name], [id, `${id}.app[0]`]);
      const { value: list } = await jobs().list({ prefix: id });
      assert.deepEqual(
        list.map(({ ID }) => ID),
        [id],
      );
      await jobs().stop(id, { purge: true });
      await assertRefused(jobs().read(id), 404, 'job not found', 'notFound');
    });
  }

  it('may be long', async () => {
    const id = c.id('x'.repeat(250));
    await c.register(batch(id, { script: 'true' }));
    assert.equal((await jobs().read(id)).value.ID, id);
  });

  it('read the same with an encoded slash and a bare one', async () => {
    holds('Ids of jobs may hold nearly anything but spaces and null characters, and some lead to a part or nowhere');
    const id = c.id('p/q');
    await c.register(batch(id, { script: 'true' }));
    const [status] = await refusal(c, `/v1/job/${id}`);
    assert.equal(status, 200);
    assert.equal((await jobs().summary(id)).value.JobID, id);
  });

  it('may not hold spaces', async () => {
    holds('Ids of jobs may hold nearly anything but spaces and null characters, and some lead to a part or nowhere');
    await assertRefused(
      jobs().register(batch(c.id('a b'))),
      500,
      '1 error occurred:\n\t* Job ID contains a space',
      'rejected',
    );
  });

  it('may not be empty', async () => {
    const body = JSON.stringify({ Job: { ...batch('x'), ID: '' } });
    assert.deepEqual(await refusal(c, '/v1/jobs', { method: 'POST', body }), [
      500,
      '1 error occurred:\n\t* Missing job ID\n\n',
    ]);
  });
});

contract('ids and paths out of the ordinary', (c) => {
  const jobs = () => c.client.jobs;
  const parent = (id: string) => batch(id, { script: 'true', job: { ParameterizedJob: {} } });
  const put = (body: unknown, path: string) => raw(c, path, { method: 'PUT', body: JSON.stringify(body) });

  it('may hold tabs and line ends and be long, but hold no null character', async () => {
    holds('Ids of jobs may hold nearly anything but spaces and null characters, and some lead to a part or nowhere');
    for (const id of [c.id('a\tb'), c.id('a\nb'), c.id('x'.repeat(300))]) {
      await c.register(parent(id));
      assert.equal((await jobs().read(id)).value.ID, id);
      await jobs().stop(id, { purge: true });
      await assertRefused(jobs().read(id), 404, 'job not found', 'notFound');
    }
    const { status, body } = await put({ Job: { ...parent(c.id('a\0b')), Name: 'n' } }, '/v1/jobs');
    assert.deepEqual([status, body], [500, '1 error occurred:\n\t* Job ID contains a null character\n\n']);
  });

  it('that end like a part of a job lead to that part', async () => {
    holds('Ids of jobs may hold nearly anything but spaces and null characters, and some lead to a part or nowhere');
    const id = `${c.id('y')}/evaluations`;
    await c.register(parent(id));
    for (const path of [encodeURIComponent(id), id]) {
      assert.deepEqual(await refusal(c, `/v1/job/${path}`), [200, '[]']);
      assert.deepEqual(await refusal(c, `/v1/job/${path}?purge=true`, { method: 'DELETE' }), [405, 'Invalid method']);
    }
    assert.equal((await jobs().summary(id)).value.JobID, id);
    assert.equal((await jobs().list({ prefix: id })).value.length, 1);
  });

  it('that name tags of versions are other things to older agents', async function () {
    holds('A version has one tag at most, and before 1.9 removing a tag would stop a job that is called like the path');
    if (c.atLeast(1, 9)) c.skip(this, `Nomad ${c.version.text} has version tags`);
    const id = c.id('tagged');
    await c.register(parent(id));
    const path = `/v1/job/${id}/versions/golden/tag`;
    const { status, body } = await put({ Version: 0 }, path);
    assert.deepEqual([status, body], [400, 'Job must be specified']);
    await c.register(parent(`${id}/versions/golden/tag`));
    assert.equal((await raw(c, path, { method: 'DELETE' })).status, 200);
    const { body: read } = await raw(c, path);
    assert.equal((JSON.parse(read) as Job).Stop, true);
    assert.equal((await jobs().read(id)).value.Stop, false);
    assert.equal((await raw(c, `${path}?purge=true`, { method: 'DELETE' })).status, 200);
  });
});

contractAlone('ids that are parts of paths', (c) => {
  it('work encoded since 2.0, and never before', async () => {
    holds('Ids of jobs may hold nearly anything but spaces and null characters, and some lead to a part or nowhere');
    const redirect = c.atLeast(2) ? 307 : 301;
    for (const [id, encoded, bare, to] of [
      ['.', '%2E', '.', '/v1/job/'],
      ['..', '%2E%2E', '..', '/v1'],
      ['/', '%2F', '/', '/v1/job/'],
    ] as const) {
      const body = JSON.stringify({ Job: batch(id, { script: 'true', job: { Name: 'odd', ParameterizedJob: {} } }) });
      assert.equal((await raw(c, '/v1/jobs', { method: 'PUT', body })).status, 200);
      const wrong = await raw(c, `/v1/job/${bare}`);
      assert.deepEqual([wrong.status, wrong.headers.location], [redirect, to], id);
      const { status, headers, body: text } = await raw(c, `/v1/job/${encoded}`);
      if (c.atLeast(2)) {
        assert.deepEqual([status, (JSON.parse(text) as { ID: string }).ID], [200, id]);
        assert.equal((await raw(c, `/v1/job/${encoded}?purge=true`, { method: 'DELETE' })).status, 200);
      } else assert.deepEqual([status, headers.location], [301, to], id);
    }
    const left = (await c.client.jobs.list()).value.map(({ ID }) => ID).sort();
    assert.deepEqual(left, c.atLeast(2) ? [] : ['.', '..', '/']);
  });
});
