import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { jobKey } from '../../src/state/tables/keys.ts';
import { setSetting } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { takeLinks, type TakenLinks } from './support/links.ts';
import { rowsOf } from './support/rows.ts';
import type { Session, TestCluster } from './support/session.ts';
import { useCluster } from './support/suite.ts';

describe('links to the Web UI', () => {
  let session: Session;
  let cluster: TestCluster;
  let links: TakenLinks;

  useCluster(
    async (opened, started) => {
      [session, cluster] = [opened, started];
      await session.connect(cluster.address);
    },
    { region: 'east' },
  );
  before(() => {
    links = takeLinks();
  });
  afterEach(() => {
    links.all.length = 0;
  });
  after(async () => {
    links.dispose();
    await setSetting('nomad.region', undefined);
  });

  async function linkTo(argument: unknown): Promise<unknown> {
    links.all.length = 0;
    await session.run('openWebUi', argument);
    assert.deepEqual(session.messages.all, []);
    assert.equal(links.all.length, 1);
    return links.all[0];
  }

  /** What the router of Nomad's UI makes of a link to a job: one segment, parted at its last `@`. */
  function routed(link: unknown): { id: string; namespace: string; below: string[] } {
    assert.equal(typeof link, 'string', 'a Uri forgets which slashes were encoded');
    const url = new URL(String(link));
    assert.equal(`${url.origin}${url.hash}`, cluster.address);
    const [ui, jobs, segment = '', ...below] = url.pathname.slice(1).split('/');
    assert.deepEqual([ui, jobs], ['ui', 'jobs']);
    const name = decodeURIComponent(segment);
    const at = name.lastIndexOf('@');
    return { id: name.slice(0, at), namespace: name.slice(at + 1), below };
  }

  for (const id of [
    'web',
    'nightly/periodic-1795759200',
    'with space',
    '100%',
    '%2F',
    'a#b?c&d=e',
    'a+b',
    'grüße-日本-🚀',
    'team@shop',
    'x@default',
    'a//b/../c',
    'semi;colon,"quoted"\\\\',
  ]) {
    it(`lead to the job ${JSON.stringify(id)}, whatever its namespace`, async () => {
      for (const namespace of ['default', 'team-a']) {
        const job = jobKey(namespace, id);
        assert.deepEqual(routed(await linkTo({ job })), { id, namespace, below: [] });
        const deployment = '9b1d7a4e-0000-4000-8000-000000000001';
        assert.deepEqual(routed(await linkTo({ job, deployment })), { id, namespace, below: ['deployments'] });
      }
    });
  }

  it('lead to an allocation and to a task of it', async () => {
    const allocation = '9b1d7a4e-0000-4000-8000-000000000002';
    assert.equal(await linkTo({ allocation }), `${cluster.address}/ui/allocations/${allocation}`);
    assert.equal(
      await linkTo({ allocation, task: 'a task/100%#?+ü' }),
      `${cluster.address}/ui/allocations/${allocation}/a%20task%2F100%25%23%3F%2B%C3%BC`,
    );
  });

  it('are the same from the rows', async () => {
    await cluster.register(jobspec('team/of@rows'));
    const [running] = await session.running('team/of@rows');
    const [job] = await rowsOf(session.workbench);
    assert.equal(await linkTo(job?.row), `${cluster.address}/ui/jobs/team%2Fof%40rows@default`);
    // A deployment has a row only while it is under way.
    const below = (await rowsOf(session.workbench, job?.row)).find(({ row }) => row.kind === 'allocation');
    assert.equal(await linkTo(below?.row), `${cluster.address}/ui/allocations/${running?.id ?? ''}`);
  });

  it('name the region that is asked for, and none where the agent’s own is shown', async () => {
    assert.equal(await linkTo(undefined), `${cluster.address}/ui/jobs`);
    assert.equal(
      await linkTo({ job: 'default/web', region: 'a b&c' }),
      `${cluster.address}/ui/jobs/web@default?region=a%20b%26c`,
    );
    await setSetting('nomad.region', 'east');
    await session.state('live');
    assert.equal(await linkTo({ job: 'default/web' }), `${cluster.address}/ui/jobs/web@default?region=east`);
  });
});
