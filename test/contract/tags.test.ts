import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { batch } from './support/jobs.ts';
import { assertRefused } from './support/refused.ts';

contract('version tags', (c) => {
  const jobs = () => c.client.jobs;
  let id = '';

  before(async () => {
    id = c.id('tags');
    for (const V of ['0', '1', '2']) await c.register(batch(id, { script: 'true', env: { V } }));
  });

  const tags = async () => {
    const { value } = await jobs().versions(id);
    return value.Versions.map(({ Version, VersionTag }) => [Version, VersionTag?.Name ?? '']);
  };

  it('name a version, and compare with it', async function () {
    holds(
      'jobs.tagVersion',
      'Documents of 2017 know no sources, statuses, tags, priorities of evaluations or stops within a plan',
    );
    c.needs(this, 1, 9, 'version tags');
    const { value } = await jobs().tagVersion(id, 'golden', 0, { description: 'first good one' });
    assert.deepEqual([value.Name, value.Description], ['golden', 'first good one']);
    assert.ok((value.TaggedTime ?? 0) > 0);
    assert.deepEqual(await tags(), [
      [2, ''],
      [1, ''],
      [0, 'golden'],
    ]);
    const { value: compared } = await jobs().versions(id, { diffTag: 'golden' });
    const values = compared.Diffs?.map((diff) => diff.TaskGroups?.[0]?.Tasks?.[0]?.Fields?.[0]);
    assert.deepEqual(
      values?.slice(0, 2).map((field) => [field?.Old, field?.New]),
      [
        ['0', '2'],
        ['0', '1'],
      ],
    );
    const { value: byNumber } = await jobs().versions(id, { diffVersion: 0 });
    assert.deepEqual(byNumber.Diffs, compared.Diffs);
  });

  it('stand on one version at most, which has no second one', async function () {
    holds('A version has one tag at most, and before 1.9 removing a tag would stop a job that is called like the path');
    c.needs(this, 1, 9, 'version tags');
    await jobs().tagVersion(id, 'one', 1);
    const other = `tag "one" already exists on a different version of job "${id}"`;
    await assertRefused(jobs().tagVersion(id, 'one', 2), 500, other, 'rejected');
    await jobs().tagVersion(id, 'two words', 1);
    assert.deepEqual((await tags())[1], [1, 'two words']);
    await jobs().tagVersion(id, 'one', 2);
    assert.deepEqual((await tags())[0], [2, 'one']);
  });

  it('go away again', async function () {
    holds('jobs.untagVersion');
    c.needs(this, 1, 9, 'version tags');
    await jobs().tagVersion(id, 'brief', 2);
    await jobs().untagVersion(id, 'brief');
    assert.deepEqual((await tags())[0], [2, '']);
    const gone = `tag "brief" not found on job "${id}"`;
    await assertRefused(jobs().untagVersion(id, 'brief'), 500, gone, 'rejected');
  });

  it('need a version that exists', async function () {
    holds('jobs.tagVersion fails', 'jobs.untagVersion fails');
    c.needs(this, 1, 9, 'version tags');
    await assertRefused(jobs().tagVersion(id, 'x', 99), 500, `job "${id}" version 99 not found`, 'rejected');
    const nope = c.id('nope');
    await assertRefused(jobs().tagVersion(nope, 'x', 0), 500, `job "${nope}" version 0 not found`, 'rejected');
    await assertRefused(jobs().untagVersion(nope, 'x'), 500, `tag "x" not found on job "${nope}"`, 'rejected');
    await assertRefused(jobs().versions(id, { diffTag: 'nope' }), 500, /tag "?nope"? not found/, 'rejected');
  });

  it('are unknown before 1.9, where nothing is stopped in their place', async function () {
    holds('A version has one tag at most, and before 1.9 removing a tag would stop a job that is called like the path');
    if (c.atLeast(1, 9)) c.skip(this, `Nomad ${c.version.text} has version tags`);
    const other = `${id}/versions/golden/tag`;
    await c.register(batch(other, { script: 'true' }));
    await assert.rejects(jobs().tagVersion(id, 'bronze', 0), { kind: 'unsupported' });
    await assert.rejects(jobs().untagVersion(id, 'golden'), { kind: 'unsupported' });
    assert.equal((await jobs().read(other)).value.Stop, false);
  });
});
