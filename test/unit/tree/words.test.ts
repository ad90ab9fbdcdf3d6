import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allocationRecord } from '../../../src/state/tables/allocationRecords.ts';
import type { ClusterState } from '../../../src/state/sync/clusterState.ts';
import { deploymentRecord } from '../../../src/state/tables/deploymentRecords.ts';
import { jobRecord } from '../../../src/state/tables/jobRecords.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { NomadError } from '../../../src/nomad/http/errors.ts';
import type { NomadErrorKind } from '../../../src/nomad/http/errors.ts';
import { statusBarFace, viewDescription } from '../../../src/tree/clusterWords.ts';
import type { ClusterInfo } from '../../../src/tree/clusterWords.ts';
import { kindOf } from '../../../src/tree/kinds/kinds.ts';
import { JobFilter } from '../../../src/tree/filter.ts';
import { allocationLayout } from '../../../src/tree/allocationLayout.ts';
import { jobLayout } from '../../../src/tree/jobLayout.ts';
import { Problems } from '../../../src/tree/problems.ts';
import { Rollouts } from '../../../src/tree/rollouts.ts';
import { WelcomeKeys, welcomeState } from '../../../src/tree/welcome.ts';
import {
  allocation,
  crashed,
  deployment,
  deploymentState,
  Fixture,
  job,
  now,
  variedCluster,
} from './clusterFixture.ts';

const failure = (kind: NomadErrorKind) => new NomadError(kind, `it went wrong: ${kind}`);
const moment = { nowMs: now, timeZone: 'UTC' };

function cluster(state: ClusterState, fields: Partial<ClusterInfo> = {}): ClusterInfo {
  return { label: 'nomad.example:4646', address: 'https://nomad.example:4646', namespace: '*', state, ...fields };
}

describe('the welcome view', () => {
  it('fits the state of the cluster', () => {
    const error = failure('refused');
    const states: ClusterState[] = [
      { kind: 'connecting' },
      { kind: 'opening' },
      { kind: 'live' },
      { kind: 'paused', sinceMs: now },
      { kind: 'polling', reason: 'no event stream' },
      { kind: 'stale', sinceMs: now, error },
      { kind: 'failed', error },
    ];
    const words = states.map((state) => welcomeState(state, undefined, true));
    assert.deepEqual(words, ['connecting', ...Array<string>(5).fill('ready'), 'refused']);
    assert.equal(welcomeState({ kind: 'opening' }, undefined, true, true), 'connecting');
    assert.equal(welcomeState(undefined, undefined, false), 'off');
  });

  it('has one for each cause, and one for the rest', () => {
    const kinds: NomadErrorKind[] = [
      'address',
      'dns',
      'refused',
      'timeout',
      'tls',
      'notNomad',
      'unreachable',
      'noLeader',
    ];
    for (const kind of kinds) {
      assert.equal(welcomeState({ kind: 'failed', error: failure(kind) }, undefined, true), kind);
      assert.equal(welcomeState(undefined, failure(kind), true), kind);
    }
    assert.equal(welcomeState(undefined, failure('decode'), true), 'notNomad');
    assert.equal(welcomeState(undefined, failure('server'), true), 'unreachable');
  });

  it('asks for a token where none is sent', () => {
    assert.equal(welcomeState(undefined, failure('denied'), false), 'noToken');
    assert.equal(welcomeState(undefined, failure('denied'), 'withheld'), 'withheld');
    assert.equal(welcomeState(undefined, failure('dns'), 'withheld'), 'dns');
    assert.equal(welcomeState(undefined, failure('denied'), true), 'denied');
  });

  it('sets a context key only when its value changes', () => {
    const calls: string[] = [];
    const keys = new WelcomeKeys((key, value) => calls.push(`${key}=${String(value)}`));
    const values: Parameters<WelcomeKeys['set']>[0] = {
      'nomad.state': 'off',
      'nomad.filtered': false,
      'nomad.problemsOnly': false,
      'nomad.filterHidesAll': false,
      'nomad.empty': false,
    };
    keys.set(values);
    assert.equal(calls.length, 5);
    keys.set(values);
    assert.equal(calls.length, 5);
    keys.set({ ...values, 'nomad.state': 'ready', 'nomad.empty': true });
    assert.deepEqual(calls.slice(5), ['nomad.state=ready', 'nomad.empty=true']);
  });
});

describe('the filter', () => {
  it('tells of a change once, and not of none', () => {
    const filter = new JobFilter();
    let fired = 0;
    filter.onDidChange(() => (fired += 1));
    filter.setText('  web ');
    filter.setText('web');
    assert.equal(filter.text, 'web');
    assert.equal(fired, 1);
    filter.setProblemsOnly(true);
    filter.clear();
    filter.clear();
    assert.equal(fired, 3);
    assert.equal(filter.active, false);
  });
});

