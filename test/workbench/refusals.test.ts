import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { welcomeText } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { rowsOf } from './support/rows.ts';
import { startCluster, type Session, type TestCluster } from './support/session.ts';
import { recoverOn, useCluster } from './support/suite.ts';

const management = '00000000-0000-4000-8000-00000000ac15';

describe('refusals', () => {
  let session: Session;
  let cluster: TestCluster;

  useCluster((opened, started) => {
    [session, cluster] = [opened, started];
    return cluster.register(jobspec('web'));
  });
  afterEach('leaves the cluster', () => session.leave());

  const labels = async () => (await rowsOf(session.workbench)).map((row) => row.label);
  /** After any bad day: the extension goes on when it is led to a good cluster. */
  const recovers = () => recoverOn(session, cluster);

  it('asks for a token where none is sent', async () => {
    cluster.faults.set({ path: '/v1/*', status: 403, text: 'Permission denied' });
    await session.tryToConnect(cluster.address);
    await session.welcome('noToken');
    assert.equal(session.cause(), 'Permission denied');
    assert.match(welcomeText('noToken'), /command:nomad\.setToken/);
    await recovers();
  });

  it('says that the token is not enough where one is sent', async () => {
    process.env['NOMAD_ADDR'] = cluster.address;
    process.env['NOMAD_TOKEN'] = management;
    try {
      cluster.faults.set({ path: '/v1/*', status: 403, text: 'Permission denied' });
      await session.tryToConnect(cluster.address);
      await session.welcome('denied');
      assert.match(welcomeText('denied'), /command:nomad\.setToken.*\n?.*command:nomad\.chooseNamespace/);
      await session.run('planJob');
      const { buttons } = await session.messages.next(/^Could not plan the job on .*: Permission denied$/);
      assert.ok(buttons.includes('Set token'));
    } finally {
      delete process.env['NOMAD_ADDR'];
      delete process.env['NOMAD_TOKEN'];
    }
    await recovers();
  });

  it('tells a token that is not a UUID from a cluster that is away', async () => {
    const guarded = await startCluster({ acl: { token: management } });
    try {
      await session.tryToConnect(guarded.address);
      await session.welcome('noToken');
      session.ask.will({ text: 'hello there' });
      await session.run('setToken');
      const { sentence, buttons } = await session.messages.next(/token/i);
      assert.doesNotMatch(sentence, /hello there/);
      assert.ok(buttons.includes('Set token'));
      await session.welcome('denied');
    } finally {
      await session.workbench.tokens.forget(guarded.address);
      await guarded.close();
    }
    await recovers();
  });

  it('says that there is no leader, and goes on when there is one', async () => {
    cluster.faults.set({ path: '/v1/*', status: 500, text: 'No cluster leader' });
    await session.tryToConnect(cluster.address);
    await session.welcome('noLeader');
    assert.equal(session.cause(), 'No cluster leader');
    cluster.faults.clear();
    await session.welcome('ready');
    assert.deepEqual(await labels(), ['web']);
  });

  it('takes the page of a proxy for what it is', async () => {
    const page = '<html><head><title>502 Bad Gateway</title></head></html>';
    cluster.faults.set({ path: '/v1/*', status: 502, text: page, html: true });
    await session.tryToConnect(cluster.address);
    await session.welcome('notNomad');
    assert.match(session.cause(), /HTTP 502, a page titled "502 Bad Gateway"/);
    cluster.faults.clear();
    await session.welcome('ready');
  });

  it('asks again by itself after an answer that was cut in half', async () => {
    const before = cluster.requests.length;
    cluster.faults.set({ path: '/v1/jobs', half: true, count: 1 });
    await session.tryToConnect(cluster.address);
    await session.welcome('ready');
    const lists = cluster.requests.slice(before).filter(({ path }) => path === '/v1/jobs');
    assert.ok(lists.length > 1, 'the list was asked for once');
    assert.deepEqual(await labels(), ['web']);
  });

  it('survives answers that are all cut in half', async () => {
    cluster.faults.set({ path: '/v1/jobs', half: true });
    await session.tryToConnect(cluster.address);
    await session.welcome('unreachable');
    assert.match(session.cause(), /was cut off before it was complete/);
    await recovers();
  });

  it('survives an answer that is cut in half while a row is opened', async () => {
    await session.connect(cluster.address);
    const [web] = await rowsOf(session.workbench);
    cluster.faults.set({ path: '/v1/job/web*', half: true });
    const below = await rowsOf(session.workbench, web?.row);
    const failed = below.find((row) => row.label === 'Could not load');
    assert.match(failed?.description ?? '', /cut off/);
    assert.equal(failed?.item.command?.command, 'nomad.refresh');
    cluster.faults.clear();
    await session.run('refresh');
    const again = await rowsOf(session.workbench, web?.row);
    assert.equal(
      again.find((row) => row.label === 'Could not load'),
      undefined,
    );
    assert.ok(again.some((row) => row.label === 'app[0]'));
  });
});
