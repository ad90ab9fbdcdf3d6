import type { Replay, Scenario } from '../support/replay.ts';
import { group, job, second, settledLeftovers, task, unremovable, update } from './parts.ts';

type Json = Record<string, unknown>;

/** A job like another that has to be placed anew. */
function changed(spec: Json, value: string): Json {
  const groups = (spec['TaskGroups'] as Json[]).map((each) => ({
    ...each,
    Tasks: (each['Tasks'] as Json[]).map((one) => ({ ...one, Env: { V: value } })),
  }));
  return { ...spec, TaskGroups: groups };
}

function recorded(replay: Replay, step: string): Json {
  return replay.bodyOf(step)['Job'] as Json;
}

const canary = (replay: Replay, value: string) =>
  changed(recorded(replay, 'register v0 (first version: no canaries)'), value);

const failing = (job: Json): Json => ({
  ...job,
  TaskGroups: [group({ Count: 2, Tasks: [task('sleep 0.1; exit 1')] })],
});

const reverting = (replay: Replay): Json => ({
  ...recorded(replay, 'register a failing v1 with auto_revert'),
  TaskGroups: [group({ Count: 2 })],
});
const promoting = (replay: Replay): Json => ({
  ...recorded(replay, 'register v1 with auto_promote'),
  TaskGroups: [group({ Count: 2 })],
});

const rolling = (count = 3): Json =>
  job('rol', { TaskGroups: [group({ Count: count })], Update: { ...update, MinHealthyTime: 1.5 * second } });

const two = (): Json =>
  job('two', { TaskGroups: ['a', 'b'].map((name) => group({ Name: name })), Update: { ...update, Canary: 1 } });

/** The and a job whose rollout never ended. */
async function unfinished(replay: Replay): Promise<void> {
  await settledLeftovers(replay);
  if (!replay.isNew) return unremovable(replay);
  await replay.register(job('new\nline', { Update: { ...update, HealthCheck: 'manual' } }));
}

export const deploymentScenarios: Readonly<Record<string, Scenario>> = {
  's05-canary': {
    setUp: unfinished,
    bodies: { 'register v1': (replay) => JSON.stringify({ Job: canary(replay, '1') }) },
    before: {
      pause: async (replay) => {
        await replay.register(canary(replay, '2'));
        await replay.rollout('can', 2);
      },
      'fail (no auto_revert)': async (replay) => {
        await replay.register(canary(replay, '3'));
        await replay.rollout('can', 3);
      },
      'v4 deployment after v5 registered': async (replay) => {
        await replay.register(canary(replay, '4'));
        await replay.rollout('can', 4);
        await replay.register(canary(replay, '5'));
        await replay.rollout('can', 5);
      },
    },
  },
  's05-autorevert': {
    setUp: async (replay) => {
      await replay.register(reverting(replay));
      await replay.settled('arv');
    },
    bodies: {
      'register a failing v1 with auto_revert': (replay) =>
        JSON.stringify({ Job: failing(recorded(replay, 'register a failing v1 with auto_revert')) }),
      'register v1 with auto_promote': (replay) => JSON.stringify({ Job: changed(promoting(replay), '1') }),
    },
    before: {
      'fail by hand with auto_revert': async (replay) => {
        if (replay.simulator.cluster.store.job('default', 'arv')?.Version !== 2) return;
        const next = changed(reverting(replay), '3');
        await replay.register({ ...next, Update: { ...(next['Update'] as Json), Canary: 1 } });
        await replay.rollout('arv', 3);
      },
      'register v1 with auto_promote': async (replay) => {
        await replay.register(promoting(replay));
        await replay.settled('apr');
      },
    },
  },
  's05-rolling': {
    setUp: async (replay) => {
      await replay.register(rolling());
    },
    bodies: {
      'register v1': () => JSON.stringify({ Job: changed(rolling(), '1') }),
      'register one that never gets healthy': (replay) => {
        const RestartPolicy = { Attempts: 10, Interval: 30 * second, Delay: second, Mode: 'delay' };
        return JSON.stringify({
          Job: {
            ...recorded(replay, 'register one that never gets healthy'),
            TaskGroups: [group({ RestartPolicy, Tasks: [task('exit 1')] })],
          },
        });
      },
      'register one whose second allocation cannot be placed': (replay) =>
        JSON.stringify({
          Job: {
            ...recorded(replay, 'register one whose second allocation cannot be placed'),
            TaskGroups: [group({ Count: 2 })],
          },
        }),
    },
    before: {
      'register v1': (replay) => replay.settled('rol'),
      'count change only: is there a deployment?': async (replay) => {
        await replay.register(changed(rolling(4), '1'));
      },
      'job meta change': async (replay) => {
        await replay.settled('rol', 2);
        await replay.register({ ...changed(rolling(4), '1'), Meta: { k: 'v' } });
      },
      'two groups, both canaries healthy': async (replay) => {
        await replay.register(two());
        await replay.settled('two');
        await replay.register(changed(two(), '1'));
        await replay.rollout('two', 1);
      },
      'allocation-health healthy one': (replay) => {
        replay.nameAllocations('man#0', 'man#1');
      },
      'allocation-health unhealthy other': (replay) =>
        replay.until('the failure', () =>
          [...replay.simulator.cluster.store.deployments.values()].some(
            ({ JobID, Status }) => JobID === 'man' && Status === 'failed',
          ),
        ),
      'manual health: read': async (replay) => {
        await replay.register(
          job('man', { TaskGroups: [group({ Count: 2 })], Update: { ...update, HealthCheck: 'manual' } }),
        );
        await replay.rollout('man', 0);
      },
    },
  },
  's05-ids': {
    setUp: async (replay) => {
      await unfinished(replay);
      for (const name of ['dep-1', 'dep-2', 'dep-3']) {
        await replay.register(job(name, { Update: update }));
        await replay.rollout(name, 0);
      }
    },
  },
};