describe('the words beside a title', () => {
  const none = { text: '', problemsOnly: false };

  it('name the cluster, the namespace and how the rows are kept', () => {
    const error = failure('timeout');
    const words = (state: ClusterState) => viewDescription(cluster(state), none, moment);
    assert.equal(words({ kind: 'live' }), 'nomad.example:4646 · * · live');
    assert.equal(words({ kind: 'polling', reason: '' }), 'nomad.example:4646 · * · polling');
    assert.equal(words({ kind: 'stale', sinceMs: now, error }), 'nomad.example:4646 · * · stale since 14:02');
    assert.equal(words({ kind: 'failed', error: failure('tls') }), 'nomad.example:4646 · * · not trusted');
    const hidden = { ...cluster({ kind: 'polling', reason: '', denied: true }), hidden: true };
    assert.equal(viewDescription(hidden, none, moment), 'nomad.example:4646 · * · denied');
    assert.equal(statusBarFace(hidden, undefined, moment).tone, 'error');
    assert.equal(viewDescription(undefined, none, moment), '');
  });

  it('name what is hidden', () => {
    const words = viewDescription(cluster({ kind: 'live' }), { text: 'a\nb', problemsOnly: true }, moment);
    assert.equal(words, 'nomad.example:4646 · * · live · problems only · filter: a b');
  });
});

describe('the status bar', () => {
  const text = (state: ClusterState) => {
    const face = statusBarFace(cluster(state), undefined, moment);
    return [face.text, face.tone];
  };

  it('is quiet when all is well and precise when it is not', () => {
    const error = failure('refused');
    assert.deepEqual(text({ kind: 'live' }), ['nomad.example:4646', 'quiet']);
    assert.deepEqual(text({ kind: 'polling', reason: '' }), ['nomad.example:4646: polling', 'quiet']);
    assert.deepEqual(text({ kind: 'stale', sinceMs: now, error }), ['nomad.example:4646: stale', 'warning']);
    const old = now - 2 * 60_000;
    assert.deepEqual(text({ kind: 'stale', sinceMs: old, error }), ['nomad.example:4646: stale 2m', 'warning']);
    assert.deepEqual(text({ kind: 'failed', error }), ['nomad.example:4646: unreachable', 'error']);
    assert.deepEqual(text({ kind: 'failed', error: failure('denied') }), ['nomad.example:4646: denied', 'error']);
    assert.deepEqual(text({ kind: 'failed', error: failure('noLeader') }), ['nomad.example:4646: no leader', 'error']);
  });

  it('tells the facts, and the cause of a failure', () => {
    const info = cluster({ kind: 'failed', error: failure('tls') }, { region: 'global', version: '1.8.4' });
    assert.deepEqual(statusBarFace(info, undefined, moment).facts, [
      ['Address', 'https://nomad.example:4646'],
      ['Namespace', '* (all)'],
      ['Region', 'global'],
      ['Version', '1.8.4'],
      ['Cause', 'it went wrong: tls'],
    ]);
  });

  it('says that there is no cluster, and why', () => {
    assert.equal(statusBarFace(undefined, undefined, moment).text, 'Nomad: not connected');
    const face = statusBarFace(undefined, failure('address'), moment);
    assert.equal(face.text, 'Nomad: wrong address');
    assert.equal(face.tone, 'error');
  });
});

describe('the rollouts of the status bar', () => {
  const running = (id: number, jobId: string) =>
    deployment(id, jobId, { JobVersion: 0, TaskGroups: { app: deploymentState({ HealthyAllocs: 2 }) } });

  it('are told while they are under way', () => {
    const fixture = new Fixture().job(job('web')).job(job('api'));
    const rollouts = new Rollouts(fixture.store, () => now);
    assert.equal(rollouts.words(), '');
    rollouts.apply(fixture.store.apply('deployments', deploymentRecord(running(1, 'web'))));
    assert.equal(rollouts.words(), 'web v0: 2/3 healthy');
    rollouts.apply(fixture.store.apply('deployments', deploymentRecord(running(2, 'api'))));
    assert.equal(rollouts.words(), '2 rollouts');
    const over = { ...running(1, 'web'), Status: 'successful', ModifyIndex: 900 };
    rollouts.apply(fixture.store.apply('deployments', deploymentRecord(over)));
    assert.equal(rollouts.words(), 'api v0: 2/3 healthy');
  });

  it('say what goes wrong, first', () => {
    const started = deployment(1, 'web', {
      JobVersion: 0,
      TaskGroups: { app: deploymentState({ DesiredTotal: 1 }) },
    });
    const fixture = new Fixture().job(job('web')).deployment(started);
    fixture.allocations(allocation(1, 'web', 'app[0]', { TaskStates: { server: crashed(2) } }));
    const rollouts = new Rollouts(fixture.store, () => fixture.nowMs);
    assert.equal(rollouts.words(), 'web v0: crash-looping, exit 1, 2 restarts, 0/1 healthy');
    fixture.job(job('api'));
    rollouts.apply(fixture.store.apply('deployments', deploymentRecord(running(2, 'api'))));
    assert.equal(rollouts.words(), '2 rollouts, 1 in trouble');
    fixture.nowMs += 10 * 60_000;
    assert.equal(rollouts.words(), '2 rollouts');
  });

  it('stand beside the cluster as long as it is heard of', () => {
    const info = { ...cluster({ kind: 'live' }), rollout: 'web v0: 2/3 healthy' };
    const { text, accessibleLabel } = statusBarFace(info, undefined, moment);
    assert.ok(text.endsWith(' · web v0: 2/3 healthy'), text);
    assert.ok(accessibleLabel.endsWith(', web v0: 2/3 healthy'), accessibleLabel);
    const silent: ClusterState[] = [
      { kind: 'failed', error: failure('refused') },
      { kind: 'paused', sinceMs: now },
    ];
    for (const state of silent) assert.doesNotMatch(statusBarFace({ ...info, state }, undefined, moment).text, /web/);
  });
});

