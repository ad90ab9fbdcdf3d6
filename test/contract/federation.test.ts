import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import type { Job } from '../../src/nomad/types/job.ts';
import { Session } from './support/exec.ts';
import { contractWithRegions } from './support/federation.ts';
import { service } from './support/jobs.ts';
import { RawStream, post, raw, refusal } from './support/raw.ts';
import { assertRefused } from './support/refused.ts';

const noPath = 'No path to region';
const of = (region: string) => ({ region });

contractWithRegions('two regions', (east, west) => {
  let far = '';
  let allocation = '';

  const inRegion = (id: string, region?: string): Job => ({
    ...service(id),
    ...(region === undefined ? {} : { Region: region }),
  });
  /** The region that a job is kept in, by that of the agent. */
  const placeOf = async (id: string) => {
    const read = (c: typeof east) =>
      c.client.jobs.read(id).then(
        ({ value }) => value.Region,
        () => undefined,
      );
    return { east: await read(east), west: await read(west) };
  };
  const registered = async (id: string, region: string | undefined, query = '', wrapper: object = {}) => {
    await post(east, `/v1/jobs${query}`, { Job: inRegion(id, region), ...wrapper });
    return placeOf(id);
  };

  before(async () => {
    far = east.id('far');
    await east.register(inRegion(far, 'west'));
    allocation = await west.runningId(far);
  });

  it('know of each other, and each of itself', async () => {
    for (const [c, name] of [
      [east, 'east'],
      [west, 'west'],
    ] as const) {
      assert.deepEqual((await c.client.agent.regions()).value, ['east', 'west']);
      assert.equal((await c.client.agent.self()).value.config.Region, name);
      assert.equal((await c.client.agent.self(of('west'))).value.config.Region, name);
    }
    const { body } = await raw(east, '/v1/agent/members');
    const { Members, ServerRegion } = JSON.parse(body) as {
      Members: { Name: string; Tags: { region: string } }[];
      ServerRegion: string;
    };
    assert.equal(ServerRegion, 'east');
    assert.deepEqual(Members.map(({ Tags }) => Tags.region).sort(), ['east', 'west']);
    for (const { Name, Tags } of Members) assert.ok(Name.endsWith(`.${Tags.region}`), Name);
    const leader = async (region: string) => (await raw(east, `/v1/status/leader?region=${region}`)).body;
    assert.notEqual(await leader('east'), await leader('west'));
    assert.equal(await leader('west'), (await raw(west, '/v1/status/leader')).body);
  });

  it('run a job where it says, or where the request says, whose word counts more', async () => {
    const only = (region: 'east' | 'west') => ({ east: undefined, west: undefined, [region]: region });
    assert.deepEqual(await placeOf(far), only('west'));
    assert.deepEqual(await registered(east.id('none'), undefined), only('east'));
    assert.deepEqual(await registered(east.id('empty'), ''), only('east'));
    assert.deepEqual(await registered(east.id('usual'), 'global'), only('east'));
    assert.deepEqual(await registered(east.id('asked'), 'west', '?region=east'), only('east'));
    assert.deepEqual(await registered(east.id('asked-usual'), 'west', '?region=global'), only('east'));
    assert.deepEqual(await registered(east.id('wrapped'), 'east', '?region=east', { Region: 'west' }), only('west'));
    const nowhere = east.client.jobs.register(inRegion(east.id('mars'), 'mars'));
    await assertRefused(nowhere, 500, noPath, 'rejected');
  });

  it('plan a job where it would run', async () => {
    const plan = async (job: Job, options = {}) => (await east.client.jobs.plan(job, { diff: true, ...options })).value;
    const [kept, asked] = [await plan(inRegion(far, 'west')), await plan(inRegion(far, 'east'), of('west'))];
    for (const { Diff, JobModifyIndex } of [kept, asked]) {
      assert.equal(Diff?.Type, 'None');
      assert.notEqual(JobModifyIndex, 0);
    }
    for (const region of [undefined, 'east', 'global']) {
      const { Diff, JobModifyIndex } = await plan(inRegion(far, region));
      assert.deepEqual([Diff?.Type, JobModifyIndex], ['Added', 0]);
      const field = Diff?.Fields?.find(({ Name }) => Name === 'Region');
      assert.equal(field?.New, 'east');
    }
    await assertRefused(east.client.jobs.plan(inRegion(far, 'mars')), 500, noPath, 'rejected');
  });

  it('parse and validate a job whatever its region', async () => {
    const text = (region: string) => `job "x" {${region}\n group "g" {\n task "t" {\n driver = "raw_exec"\n }\n }\n }`;
    const parse = async (region: string, canonicalize: boolean, query = '') => {
      const body = { JobHCL: text(region), Canonicalize: canonicalize };
      return (JSON.parse(await post(east, `/v1/jobs/parse${query}`, body)) as Job).Region;
    };
    assert.equal(await parse('', false), null);
    assert.equal(await parse('', true), 'global');
    assert.equal(await parse('\n region = "mars"', false, '?region=pluto'), 'mars');
    const validate = async (query: string, wrapper: object) => {
      const body = JSON.stringify({ Job: inRegion('x', 'mars'), ...wrapper });
      const { status, body: answer } = await raw(east, `/v1/validate/job${query}`, { method: 'POST', body });
      return status === 200 ? (JSON.parse(answer) as { Error: string }).Error : answer;
    };
    assert.equal(await validate('', {}), '');
    assert.equal(await validate('', { Region: 'mars' }), noPath);
    assert.equal(await validate('?region=west', { Region: 'mars' }), '');
    assert.equal(await validate('?region=global', {}), noPath);
  });

  it('read of the other what is asked for there, and only there', async () => {
    const { client } = east;
    await assertRefused(client.jobs.read(far), 404, 'job not found', 'notFound');
    assert.equal((await client.jobs.read(far, of('west'))).value.Region, 'west');
    assert.deepEqual((await client.jobs.list({ prefix: far })).value, []);
    assert.equal((await client.jobs.list({ prefix: far, ...of('west') })).value.length, 1);
    assert.equal((await client.allocations.read(allocation, of('west'))).value.JobID, far);
    await assertRefused(client.allocations.read(allocation), 404, 'alloc not found', 'notFound');
    const nodes = (c: typeof east, options = {}) => c.client.nodes.list(options).then(({ value }) => value[0]?.ID);
    assert.equal(await nodes(east, of('west')), await nodes(west));
    assert.notEqual(await nodes(east), await nodes(west));
  });

  it('reach the files of a task, and a shell in it', async () => {
    const cat = (region: string) =>
      refusal(east, `/v1/client/fs/cat/${allocation}?path=alloc/logs/main.stdout.0&region=${region}`);
    assert.equal((await cat('west'))[0], 200);
    assert.deepEqual(await cat('mars'), [200, noPath]);
    assert.match((await cat('east'))[1], /^Unknown allocation/);
    const list = `/v1/client/fs/ls/${allocation}?path=/`;
    assert.equal((await refusal(east, `${list}&region=west`))[0], 200);
    assert.deepEqual(await refusal(east, `${list}&region=mars`), [500, noPath]);
    const command = ['/bin/sh', '-c', 'echo $NOMAD_REGION'];
    const shell = new Session(east, allocation, command, of('west'));
    shell.session.closeStdin();
    await shell.ended();
    assert.equal(shell.stdout.trim(), 'west');
    const nowhere = await new Session(east, allocation, command, of('mars')).ended();
    assert.match(JSON.stringify(nowhere), new RegExp(noPath));
  });

  it('tell what happens in the one that is asked for', async () => {
    const { address } = east.target.connection;
    const streams = ['west', 'east'].map(
      (region) => new RawStream(address, `/v1/event/stream?topic=Job&region=${region}`),
    );
    try {
      const [there, here] = streams as [RawStream, RawStream];
      const [one, other] = [east.id('heard-west'), east.id('heard-east')];
      await there.until('the stream of west', () => there.text.startsWith('{}'));
      await here.until('the stream of east', () => here.text.startsWith('{}'));
      await east.register(inRegion(one, 'west'));
      await east.register(inRegion(other, 'east'));
      await there.until('the job of west', () => there.text.includes(one));
      await here.until('the job of east', () => here.text.includes(other));
      assert.ok(!there.text.includes(other));
      assert.ok(!here.text.includes(one));
    } finally {
      for (const stream of streams) stream.destroy();
    }
  });

  it('stop a job only where it is', async () => {
    const id = east.id('stopped');
    await east.register(inRegion(id, 'west'));
    // A job that is not there is stopped with success, and nothing comes of it.
    assert.equal((await east.client.jobs.stop(id)).value.EvalID, '');
    assert.notEqual((await east.client.jobs.read(id, of('west'))).value.Status, 'dead');
    assert.notEqual((await east.client.jobs.stop(id, of('west'))).value.EvalID, '');
    assert.equal((await west.client.jobs.read(id)).value.Stop, true);
  });
});
