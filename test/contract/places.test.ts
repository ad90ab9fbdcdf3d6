import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import { otherThanPlanned, readMark } from '../../src/operations/jobMark.ts';
import { placeOfJob } from '../../src/state/tables/place.ts';
import type { Place } from '../../src/state/tables/place.ts';
import { NomadClient } from '../../src/nomad/client.ts';
import { contractWithAcl } from './support/contract.ts';
import { contractWithRegions } from './support/federation.ts';
import { second, service, update } from './support/jobs.ts';
import { makeToken, post } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

const denied = 'Permission denied';

contractWithAcl('a token for one namespace', (c) => {
  const team: Place = { namespace: 'team-a', region: undefined };
  const hcl = 'variable "where" {\n  default = "team-a"\n}\njob "parsed" {\n  namespace = var.where\n}\n';
  let client: NomadClient;
  let job = '';

  before(async () => {
    for (const name of ['team-a', 'team-b']) await post(c, '/v1/namespace', { Name: name });
    const rules = 'namespace "team-a" {\n  policy = "write"\n}';
    await post(c, '/v1/acl/policy/team-a', { Name: 'team-a', Rules: rules });
    client = new NomadClient({ ...c.target.connection, token: (await makeToken(c, 'team-a')).SecretID });
    job = c.id('shop');
  });

  after(() => {
    client.dispose();
  });

  it('has a jobspec parsed in that namespace, and where any will do, and in no other', async () => {
    for (const namespace of ['team-a', '*']) {
      const { value } = await client.jobs.parse({ hcl }, { namespace });
      assert.deepEqual([value.ID, value.Namespace], ['parsed', 'team-a']);
    }
    for (const namespace of [undefined, 'default', 'team-b']) {
      await assertRefused(client.jobs.parse({ hcl }, { namespace }), 403, denied, 'denied');
    }
    const nobody = new NomadClient({ ...c.target.connection, token: undefined });
    await assertRefused(nobody.jobs.parse({ hcl }, { namespace: '*' }), 403, denied, 'denied');
    nobody.dispose();
  });

  it('does all that a person does with a job, where each request names the namespace', async () => {
    const canary = update({ Canary: 1, MinHealthyTime: 50 * second });
    const first = { ...service(job, { update: canary }), Namespace: 'team-a' };
    await client.jobs.plan(first, { diff: true, ...team });
    const { value } = await client.jobs.register(first, { ...team, enforceIndex: 0 });
    assert.equal((await client.evaluations.read(value.EvalID, team)).value.JobID, job);
    const read = (await client.jobs.read(job, team)).value;
    assert.equal(read.Version, 0);
    assert.equal((await client.jobs.versions(job, team)).value.Versions.length, 1);
    const deployment = await c.until(
      'a deployment',
      (options) => client.jobs.latestDeployment(job, { ...options, ...team }),
      (found) => found !== null,
    );
    const id = deployment?.ID ?? '';
    assert.equal((await client.deployments.read(id, team)).value.JobID, job);
    // A deployment whose namespace nobody knows is found in any.
    assert.equal((await client.deployments.read(id, { namespace: '*' })).value.Namespace, 'team-a');
    await assertRefused(client.deployments.read(id), 403, denied, 'denied');
    await client.deployments.fail(id, team);
    await client.jobs.stop(job, team);
    await assertRefused(client.jobs.read(job), 403, denied, 'denied');
  });

  it('may look at how a job stands, and a token that may not is told so without an error', async () => {
    const mark = await readMark(client, job, team);
    assert.equal(mark?.job?.createIndex, (await client.jobs.read(job, team)).value.CreateIndex);
    assert.equal(await readMark(client, job, { namespace: 'team-b', region: undefined }), undefined);
  });
});

contractWithRegions('the place of a job', (east, west) => {
  const surroundings = {
    ...{ shown: { namespace: '*', region: 'east' }, chosenRegion: undefined, agentRegion: 'east' },
  };
  const here = { namespace: 'default', region: undefined };

  it('is where Nomad registers it', async () => {
    for (const [name, region, there] of [
      ['none', undefined, undefined],
      ['usual', 'global', undefined],
      ['own', 'east', undefined],
      ['far', 'west', 'west'],
    ] as const) {
      const job = { ...service(east.id(`place-${name}`)), ...(region === undefined ? {} : { Region: region }) };
      const place = placeOfJob(job, surroundings);
      assert.deepEqual(place, { namespace: 'default', region: there }, name);
      await east.client.jobs.register(job, { ...place, enforceIndex: 0 });
      const kept = await (there === undefined ? east : west).client.jobs.read(job.ID);
      assert.equal(kept.value.Region, there ?? 'east', name);
    }
  });

  it('is where its index is enforced, its versions are kept and its end is seen', async () => {
    const job = { ...service(east.id('place-kept')), Region: 'west' };
    const place = placeOfJob(job, surroundings);
    await east.client.jobs.register(job, { ...place, enforceIndex: 0 });
    const again = east.client.jobs.register(job, { ...place, enforceIndex: 0 });
    await assert.rejects(again, { kind: 'conflict' });
    assert.equal((await east.client.jobs.versions(job.ID, place)).value.Versions.length, 1);
    await assert.rejects(east.client.jobs.versions(job.ID, here), { kind: 'notFound' });
    const plan = (await east.client.jobs.plan(job, { diff: true, ...place })).value;
    assert.equal(plan.JobModifyIndex, (await west.client.jobs.read(job.ID)).value.JobModifyIndex);
  });

  it('has its own mark: the same id elsewhere is another job', async () => {
    const id = east.id('place-twice');
    await east.client.jobs.register(service(id), here);
    await east.client.jobs.register({ ...service(id), Region: 'west' }, { ...here, region: 'west' });
    const [near, far] = [
      await readMark(east.client, id, here),
      await readMark(east.client, id, { ...here, region: 'west' }),
    ];
    assert.notEqual(near?.job?.submitTime, far?.job?.submitTime);
    assert.equal(otherThanPlanned(near, await readMark(east.client, id, here)), undefined);
    const [nearJob, farJob] = [near?.job, far?.job];
    assert.ok(nearJob && farJob);
    // By chance the indexes of two clusters are the same; the time is not.
    const chance = { tableIndex: near?.tableIndex ?? 0, job: { ...farJob, jobModifyIndex: nearJob.jobModifyIndex } };
    assert.match(otherThanPlanned(near, chance) ?? '', /another job of that name/);
  });
});
