import assert from 'node:assert/strict';
import { it } from 'mocha';
import { contract } from './support/contract.ts';
import { batch } from './support/jobs.ts';
import { refusal } from './support/raw.ts';
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
    const id = c.id('p/q');
    await c.register(batch(id, { script: 'true' }));
    const [status] = await refusal(c, `/v1/job/${id}`);
    assert.equal(status, 200);
    assert.equal((await jobs().summary(id)).value.JobID, id);
  });

  it('may not hold spaces', async () => {
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
