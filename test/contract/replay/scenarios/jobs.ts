import type { Replay, Scenario } from '../support/replay.ts';
import { group, job, leftoverIds, leftovers, remove, second, settledLeftovers, task, update } from './parts.ts';

/** The job that the plans of s03 are made for. */
function planned(replay: Replay): Record<string, unknown> {
  return replay.bodyOf('new job')['Job'] as Record<string, unknown>;
}

export const jobScenarios: Readonly<Record<string, Scenario>> = {
  's04-run': {
    setUp: leftovers,
    before: {
      'revert OK': (replay) => replay.settled('run', 1),
      'revert EnforcePriorVersion right': (replay) => replay.settled('run', 2),
      stop: (replay) => replay.running('run'),
      'jobs list with stopped': (replay) => remove(replay, 'newjob', 'noname', 'bad', 'badcfg'),
    },
    bodies: {
      'HCL text as body': () => 'job "x" {}',
      'submission too large (1.2 MB source)': () =>
        JSON.stringify({
          Job: job('newjob', { Meta: { e: '1' } }),
          Submission: { Source: `# ${'x'.repeat(1_200_000)}`, Format: 'hcl2' },
        }),
    },
  },
  's04-lists': {
    setUp: async (replay) => {
      await replay.call('PUT', '/v1/namespace', { Name: 'team-a' });
      await settledLeftovers(replay);
      for (let i = 1; i <= 6; i += 1) {
        await replay.register(job(`list-${String(i)}`, i % 2 === 1 ? { Meta: { team: `t${String(i - 1)}` } } : {}));
      }
      await replay.register(job('list-7', { Type: 'batch' }));
      await replay.register(job('other-1', { Update: update }));
      for (const id of ['in-team-a', 'list-1']) await replay.register(job(id), 'team-a');
      await replay.until('all to run', () =>
        [...replay.simulator.cluster.store.jobs.values()].every(({ Status }) => Status === 'running'),
      );
      await replay.register(
        job('per-1', { Type: 'batch', Periodic: { Enabled: true, SpecType: 'cron', Spec: '0 0 1 1 *' } }),
      );
      await replay.register(job('par-1', { Type: 'batch', ParameterizedJob: { Payload: 'optional' } }));
    },
  },
  's04-ids': { setUp: leftovers },
  's17-odd-ids': {
    setUp: async (replay) => {
      await leftovers(replay);
      for (const id of leftoverIds) await replay.running(id);
    },
  },
  's02-parse': {
    bodies: { '100 KB of HCL': () => JSON.stringify({ JobHCL: `job "web" {\n${'  # comment\n'.repeat(9000)}}\n` }) },
  },
  's02-validate': {},
  's03-plan': {
    before: {
      'no change': async (replay) => {
        await replay.register(planned(replay));
        await replay.running('plan', 2);
      },
    },
  },
  's06-scale': {
    setUp: async (replay) => {
      await replay.register(job('sc', { TaskGroups: [group({ Count: 2 })], Update: update }));
      await replay.rollout('sc', 0);
    },
    before: {
      status: (replay) => replay.settled('sc'),
      'down with Job in Target, POST': (replay) => replay.settled('sc', 1),
      'same count': (replay) => replay.settled('sc', 2),
      'message only (no Count)': (replay) => replay.settled('sc', 3),
      zero: (replay) => replay.settled('sc', 3),
      'stopped job': async (replay) => {
        await replay.settled('sc', 4);
        await replay.call('DELETE', '/v1/job/sc');
      },
      'beyond max': async (replay) => {
        const Scaling = { Min: 1, Max: 3, Enabled: true, Policy: { cooldown: '1m' } };
        await replay.register(job('scp', { TaskGroups: [group({ Count: 2, Scaling })], Update: update }));
        await replay.rollout('scp', 0);
      },
      'in range': (replay) => replay.settled('scp'),
      'system job': async (replay) => {
        await replay.register(job('scs', { Type: 'system', TaskGroups: [group({ ReschedulePolicy: null })] }));
      },
      'batch job': async (replay) => {
        await replay.register(job('scb', { Type: 'batch' }));
      },
    },
  },
  's07-dispatch': {
    timelines: { 'child timeline': 'disp/' },
    before: {
      'child logs': (replay) => {
        const child = [...replay.simulator.cluster.store.jobs.values()].find(({ ParentID }) => ParentID === 'disp');
        replay.nameAllocations(child?.ID ?? '');
      },
      'child in list': async (replay) => {
        await replay.register(job('disp-forb', { Type: 'batch', ParameterizedJob: { Payload: 'forbidden' } }));
        await replay.register(job('disp-req', { Type: 'batch', ParameterizedJob: { Payload: 'required' } }));
        await replay.register(job('disp-not', { Type: 'batch' }));
      },
      'stopped parameterized': (replay) => replay.call('DELETE', '/v1/job/disp').then(() => undefined),
      'parent purge: children left?': async (replay) => {
        const ids = [...replay.simulator.cluster.store.jobs.values()].map(({ ID }) => ID);
        await remove(replay, ...ids.filter((id) => id.startsWith('disp')));
      },
    },
    bodies: {
      'payload too large (20 KB)': () =>
        JSON.stringify({ Payload: Buffer.alloc(20_000).toString('base64'), Meta: { a: '1' } }),
      'payload 16384 exactly': () =>
        JSON.stringify({ Payload: Buffer.alloc(16_384).toString('base64'), Meta: { a: '1' } }),
    },
  },
  's07-periodic': {
    timelines: { 'child timeline': 'perio/' },
    before: {
      // Launches in one second are one job, and both of the recorded ones were.
      force: (replay) => replay.pass(1000 - (replay.world.clock.now() % 1000)),
      'force non-periodic': async (replay) => {
        await replay.register(job('notper'));
      },
      'force stopped periodic': (replay) => replay.call('DELETE', '/v1/job/perio').then(() => undefined),
      'children of 7-field cron': (replay) => {
        const { jobs } = replay.simulator.cluster.store;
        return replay.until(
          'launches',
          () => [...jobs.values()].filter(({ ParentID }) => ParentID === 'tick').length >= (replay.isNew ? 3 : 2),
        );
      },
    },
  },
  's07-batch': {
    before: {
      'batch failure: 1 restart then 1 reschedule after 5 s': async (replay) => {
        const RestartPolicy = { Attempts: 1, Interval: 30 * second, Delay: 0.4 * second, Mode: 'fail' };
        const ReschedulePolicy = {
          Attempts: 1,
          Interval: 60 * second,
          Delay: 5 * second,
          DelayFunction: 'constant',
          Unlimited: false,
        };
        const Tasks = [task('sleep 0.3; exit 1')];
        await replay.register(
          job('b-bad', { Type: 'batch', TaskGroups: [group({ RestartPolicy, ReschedulePolicy, Tasks })] }),
        );
      },
      'failed allocs': (replay) =>
        replay.until(
          'two failures',
          () => replay.allocationsOf('b-bad').filter((each) => each.ClientStatus === 'failed').length === 2,
        ),
      'sysbatch timeline': async (replay) => {
        await replay.register(
          job('sysb', { Type: 'sysbatch', TaskGroups: [group({ ReschedulePolicy: null, Tasks: [task('sleep 1')] })] }),
        );
      },
      // Whatever rollouts there were before give the answer its index.
      'system: deployments?': async (replay) => {
        if (replay.isNew) return;
        await leftovers(replay);
        await replay.rollout('x/plan', 0);
      },
      'system timeline': async (replay) => {
        await replay.register(job('syst', { Type: 'system', TaskGroups: [group({ ReschedulePolicy: null })] }));
      },
    },
    bodies: {
      're-register changed finished batch': () =>
        JSON.stringify({
          Job: job('b-ok', { Type: 'batch', TaskGroups: [group({ Tasks: [task('echo changed; sleep 1; exit 0')] })] }),
        }),
    },
  },
};
