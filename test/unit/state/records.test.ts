import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allocationFromStub, allocationRecord } from '../../../src/state/tables/allocationRecords.ts';
import { deploymentRecord } from '../../../src/state/tables/deploymentRecords.ts';
import { jobFromStub, jobRecord } from '../../../src/state/tables/jobRecords.ts';
import { clean } from '../../../src/state/tables/wire.ts';
import type { AllocationStub } from '../../../src/nomad/types/allocation.ts';
import type { JobStub } from '../../../src/nomad/types/job.ts';
import { makeAllocation, makeDeployment, makeJob, makeTask } from './build.ts';

describe('allocation record', () => {
  it('takes a field that an event leaves out as zero', () => {
    const record = allocationRecord({ ID: 'x', JobID: 'web' }, 3);
    assert.deepEqual(record, {
      ...{ id: 'x', jobKey: 'default/web', namespace: 'default', jobId: 'web', group: '', nodeId: '', jobVersion: 3 },
      ...{ desiredStatus: 'run', desiredDescription: '', clientStatus: 'pending', clientDescription: '' },
      ...{ canary: false, healthy: null, modifyIndex: 0, tasks: [], paused: false },
    });
  });

  it('of a row without task states leaves the tasks unknown', () => {
    const stub = { ...makeAllocation(2), TaskStates: null, DeploymentStatus: null } as AllocationStub;
    const record = allocationFromStub(stub);
    assert.equal(record.tasks, undefined);
    assert.equal(record.index, 2);
    assert.equal(record.createTimeMs, Math.floor(stub.CreateTime / 1e6));
  });

  it('has the last event of a task, its exit and its times', () => {
    const server = makeTask({
      ...{ State: 'dead', Failed: true, Restarts: 2, StartedAt: '2026-11-20T10:00:00.123456789Z' },
      FinishedAt: '0001-01-01T00:00:00Z',
      Events: [
        { Type: 'Terminated', Time: 1e15, Details: { exit_code: '137', oom_killed: 'true' } },
        { Type: 'Not Restarting', Time: 2e15, DisplayMessage: 'Exceeded\u001b[0m allowed attempts' },
      ],
    });
    const [task] = allocationRecord(makeAllocation(0, { TaskStates: { server } }), 1).tasks ?? [];
    assert.deepEqual(task, {
      ...{ name: 'server', state: 'dead', failed: true, restarts: 2, exitCode: 137 },
      cause: { words: 'exit 137 (OOM)', deed: 'ran out of memory', aside: 'exit 137', crashed: true, timeMs: 1e9 },
      startedAtMs: Date.parse('2026-11-20T10:00:00.123Z'),
      lastEvent: { type: 'Not Restarting', message: 'Exceeded allowed attempts', timeMs: 2e9 },
    });
  });
});

describe('job record', () => {
  it('knows groups and tasks of a whole job', () => {
    const record = jobRecord(makeJob());
    assert.deepEqual(record.groups, [{ name: 'app', count: 3, tasks: ['server'] }]);
    assert.equal(record.count, 3);
  });

  it('survives null for every list and object', () => {
    const record = jobRecord(makeJob({ Datacenters: null, TaskGroups: null, Periodic: null, ParameterizedJob: null }));
    assert.deepEqual([record.count, record.periodic, record.parameterized], [0, false, false]);
    const stub = { ...makeJob(), Periodic: false, ParameterizedJob: false, JobSummary: null } as unknown as JobStub;
    assert.equal(jobFromStub(stub).summary, undefined);
  });

  it('tells a run of a parameterized job from the job', () => {
    const ParameterizedJob = { Payload: 'optional' };
    assert.equal(jobRecord(makeJob({ ParameterizedJob })).parameterized, true);
    assert.equal(jobRecord(makeJob({ ParameterizedJob, Dispatched: true, ParentID: 'p' })).parameterized, false);
  });

  it('has the cron expressions of a periodic job', () => {
    const record = jobRecord(makeJob({ Periodic: { Enabled: true, Spec: '', Specs: ['@daily', '@hourly'] } }));
    assert.deepEqual(record.periodicSpec, ['@daily', '@hourly']);
  });
});

describe('deployment record', () => {
  const canary = { DesiredCanaries: 1, PlacedCanaries: ['c'], PlacedAllocs: 1 };

  it('needs promotion as soon as there are canaries, and is promotable when they are healthy', () => {
    const facts = (state: object) => {
      const { needsPromotion, promotable } = deploymentRecord(makeDeployment(state));
      return [needsPromotion, promotable];
    };
    assert.deepEqual(facts({ ...canary, HealthyAllocs: 0 }), [true, false]);
    assert.deepEqual(facts({ ...canary, HealthyAllocs: 1 }), [true, true]);
    assert.deepEqual(facts({ ...canary, HealthyAllocs: 1, DesiredCanaries: 2 }), [true, false]);
    assert.deepEqual(facts({ ...canary, HealthyAllocs: 1, Promoted: true }), [false, false]);
    assert.deepEqual(facts({}), [false, false]);
  });

  it('is not active once it ended, and survives null for its groups', () => {
    const record = deploymentRecord(makeDeployment({}, { Status: 'successful', TaskGroups: null }));
    assert.deepEqual([record.active, record.groups], [false, []]);
  });
});

describe('text of a server', () => {
  it('is one line without control characters', () => {
    assert.equal(clean(' a\n\tb\u001b[31mc\u202e '), 'a bc');
  });
});