describe('the region beside a title', () => {
  const words = (more: Partial<ClusterInfo>) =>
    viewDescription({ ...cluster({ kind: 'live' }), ...more }, new JobFilter(), moment);

  it('is told where it can not be taken for granted', () => {
    assert.doesNotMatch(words({ region: 'global' }), /global/);
    assert.match(words({ region: 'global', regionNamed: true }), / · global · /);
    assert.match(words({ region: 'west' }), / · west · /);
    assert.doesNotMatch(words({ region: undefined }), /undefined/);
  });
});

describe('the badge', () => {
  it('counts what needs a look, each job once', () => {
    const { store } = variedCluster();
    assert.deepEqual(new Problems(store, () => now).badge(), {
      value: 5,
      tooltip: '1 failed job, 1 blocked job, 1 deployment needs a decision, 1 restarting job, 1 degraded job',
    });
  });

  it('counts the jobs that are shown when only problems are', () => {
    const fixture = variedCluster();
    fixture.filter.setProblemsOnly(true);
    const shown = fixture.tree(jobLayout).children().length;
    assert.equal(new Problems(fixture.store, () => now).badge()?.value, shown);
  });

  it('counts a failed deployment until the job has moved on', () => {
    const failed = deployment(0x51, 'web', { JobVersion: 0, Status: 'failed', StatusDescription: 'Failed due to x' });
    const fixture = new Fixture()
      .job(job('web'))
      .allocations(allocation(1, 'web', 'app[0]'))
      .deployment(failed);
    const problems = new Problems(fixture.store, () => now);
    assert.equal(problems.badge()?.tooltip, '1 failed deployment');
    problems.apply(
      fixture.store.apply('jobs', jobRecord(job('web', { Version: 1, ModifyIndex: 50, JobModifyIndex: 50 }))),
    );
    assert.equal(problems.badge(), undefined);
  });

  it('counts a crash loop between two failures too, until it has stayed up', () => {
    const fixture = new Fixture().job(job('web')).job(job('api'));
    fixture.allocations(
      allocation(1, 'web', 'app[0]', { TaskStates: { server: crashed(2) } }),
      allocation(2, 'api', 'app[0]', { TaskStates: { server: crashed(1) } }),
    );
    fixture.filter.setProblemsOnly(true);
    const problems = new Problems(fixture.store, () => fixture.nowMs);
    const trees = [jobLayout, allocationLayout].map((layout) => fixture.tree(layout));
    const rows = () => trees.map((tree) => tree.children().map((row) => kindOf(row).face(tree, row).label));
    assert.deepEqual(problems.badge(), { value: 1, tooltip: '1 crash-looping job' });
    assert.deepEqual(rows(), [['web'], ['web.app[0]']]);
    assert.equal(problems.passing, true);
    fixture.nowMs += 4 * 60_000;
    problems.recount();
    assert.equal(problems.badge()?.value, 1);
    fixture.nowMs += 60_000;
    problems.recount();
    assert.deepEqual([problems.badge(), problems.passing], [undefined, false]);
    assert.deepEqual(rows(), [[], ['2 allocations hidden']]);
  });

  it('follows what changes', () => {
    const fixture = new Fixture().job(job('web')).allocations(allocation(1, 'web', 'app[0]'));
    const problems = new Problems(fixture.store, () => now);
    assert.equal(problems.badge(), undefined);
    const update = (status: string, index: number) => {
      const wire = allocation(1, 'web', 'app[0]', { ClientStatus: status, ModifyIndex: index });
      problems.apply(fixture.store.apply('allocations', allocationRecord(wire, 0)));
    };
    update('failed', 1000);
    assert.equal(problems.badge()?.tooltip, '1 failed job');
    update('running', 1001);
    assert.equal(problems.badge(), undefined);
    update('failed', 1002);
    problems.apply(fixture.store.remove('jobs', jobKey('default', 'web')));
    assert.equal(problems.badge(), undefined);
  });
});
