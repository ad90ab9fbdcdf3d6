import assert from 'node:assert/strict';
import { after, it } from 'mocha';
import { isNomadError } from '../../src/nomad/http/errors.ts';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

contract('variables', (c) => {
  const variables = () => c.client.variables;
  const written: string[] = [];

  const path = (name: string) => {
    const full = `${c.id('vars')}/${name}`;
    written.push(full);
    return full;
  };

  after(async () => {
    for (const one of written) await variables().delete(one);
  });

  it('are written, read and listed', async () => {
    holds('variables.list', 'variables.read');
    const at = path('app/config');
    const { value } = await variables().write(at, { user: 'bob', word: 'quiet-word' });
    assert.deepEqual([value.Path, value.Namespace, value.CreateIndex], [at, 'default', value.ModifyIndex]);
    const { value: read, meta } = await variables().read(at);
    assert.deepEqual(read.Items, { user: 'bob', word: 'quiet-word' });
    assert.equal(meta.index, read.ModifyIndex);
    const { value: list } = await variables().list({ prefix: c.id('vars') });
    assert.deepEqual(
      list.map((item) => [item.Path, 'Items' in item, item.ModifyIndex]),
      [[at, false, read.ModifyIndex]],
    );
    const { value: everywhere } = await variables().list({ prefix: c.id('vars'), namespace: '*' });
    assert.equal(everywhere.length, 1);
    const { value: replaced } = await variables().write(at, { user: 'eve' });
    assert.deepEqual([replaced.CreateIndex, replaced.Items], [read.CreateIndex, { user: 'eve' }]);
  });

  it('are written only if they are as they were', async () => {
    holds('variables.write', 'variables.write fails');
    const at = path('cas');
    const { value: first } = await variables().write(at, { a: 'first-value' }, { cas: 0 });
    const { value: second } = await variables().write(at, { a: 'second-value' }, { cas: first.ModifyIndex });
    assert.ok(second.ModifyIndex > first.ModifyIndex);
    for (const cas of [0, first.ModifyIndex]) {
      await assert.rejects(variables().write(at, { a: 'third-value' }, { cas }), (error) => {
        assert.ok(isNomadError(error, 'conflict'));
        assert.equal(error.status, 409);
        assert.doesNotMatch(`${error.message} ${String(error.body)}`, /-value/);
        return true;
      });
    }
    assert.deepEqual((await variables().read(at)).value.Items, { a: 'second-value' });
  });

  it('wake up who waits for them', async () => {
    const at = path('wake');
    const { value } = await variables().write(at, { a: '1' });
    const reading = variables().read(at, { index: value.ModifyIndex, waitMs: 20_000 });
    await variables().write(at, { a: '2' });
    assert.deepEqual((await reading).value.Items, { a: '2' });
  });

  it('are deleted, also where there is none', async () => {
    holds('variables.read fails', 'variables.delete', 'variables.delete fails');
    const at = path('gone');
    const { value } = await variables().write(at, { a: '1' });
    await assert.rejects(variables().delete(at, { cas: value.ModifyIndex - 1 }), { kind: 'conflict', status: 409 });
    assert.equal((await variables().delete(at)).value, null);
    await assertRefused(variables().read(at), 404, 'variable not found', 'notFound');
    await variables().delete(at);
  });

  it('keep to the rules of paths and sizes', async () => {
    holds('variables.write fails');
    const refused = (at: string, items: Record<string, string>, words: string) =>
      assertRefused(variables().write(at, items), c.atLeast(2) ? 400 : 500, words, 'rejected');
    await refused('bad path!', { a: '1' }, 'invalid path "bad path!"');
    const reserved = 'only paths at "nomad/jobs" or "nomad/job-templates" and below are valid paths';
    await refused('nomad/x', { a: '1' }, `${reserved} under the top-level "nomad" directory`);
    const none = 'variable missing required Items object';
    await assertRefused(variables().write(path('none'), {}), 400, none, 'rejected');
    await refused(path('big'), { a: 'x'.repeat(70_000) }, 'variables are limited to 64KiB in total size');
    const [status, words] = await refusal(c, `/v1/var/${path('x')}?cas=abc`, {
      method: 'PUT',
      body: '{"Items":{"a":"1"}}',
    });
    assert.deepEqual([status, words], [400, 'can not parse cas: strconv.ParseUint: parsing "abc": invalid syntax']);
  });
});
