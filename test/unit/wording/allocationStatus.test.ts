import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allocationRecord } from '../../../src/state/tables/allocationRecords.ts';
import type { AllocationRecord } from '../../../src/state/tables/records.ts';
import { allocationStatus, taskStatus } from '../../../src/wording/status.ts';
import type { Allocation } from '../../../src/nomad/types/allocation.ts';
import { golden } from '../../support/golden.ts';
import { endedTask, hoursAgo, makeAllocation, makeTask, nowMs, statusRow } from '../state/build.ts';

const failed: Partial<Allocation> = { ClientStatus: 'failed', TaskStates: { server: endedTask({ exit_code: '1' }) } };
const oom = { exit_code: '137', oom_killed: 'true' };
const restarting: Partial<Allocation> = {
  ClientStatus: 'pending',
  TaskStates: {
    server: makeTask({ State: 'pending', Restarts: 5, Events: [{ Type: 'Restarting', Time: hoursAgo(1) }] }),
  },
};

describe('status of an allocation and its tasks', () => {
  const allocation = (more: Partial<Allocation>): AllocationRecord => allocationRecord(makeAllocation(0, more), 12);

  const moment = (minutesAgo: number) => new Date(nowMs - minutesAgo * 60_000).toISOString();

  it('has a word, a node and an age', () => {
    const cases: Readonly<Record<string, Partial<Allocation>>> = {
      running: {},
      'just started': { CreateTime: nowMs * 1e6 - 5e9 },
      canary: { DeploymentStatus: { Canary: true, Healthy: null } },
      'healthy canary': { DeploymentStatus: { Canary: true, Healthy: true } },
      unhealthy: { DeploymentStatus: { Healthy: false } },
      'just restarted': { TaskStates: { server: makeTask({ Restarts: 12, StartedAt: moment(1) }) } },
      'restarted long ago': { TaskStates: { server: makeTask({ Restarts: 12, StartedAt: moment(70) }) } },
      starting: { ClientStatus: 'pending' },
      restarting,
      stopping: { DesiredStatus: 'stop' },
      complete: { ClientStatus: 'complete', DesiredStatus: 'stop' },
      failed: { ...failed },
      'out of memory': { ClientStatus: 'failed', TaskStates: { server: endedTask(oom) } },
      'failed with its sibling': {
        ClientStatus: 'failed',
        TaskStates: {
          a: makeTask({ State: 'dead', Failed: true, Events: [{ Type: 'Sibling Task Failed', Time: 1 }] }),
          b: endedTask({ exit_code: '3' }),
        },
      },
      lost: { ClientStatus: 'lost' },
      unknown: { ClientStatus: 'unknown' },
      'not a known word': { ClientStatus: 'hiber\u001b[1mnating' },
      paused: { TaskStates: { server: makeTask({ Paused: 'force_pause' }) } },
      'a node without a name': { NodeName: '', NodeID: '4d65b497-90c9-4e39-c673-17fe86431f29' },
    };
    const rows = Object.entries(cases).map(([name, more]) =>
      statusRow(name, allocationStatus(allocation(more), nowMs)),
    );
    golden('wording/allocation-status', rows.join('\n'));
  });

  it('says when the next try comes, as long as it is to come', () => {
    const waits = (seconds: number) => {
      const Details = { start_delay: String(seconds * 1e9), restart_reason: 'Restart within policy' };
      const Events = [
        { Type: 'Terminated', Time: nowMs * 1e6, Details: { exit_code: '137', signal: '9', oom_killed: 'true' } },
        { Type: 'Restarting', Time: nowMs * 1e6, Details },
      ];
      const waiting = allocation({ TaskStates: { server: makeTask({ State: 'pending', Restarts: 1, Events }) } });
      const [task] = waiting.tasks ?? [];
      assert.ok(task);
      return [taskStatus(task, nowMs).detail, allocationStatus(waiting, nowMs).detail.replace(/ · node.*/, '')];
    };
    const both = (words: string) => [words, words];
    assert.deepEqual(waits(0), both('restarting (1×) · exit 137 (OOM)'));
    assert.deepEqual(waits(15), both('restarting (1×) · exit 137 (OOM) · next try soon'));
    assert.deepEqual(waits(61), both('restarting (1×) · exit 137 (OOM) · next try in 2m'));
    assert.deepEqual(waits(3 * 3600), both('restarting (1×) · exit 137 (OOM) · next try in 3h'));
    assert.deepEqual(waits(80 * 3600), both('restarting (1×) · exit 137 (OOM) · next try in 4d'));
  });

  it('of tasks says why they ended', () => {
    const cases = {
      running: makeTask(),
      'running after restarts': makeTask({ Restarts: 2 }),
      pending: makeTask({ State: 'pending' }),
      restarting: makeTask({ State: 'pending', Restarts: 1 }),
      failed: endedTask({ exit_code: '1' }),
      'failed for an unknown reason': endedTask({}),
      complete: endedTask({ exit_code: '0' }, { Failed: false }),
      'not a known word': makeTask({ State: 'frozen' }),
    };
    const rows = Object.entries(cases).map(([name, server]) => {
      const [task] = allocation({ TaskStates: { server } }).tasks ?? [];
      assert.ok(task);
      return statusRow(name, taskStatus(task, nowMs));
    });
    const [task] = allocation({ TaskStates: { server: makeTask() } }).tasks ?? [];
    assert.ok(task);
    rows.push(statusRow('running on a node that is away', taskStatus(task, nowMs, { clientStatus: 'unknown' })));
    golden('wording/task-status', rows.join('\n'));
  });
});
