import type { Replay, Scenario } from '../support/replay.ts';
import { group, job, leftovers, remove, update } from './parts.ts';

const later = (replay: Replay, ms: number, body: Record<string, unknown>) => {
  replay.meanwhile.after(ms, () => replay.register(body));
};

/** The index at which a recorded request begins to wait is the present one. */
function at(replay: Replay, newer: number, older: number): void {
  replay.ids.learn(replay.isNew ? newer : older, replay.simulator.cluster.store.index);
}

const blocking = (value: string): Record<string, unknown> => job('blk', { Meta: { a: value } });

/** Everything has come to rest, so that only what a step does itself changes an index. */
async function still(replay: Replay, ...ids: string[]): Promise<void> {
  const { store } = replay.simulator.cluster;
  for (const id of ids) await replay.running(id);
  const ended = () => [...store.evaluations.values()].every(({ Status }) => Status === 'complete');
  await replay.until('the evaluations', ended);
}

export const clusterScenarios: Readonly<Record<string, Scenario>> = {
  's01-agent': {},
  's01-namespaces': {
    before: {
      'delete non-empty': async (replay) => {
        await replay.register(job('in-a'), 'team-a');
        await replay.until('its allocation', () => replay.allocationsOf('in-a', 'team-a').length > 0);
      },
    },
  },
  's01-nodes': {
    setUp: async (replay) => {
      await replay.register(job('nodejob', { TaskGroups: [group({ Count: 2, Migrate: { MaxParallel: 1 } })] }));
      await replay.running('nodejob', 2);
    },
  },
  's03-diffs': {
    setUp: async (replay) => {
      const base = replay.bodyOf('no edit')['Job'] as Record<string, unknown>;
      await replay.register(base);
      await replay.settled('diff');
    },
  },
  's04-blocking': {
    setUp: async (replay) => {
      await leftovers(replay);
      // Older agents cannot remove jobs of such names, so an earlier scenario left them.
      if (!replay.isNew) for (const id of ['.', '..', '/']) await replay.register(job(id));
      await replay.register(blocking('0'));
      await still(replay, 'blk', 'x/plan', 'y/evaluations');
    },
    before: {
      'job read: returns on change': (replay) => {
        at(replay, 1736, 1462);
        later(replay, 300, blocking('1'));
      },
      'jobs list: returns on any job change': async (replay) => {
        await still(replay, 'blk');
        at(replay, 1746, 1472);
        later(replay, 300, job('blk2'));
      },
      'jobs list with prefix: does a change of another job wake it?': async (replay) => {
        await still(replay, 'blk2');
        at(replay, 1750, 1478);
        later(replay, 300, blocking('2'));
      },
      'index=0 does not block': (replay) => still(replay, 'blk'),
      'allocation read: returns when the client updates it': async (replay) => {
        await replay.until('its health', () => replay.allocationsOf('blk').at(-1)?.DeploymentStatus?.Healthy === true);
        at(replay, 1760, 1497);
        const id = replay.allocationsOf('blk').at(-1)?.ID ?? '';
        const recorded = replay.isNew ? '3c2230b1-e22e-6b60-bdf8-dfca40b6d871' : 'f1f60bea-bc96-2503-9aea-21b62ae3ae1f';
        replay.ids.name(recorded, id);
        // In one of the recordings the task happened to wake at once.
        replay.meanwhile.slowlyAfter(replay.isNew ? 300 : 660, () =>
          replay.call('PUT', `/v1/client/allocation/${id}/restart`, { TaskName: 'server' }),
        );
      },
    },
  },
  's18-extra': {
    setUp: async (replay) => {
      await replay.register(job('extra', { Update: update }));
      await replay.settled('extra');
      replay.nameAllocations('extra');
      await replay.register(job('pp', { Type: 'batch', ParameterizedJob: { Payload: 'optional' } }));
      await replay.call('PUT', '/v1/job/pp/dispatch', {});
      await replay.until('the child to run', () =>
        [...replay.simulator.cluster.store.jobs.values()].some(
          (each) => each.ParentID === 'pp' && each.Status === 'running',
        ),
      );
    },
    before: {
      'allocations after purge': (replay) => remove(replay, 'extra'),
    },
  },
};
