import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { describeRollout } from '../../../src/operations/rollout.ts';
import type { RolloutTarget } from '../../../src/operations/rollout.ts';
import { Store } from '../../../src/state/tables/store.ts';
import { golden } from '../../support/golden.ts';
import { endedTask, makeAllocation, makeDeployment, makeJob, makeStore, nowMs } from '../state/build.ts';

const web = jobKey('default', 'web');
const next = { JobVersion: 13 };
const v13 = makeJob({ Version: 13 });
const canary = { DesiredCanaries: 1, PlacedCanaries: ['c'], PlacedAllocs: 1, HealthyAllocs: 0 };
const exit = { ClientStatus: 'failed', TaskStates: { server: endedTask({ exit_code: '2' }) } };

function blocked(store: Store): Store {
  const FailedTGAllocs = { app: { DimensionExhausted: { memory: 1 } } };
  store.apply('blocked', { ID: 'e', JobID: 'web', Status: 'blocked', ModifyIndex: 1, FailedTGAllocs });
  return store;
}

/** A deployment that ended in the way that Nomad describes, after its allocation ended with `details` three times. */
function failedDeployment(StatusDescription: string, details: Record<string, string>): Store {
  const deployment = makeDeployment({ HealthyAllocs: 0 }, { ...next, Status: 'failed', StatusDescription });
  const server = endedTask(details, { Restarts: 3 });
  const crashed = { ClientStatus: 'failed', DeploymentID: deployment.ID, TaskStates: { server } };
  return makeStore(v13, [makeAllocation(0, crashed)], [deployment]);
}

function removed(): Store {
  const store = makeStore(makeJob());
  store.remove('jobs', web, 900);
  return store;
}

const stores: Readonly<Record<string, () => Store>> = {
  'not heard of yet': () => new Store(),
  removed,
  started: () => makeStore(v13, [], [makeDeployment({ HealthyAllocs: 0 }, next)]),
  'some healthy': () => makeStore(v13, [], [makeDeployment({ HealthyAllocs: 2, UnhealthyAllocs: 1 }, next)]),
  'canary not healthy': () => makeStore(v13, [], [makeDeployment(canary, next)]),
  'canary unhealthy': () => makeStore(v13, [], [makeDeployment({ ...canary, UnhealthyAllocs: 1 }, next)]),
  'canary healthy': () => makeStore(v13, [], [makeDeployment({ ...canary, HealthyAllocs: 1 }, next)]),
  'canary healthy, automatic': () =>
    makeStore(v13, [], [makeDeployment({ ...canary, HealthyAllocs: 1, AutoPromote: true }, next)]),
  promoted: () => makeStore(v13, [], [makeDeployment({ ...canary, HealthyAllocs: 1, Promoted: true }, next)]),
  paused: () => makeStore(v13, [], [makeDeployment({ HealthyAllocs: 1 }, { ...next, Status: 'paused' })]),
  'waiting for room': () => blocked(makeStore(v13, [], [makeDeployment({ HealthyAllocs: 2 }, next)])),
  deployed: () => makeStore(v13, [], [makeDeployment({}, { ...next, Status: 'successful' })]),
  'failed by a crash': () => failedDeployment('Failed due to unhealthy allocations', { exit_code: '1' }),
  'failed by a crash, rolled back': () =>
    failedDeployment('Failed due to unhealthy allocations - rolling back to job version 12', { exit_code: '1' }),
  'past its deadline by a crash': () => failedDeployment('Failed due to progress deadline', { exit_code: '7' }),
  'failed by hand though one crashed': () => failedDeployment('Deployment marked as failed', { exit_code: '1' }),
  'periodic, disabled': () => makeStore(makeJob({ Type: 'batch', Periodic: { Enabled: false } })),
  'past its deadline': () =>
    makeStore(
      v13,
      [],
      [makeDeployment({}, { ...next, Status: 'failed', StatusDescription: 'Failed due to progress deadline' })],
    ),
  'rolled back': () => {
    const StatusDescription = 'Failed due to unhealthy allocations - rolling back to job version 12';
    return makeStore(v13, [], [makeDeployment({}, { ...next, Status: 'failed', StatusDescription })]);
  },
  superseded: () => {
    const StatusDescription = 'Cancelled due to newer version of job';
    return makeStore(v13, [], [makeDeployment({}, { ...next, Status: 'cancelled', StatusDescription })]);
  },
  periodic: () => makeStore(makeJob({ Type: 'batch', Periodic: { Enabled: true } })),
  parameterized: () => makeStore(makeJob({ Type: 'batch', ParameterizedJob: {} })),
  'batch, running': () => makeStore(makeJob({ Type: 'batch' }, 1), [makeAllocation(0)]),
  'batch, starting': () => makeStore(makeJob({ Type: 'batch' }, 1), [makeAllocation(0, { ClientStatus: 'pending' })]),
  'batch, complete': () => makeStore(makeJob({ Type: 'batch' }, 1), [makeAllocation(0, { ClientStatus: 'complete' })]),
  'batch, failed': () => makeStore(makeJob({ Type: 'batch' }, 1), [makeAllocation(0, exit)]),
  'system, running': () => makeStore(makeJob({ Type: 'system' }, 1), [makeAllocation(0), makeAllocation(1)]),
  'batch, waiting for room': () => blocked(makeStore(makeJob({ Type: 'batch' }, 1))),
  stopping: () => makeStore(makeJob({ Stop: true }), [makeAllocation(0)]),
  stopped: () => makeStore(makeJob({ Stop: true }), [makeAllocation(0, { ClientStatus: 'complete' })]),
};

describe('rollout', () => {
  it('is told in one sentence in every phase', () => {
    const rows = Object.entries(stores).map(([name, make]) => {
      const { phase, sentence, promotable, failure } = describeRollout(make(), { jobKey: web }, nowMs);
      const facts = [phase, promotable === true ? 'promotable' : '', failure ?? ''].filter((fact) => fact !== '');
      return `${name.padEnd(28)} | ${sentence.padEnd(60)} | ${facts.join(', ')}`;
    });
    golden('wording/rollouts', rows.join('\n'));
  });

  it('is that of the deployment or version that is asked for', () => {
    const old = makeDeployment({}, { ID: 'old', Status: 'successful' });
    const store = makeStore(v13, [], [old, makeDeployment({ HealthyAllocs: 0 }, { ...next, ID: 'new' })]);
    const idOf = (target: Partial<RolloutTarget>) =>
      describeRollout(store, { jobKey: web, ...target }, nowMs).deploymentId;
    assert.deepEqual([idOf({}), idOf({ jobVersion: 12 }), idOf({ deploymentId: 'old' })], ['new', 'old', 'old']);
    assert.equal(
      describeRollout(store, { jobKey: web, deploymentId: 'old' }, nowMs).sentence,
      'web v12 is deployed (3/3 healthy)',
    );
  });
});
