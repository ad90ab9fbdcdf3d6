import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { followRollout } from '../../../src/operations/followRollout.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import type { RolloutTarget } from '../../../src/operations/rollout.ts';
import { Store } from '../../../src/state/tables/store.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import { Bench } from '../state/bench.ts';
import { makeAllocation, makeDeployment, makeJob } from '../state/build.ts';

describe('following a rollout', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
  });

  afterEach(() => bench.close());

  /** Collects sentences until the rollout ends. */
  async function follow(target: RolloutTarget, sentences: string[] = []): Promise<string[]> {
    const ending = new AbortController();
    const following = (async () => {
      for await (const { sentence } of followRollout(bench.cluster, target, ending.signal)) sentences.push(sentence);
    })();
    let over = false;
    const end = () => (over = true);
    following.then(end, end);
    await bench.until(() => over, `the end after ${sentences.join(', ')}`);
    await following;
    return sentences;
  }

  /** An agent whose answers differ by place, as one that forwards to other regions. */
  function elsewhere(of: (name: string, value: unknown) => boolean) {
    const deployment = { Namespace: 'team', JobID: 'far', JobVersion: 0 };
    const far = {
      job: makeJob({ ID: 'far', Name: 'far', Namespace: 'team', Version: 0 }, 1),
      allocations: [makeAllocation(0, { JobID: 'far', Namespace: 'team', JobVersion: 0 })],
      deployments: [makeDeployment({ DesiredTotal: 1, HealthyAllocs: 0 }, deployment)],
    };
    const { agent } = bench;
    const here = (url: URL) => ['region', 'namespace'].every((name) => of(name, url.searchParams.get(name)));
    const handle = (path: string, body: () => unknown) => {
      agent.handle(path, (url) => (here(url) ? { body: body() } : { status: 404, text: 'job not found' }));
    };
    handle('/v1/job/far', () => far.job);
    handle('/v1/job/far/allocations', () => far.allocations);
    handle('/v1/job/far/deployments', () => far.deployments);
    handle('/v1/job/far/evaluations', () => []);
    handle('/v1/evaluation/e', () => ({ ID: 'e', Status: 'complete', DeploymentID: far.deployments[0]?.ID }));
    return {
      finish: () => {
        const done = { ...deployment, Status: 'successful', ModifyIndex: 300 };
        far.deployments = [makeDeployment({ DesiredTotal: 1, HealthyAllocs: 1 }, done)];
        agent.wakeJobs();
      },
      remove: () => {
        agent.handle('/v1/job/far', () => ({ status: 404, text: 'job not found' }));
        agent.wakeJobs();
      },
    };
  }

  const inWest = (name: string, value: unknown) => value === (name === 'region' ? 'west' : 'team');
  const inTeam = (name: string, value: unknown) => name === 'region' || value === 'team';
  const target = { jobKey: jobKey('team', 'far'), evalId: 'e' };

  it('goes on to its end in another region, where everything is read', async () => {
    await bench.live();
    const far = elsewhere(inWest);
    const sentences: string[] = [];
    const following = follow({ ...target, region: 'west' }, sentences);
    await bench.until(() => sentences.includes('far v0: 0/1 healthy'), 'the deployment');
    far.finish();
    await following;
    assert.equal(sentences.at(-1), 'far v0 is deployed (1/1 healthy)');
    assert.ok(!sentences.some((sentence) => sentence.includes('removed')), sentences.join('\n'));
    assert.deepEqual([...bench.cluster.store.jobs.keys()], ['default/web'], 'the store is of what is shown');
  });

  it('goes on to its end in another namespace than the one that is shown', async () => {
    await bench.live();
    const far = elsewhere(inTeam);
    const sentences: string[] = [];
    const following = follow(target, sentences);
    await bench.until(() => sentences.includes('far v0: 0/1 healthy'), 'the deployment');
    await bench.cluster.refresh(bench.limit());
    far.finish();
    await following;
    assert.equal(sentences.at(-1), 'far v0 is deployed (1/1 healthy)');
  });

  it('says of a job elsewhere that it is removed when it is', async () => {
    await bench.live();
    const far = elsewhere(inWest);
    const sentences: string[] = [];
    const following = follow({ ...target, region: 'west' }, sentences);
    await bench.until(() => sentences.includes('far v0: 0/1 healthy'), 'the deployment');
    far.remove();
    await following;
    assert.equal(sentences.at(-1), 'far is removed');
  });

  it('says how the last one ended of a job elsewhere, once all of it was read', async () => {
    await bench.live();
    elsewhere(inWest).finish();
    const sentences = await follow({ jobKey: target.jobKey, region: 'west' });
    assert.equal(sentences.at(-1), 'far v0 is deployed (1/1 healthy)');
  });

  it('tells why a job elsewhere can not be followed', async () => {
    await bench.live();
    elsewhere(inWest);
    bench.agent.handle('/v1/job/far/allocations', () => ({ status: 403, text: 'Permission denied' }));
    await assert.rejects(follow({ ...target, region: 'west' }), (error) => isNomadError(error, 'denied'));
  });

  it('ends with a fault of ours, and does not ask for it again and again', async () => {
    await bench.live();
    const far = elsewhere(inWest);
    const sentences: string[] = [];
    const following = follow({ ...target, region: 'west' }, sentences);
    await bench.until(() => sentences.includes('far v0: 0/1 healthy'), 'the deployment');
    const replace = Object.getOwnPropertyDescriptor(Store.prototype, 'replace');
    assert.ok(replace);
    const fault = () => {
      throw new Error('a fault');
    };
    Object.defineProperty(Store.prototype, 'replace', { ...replace, value: fault });
    try {
      far.finish();
      await assert.rejects(following, { message: 'a fault' });
    } finally {
      Object.defineProperty(Store.prototype, 'replace', replace);
    }
  });

  it('goes on after answers that did not come', async () => {
    await bench.live();
    const far = elsewhere(inWest);
    let failures = 0;
    bench.agent.handle('/v1/evaluation/e', () => {
      failures += 1;
      if (failures < 3) return { status: 500, text: 'No cluster leader' };
      return { body: { ID: 'e', Status: 'complete', DeploymentID: makeDeployment().ID } };
    });
    const sentences: string[] = [];
    const following = follow({ ...target, region: 'west' }, sentences);
    await bench.until(() => sentences.includes('far v0: 0/1 healthy'), 'the deployment');
    far.finish();
    await following;
    assert.equal(failures, 3);
  });

  it('does not take what was before a write for its end when the evaluation can not be asked for', async () => {
    await bench.live();
    const web = makeJob();
    bench.agent.handle('/v1/job/web', () => ({ body: web }));
    bench.agent.handle('/v1/job/web/allocations', () => ({ body: [0, 1, 2].map((at) => makeAllocation(at)) }));
    let down = true;
    bench.agent.handle('/v1/evaluation/e', () =>
      down ? { status: 500, text: 'No cluster leader' } : { body: { ID: 'e', Status: 'complete' } },
    );
    const sentences: string[] = [];
    const following = follow({ jobKey: jobKey('default', 'web'), evalId: 'e' }, sentences);
    await bench.until(() => bench.agent.count('/v1/evaluation/e') === 3, 'three questions');
    assert.deepEqual(sentences, ['web v12: waiting for the scheduler']);
    down = false;
    await following;
    assert.equal(sentences.at(-1), 'web v12 is running (3/3 running)');
  });

  it('ends at once where Nomad made no evaluation', async () => {
    await bench.live();
    const periodic = { Periodic: { Enabled: false, Spec: '@daily' }, Type: 'batch', Version: 3, ModifyIndex: 200 };
    bench.agent.handle('/v1/job/web', () => ({ body: makeJob(periodic) }));
    bench.agent.handle('/v1/job/web/allocations', () => ({ body: [] }));
    bench.agent.handle('/v1/jobs', () => ({ body: [] }));
    const [sentence, ...more] = await follow({ jobKey: jobKey('default', 'web'), evalId: '' });
    assert.deepEqual(more, []);
    assert.match(sentence ?? '', /^web(?: v3)? is registered; .*nothing is started$/);
  });
});
