import type { Replay, Scenario } from '../support/replay.ts';
import { group, job, remove, second, settledLeftovers, task, update } from './parts.ts';

type Json = Record<string, unknown>;

const services = (name: string) => [{ Name: name, Provider: 'nomad' }];

/** The job that the streams of s11 are watched for, as it is first and then. */
const watched = (version: 0 | 1): Json =>
  version === 0
    ? job('evj', { TaskGroups: [group({ Services: services('ev-svc') })], Update: update })
    : job('evj', { TaskGroups: [group({ Count: 2 })], Update: { ...update, MinHealthyTime: 10 * second } });

async function registerAndStop(replay: Replay): Promise<void> {
  await replay.register(watched(0));
  await replay.settled('evj');
  await still(replay);
  await replay.register(watched(1));
  await replay.running('evj', 2);
  await still(replay);
  await replay.call('DELETE', '/v1/job/evj');
  await replay.until('the end', () => replay.allocationsOf('evj').every((each) => each.ClientStatus === 'complete'));
}

/** The index from which the recorded stream went on is that at which the first rollout succeeded. */
function resume(replay: Replay, recorded: number): void {
  const { deployments } = replay.simulator.cluster.store;
  const first = [...deployments.values()].find(({ JobID, JobVersion }) => JobID === 'evj' && JobVersion === 0);
  replay.ids.learn(recorded, first?.ModifyIndex);
}

/** No evaluation is being worked on. */
function still(replay: Replay): Promise<void> {
  const { evaluations } = replay.simulator.cluster.store;
  return replay.until('the evaluations', () => [...evaluations.values()].every(({ Status }) => Status !== 'pending'));
}

const canary = (value: string): Json =>
  job('can', {
    TaskGroups: [group({ Count: 2, Tasks: [task(undefined, { Env: { V: value } })] })],
    Update: { ...update, Canary: 1 },
  });

const latest = (replay: Replay) => replay.simulator.cluster.store.latestDeployment('default\0can');

async function ask(replay: Replay, verb: string, body: Json): Promise<void> {
  const DeploymentID = latest(replay)?.ID ?? '';
  await replay.call('PUT', `/v1/deployment/${verb}/${DeploymentID}`, { DeploymentID, ...body });
  await still(replay);
}

async function version(replay: Replay, value: number): Promise<void> {
  await replay.register(canary(String(value)));
  await replay.rollout('can', value);
  await still(replay);
}

/** Some time after a canary has become healthy its rollout is looked at again. */
async function healthy(replay: Replay): Promise<void> {
  const { store } = replay.simulator.cluster;
  const looks = () =>
    store.evaluationsOf('default\0can').filter(({ TriggeredBy }) => TriggeredBy === 'deployment-watcher').length;
  const before = looks();
  await replay.until('a healthy canary', () => latest(replay)?.TaskGroups?.['app']?.HealthyAllocs === 1);
  await replay.until('the evaluation', () => looks() > before);
  await still(replay);
}

async function successful(replay: Replay, before: number): Promise<void> {
  await replay.settled('can', before);
  await still(replay);
}

/** What the rollouts of s05-canary were asked while their events were recorded. */
async function rollouts(replay: Replay): Promise<void> {
  await replay.register(canary('0'));
  await successful(replay, 0);
  await version(replay, 1);
  await healthy(replay);
  for (const body of [{}, { Groups: ['nope'] }, { All: true }, { All: true }]) await ask(replay, 'promote', body);
  await successful(replay, 1);
  await version(replay, 2);
  for (let i = 0; i < 2; i += 1) await ask(replay, 'pause', { Pause: true });
  await healthy(replay);
  await ask(replay, 'promote', { All: true });
  for (const body of [{ Pause: false }, {}]) await ask(replay, 'pause', body);
  await successful(replay, 2);
  await version(replay, 3);
  await ask(replay, 'fail', {});
  await version(replay, 4);
  await version(replay, 5);
  await replay.call('DELETE', '/v1/job/can');
  await replay.until('the end', () => replay.allocationsOf('can').every((each) => each.ClientStatus === 'complete'));
  await replay.call('PUT', '/v1/job/can/evaluate', { JobID: 'can' });
  await still(replay);
  await remove(replay, 'can');
  await still(replay);
}

const empty = (id: string): Json => job(id, { TaskGroups: [group({ Count: 0 })] });

/** What the searches of s12 find. */
async function searched(replay: Replay): Promise<void> {
  await replay.call('PUT', '/v1/namespace', { Name: 'team-a' });
  await settledLeftovers(replay);
  await replay.register(job('find-me', { TaskGroups: [group({ Count: 2, Services: services('find-svc') })] }));
  await replay.register(job('find-other'));
  await replay.running('find-me', 2);
  await replay.running('find-other');
  await replay.call('PUT', '/v1/var/find/var', { Items: { a: '1' } });
  const more = replay.isNew ? 25 : 0;
  for (let i = 0; i < more; i += 1) await replay.call('PUT', '/v1/job/find-me/evaluate', { JobID: 'find-me' });
  await still(replay);
  const recorded = replay.isNew ? '2b75e8d5-7543-f32e-3733-2873b699ddc1' : '63175396-41a0-7930-9792-132dc4ee5a2b';
  replay.ids.name(recorded, replay.allocationsOf('find-me')[0]?.ID ?? '');
}

/** What a log tells of: a list of the jobs, and then one more. */
async function listAndRegister(replay: Replay): Promise<void> {
  await replay.call('GET', '/v1/jobs');
  const Meta = { n: String(replay.simulator.cluster.store.index) };
  for (const id of ['mon-0', 'mon-1']) await replay.register(job(id, { Meta }));
}

export const watchingScenarios: Readonly<Record<string, Scenario>> = {
  's01-monitor': { logged: listAndRegister },
  's11-events': {
    setUp: async (replay) => {
      await replay.register(job('al', { TaskGroups: [group({ Services: services('al-svc') })], Update: update }));
      await replay.settled('al');
      await still(replay);
    },
    together: {
      steps: [
        'idle + activity, heartbeat cadence',
        'topic=Job',
        'topic=Job:evj',
        'topic Job + Evaluation',
        'topic by allocation job id',
        'namespace=team-a',
        'namespace=*',
        'topic=Service',
      ],
      meanwhile: registerAndStop,
    },
    before: {
      'index resume: index=1270': (replay) => {
        resume(replay, 1270);
      },
      'index resume: index=1040': (replay) => {
        resume(replay, 1040);
      },
    },
  },
  's11-events-during-s05': {
    setUp: async (replay) => {
      await settledLeftovers(replay);
      await still(replay);
    },
    together: {
      steps: [
        'all topics from now',
        'topic=Deployment:* only',
        'topic=Job:can & namespace',
        'topic=Allocation:can (alloc topic filtered by job id)',
      ],
      meanwhile: rollouts,
    },
  },
  's12-search': {
    setUp: searched,
    before: {
      'truncated at 20': async (replay) => {
        for (let i = 0; i < 25; i += 1) await replay.register(empty(`trunc-${String(i).padStart(2, '0')}`));
      },
    },
  },
  's13-evals': {
    setUp: async (replay) => {
      await settledLeftovers(replay);
      await replay.register(job('evl'));
      await replay.running('evl');
      await still(replay);
      const Constraints = [{ LTarget: '${attr.kernel.name}', Operand: '=', RTarget: 'plan9' }];
      await replay.register(job('evl-blocked', { TaskGroups: [group({ Constraints })] }));
      await still(replay);
    },
  },
};
