import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { clockTime } from '../../../src/wording/ages.ts';
import {
  allocationCapabilities,
  deploymentCapabilities,
  jobCapabilities,
  taskCapabilities,
} from '../../../src/state/tables/capabilities.ts';
import { deploymentRecord } from '../../../src/state/tables/deploymentRecords.ts';
import type { DeploymentGroupRecord, JobRecord } from '../../../src/state/tables/records.ts';
import { deploymentGroupStatus, deploymentStatus } from '../../../src/wording/deploymentStatus.ts';
import { Store } from '../../../src/state/tables/store.ts';
import { golden } from '../../support/golden.ts';
import { makeAllocation, makeDeployment, makeJob, makeStore, nowMs, statusRow } from '../state/build.ts';

const waiting = { DesiredCanaries: 1, PlacedCanaries: ['c'], PlacedAllocs: 1, HealthyAllocs: 0 };

function only(store: Store): JobRecord {
  const [job] = store.jobs.values();
  assert.ok(job);
  return job;
}

describe('status of a deployment', () => {
  const healthyCanary = { ...waiting, HealthyAllocs: 1 };
  const cases = {
    running: makeDeployment({ HealthyAllocs: 1 }),
    'canary not healthy': makeDeployment(waiting),
    'canary healthy': makeDeployment(healthyCanary),
    'canary healthy, promoted by itself': makeDeployment({ ...healthyCanary, AutoPromote: true }),
    promoted: makeDeployment({ ...healthyCanary, Promoted: true }),
    paused: makeDeployment({}, { Status: 'paused', StatusDescription: 'Deployment is paused' }),
    successful: makeDeployment({}, { Status: 'successful', StatusDescription: 'Deployment completed successfully' }),
    'failed, deadline': makeDeployment({}, { Status: 'failed', StatusDescription: 'Failed due to progress deadline' }),
    'failed, rolled back': makeDeployment(
      {},
      {
        Status: 'failed',
        StatusDescription: 'Failed due to unhealthy allocations - rolling back to job version 11',
      },
    ),
    'failed by hand': makeDeployment({}, { Status: 'failed', StatusDescription: 'Deployment marked as failed' }),
    'cancelled by a newer version': makeDeployment(
      {},
      { Status: 'cancelled', StatusDescription: 'Cancelled due to newer version of job' },
    ),
    'cancelled by a stop': makeDeployment(
      {},
      { Status: 'cancelled', StatusDescription: 'Cancelled because job is stopped' },
    ),
    'not a known word': makeDeployment({}, { Status: 'dreaming' }),
  };

  it('has the version, the word and the reason', () => {
    const rows = Object.entries(cases).map(([name, wire]) =>
      statusRow(name, deploymentStatus(new Store(), deploymentRecord(wire), nowMs)),
    );
    golden('wording/deployment-status', rows.join('\n'));
  });

  it('of its groups counts canaries, placements and health', () => {
    const rows = Object.entries(cases).map(([name, wire]) => {
      const record = deploymentRecord(wire);
      const [group] = record.groups;
      assert.ok(group);
      return statusRow(name, deploymentGroupStatus(new Store(), record, group, nowMs));
    });
    golden('wording/deployment-group-status', rows.join('\n'));
  });

  it('of its groups names the deadline by the clock of this machine while it lies ahead', () => {
    const by = nowMs + 5 * 60_000;
    const RequireProgressBy = new Date(by).toISOString();
    const record = deploymentRecord(makeDeployment({ HealthyAllocs: 1, RequireProgressBy }));
    const [group] = record.groups as [DeploymentGroupRecord];
    assert.ok(deploymentGroupStatus(new Store(), record, group, nowMs).detail.endsWith(` · by ${clockTime(by)}`));
    assert.doesNotMatch(deploymentGroupStatus(new Store(), record, group, by + 1).detail, /by/);
  });
});

describe('capabilities', () => {
  it('offer what makes sense in the state', () => {
    const store = makeStore(
      makeJob({ Version: 13 }),
      [makeAllocation(0)],
      [makeDeployment(waiting, { JobVersion: 13 })],
    );
    const job = jobCapabilities(store, only(store)).split(' ');
    assert.deepEqual(job, 'job linked copyable stoppable revertable promotable failable active execable'.split(' '));
    const [deployment] = store.deployments.values();
    assert.ok(deployment);
    assert.equal(deploymentCapabilities(deployment), 'deployment linked copyable active promotable failable');
  });

  it('are few for what is over', () => {
    const store = makeStore(makeJob({ Stop: true, Version: 0 }), [makeAllocation(0, { ClientStatus: 'complete' })]);
    assert.equal(jobCapabilities(store, only(store)), 'job linked copyable');
    const [allocation] = store.allocations.values();
    assert.ok(allocation);
    assert.equal(allocationCapabilities(allocation), 'allocation linked copyable');
    const deployment = deploymentRecord(makeDeployment({}, { Status: 'successful' }));
    assert.equal(deploymentCapabilities(deployment), 'deployment linked copyable');
    assert.equal(
      taskCapabilities({ name: 'server', state: 'dead', failed: false, restarts: 0 }),
      'task copyable linked',
    );
    assert.equal(
      taskCapabilities({ name: 'server', state: 'running', failed: false, restarts: 0 }),
      'task execable copyable linked',
    );
  });
});
