import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import { contract, contractWithAcl } from './support/contract.ts';
import type { Contract } from './support/contract.ts';
import { batch } from './support/jobs.ts';
import { RawStream, makeToken, post, raw } from './support/raw.ts';

const topics = 'topic=Job&topic=Evaluation';
const all = `/v1/event/stream?namespace=*&${topics}`;

/** A stream that is open, which its first line says. */
async function opened(c: Contract, path: string, secret?: string): Promise<RawStream> {
  const { address, token } = c.target.connection;
  const own = secret ?? (typeof token === 'string' ? token : undefined);
  const stream = new RawStream(address, path, own === undefined ? {} : { 'X-Nomad-Token': own });
  await stream.until('the first line', () => stream.text.startsWith('{}'));
  return stream;
}

/** Whether a stream has heard of a job, once it has heard of another that was registered after it. */
async function heard(c: Contract, stream: RawStream, id: string): Promise<boolean> {
  const last = c.id(`last-${String(stream.parts.length)}-${id.length.toString()}`);
  await c.register(batch(last, { script: 'true', job: { ParameterizedJob: {} } }));
  await stream.until('the job that came last', () => stream.text.includes(last));
  return stream.text.includes(id);
}

/** Makes a namespace and a job in it that starts nothing. */
async function jobInNew(c: Contract, name: string): Promise<string> {
  const id = c.id(`of-${name}`);
  await post(c, '/v1/namespace', { Name: name });
  await c.register(batch(id, { script: 'true', job: { ParameterizedJob: {} } }), { namespace: name });
  return id;
}

/** Without jobs, so that it can be deleted. */
async function forget(c: Contract, names: readonly string[], ids: readonly string[]): Promise<void> {
  for (const [at, name] of names.entries()) {
    await raw(c, `/v1/job/${ids[at] ?? ''}?namespace=${name}&purge=true`, { method: 'DELETE' });
    await raw(c, `/v1/namespace/${name}`, { method: 'DELETE' });
  }
}

contract('a stream of all namespaces', (c) => {
  const streams: RawStream[] = [];
  const [names, ids]: [string[], string[]] = [[], []];

  const make = async (name: string) => {
    names.push(name);
    const id = await jobInNew(c, name);
    ids.push(id);
    return id;
  };

  after(async () => {
    for (const stream of streams) stream.destroy();
    await forget(c, names, ids);
  });

  it('never hears of a namespace that is made later on newer agents, and does on older ones', async () => {
    const stream = await opened(c, all);
    streams.push(stream);
    const id = await make(c.id('later'));
    assert.equal(await heard(c, stream, id), !c.atLeast(2));
    const anew = await opened(c, all);
    streams.push(anew);
    await c.register(batch(id, { script: 'false', job: { ParameterizedJob: {} } }), { namespace: names[0] });
    assert.ok(await heard(c, anew, id), 'a stream that is opened again has to hear of it');
  });

  it('hears of all namespaces with every topic alike', async () => {
    const stream = await opened(c, '/v1/event/stream?namespace=*');
    streams.push(stream);
    const id = await make(c.id('all-topics'));
    assert.equal(await heard(c, stream, id), !c.atLeast(2));
  });

  it('of one by its name hears of it although it is made later', async () => {
    const name = c.id('by-name');
    const stream = await opened(c, `/v1/event/stream?namespace=${name}&${topics}`);
    streams.push(stream);
    const id = await make(name);
    await stream.until('the job of the namespace', () => stream.text.includes(id));
  });
});

contractWithAcl('a stream of all namespaces with rights', (c) => {
  const streams: RawStream[] = [];
  let wide = '';
  let exact = '';

  before(async () => {
    await post(c, '/v1/namespace', { Name: 'team-b' });
    const rules = (name: string) => `namespace "${name}" {\n  policy = "read"\n}\n`;
    const policies = { wide: rules('*'), exact: rules('default') + rules('team-b') };
    for (const [Name, Rules] of Object.entries(policies)) await post(c, `/v1/acl/policy/${Name}`, { Name, Rules });
    wide = (await makeToken(c, 'wide')).SecretID;
    exact = (await makeToken(c, 'exact')).SecretID;
  });

  after(() => {
    for (const stream of streams) stream.destroy();
  });

  it('is as deaf for a management token, and for one with rights everywhere', async () => {
    for (const [name, secret] of [
      ['of-managers', undefined],
      ['of-readers', wide],
    ] as const) {
      const stream = await opened(c, all, secret);
      streams.push(stream);
      const id = await jobInNew(c, name);
      assert.equal(await heard(c, stream, id), !c.atLeast(2), name);
    }
  });

  it('is denied once a namespace is there that the token may not read, and the open one goes on', async () => {
    // What was made before is in the way of the token, too.
    for (const name of ['of-managers', 'of-readers']) await forget(c, [name], [c.id(`of-${name}`)]);
    const stream = await opened(c, all, exact);
    streams.push(stream);
    const id = await jobInNew(c, 'of-others');
    assert.equal(await heard(c, stream, id), !c.atLeast(2));
    assert.equal(stream.ended, false);
    if (!c.atLeast(2)) return;
    const denied = new RawStream(c.target.connection.address, all, { 'X-Nomad-Token': exact });
    streams.push(denied);
    await denied.until('its answer', () => denied.status !== undefined);
    assert.deepEqual([denied.status, denied.text], [200, '']);
  });
});
