import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { allocationRecord } from '../../../src/state/tables/allocationRecords.ts';
import { allocationStatus, taskStatus } from '../../../src/wording/status.ts';
import { failureSentence } from '../../../src/wording/failureSentence.ts';
import type { Allocation, TaskEvent } from '../../../src/nomad/types/allocation.ts';
import { golden } from '../../support/golden.ts';
import { makeAllocation, makeTask, nowMs } from './build.ts';

/** What agents said of jobs that were made to fail in one way each, by the name of the job. */
type Recorded = Record<string, Record<string, Partial<Allocation>>>;

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'recorded', 'wording', 'causes.json'), 'utf8'),
) as Recorded;

function rowsOf(version: string): string {
  return Object.entries(recorded[version] ?? {})
    .flatMap(([name, wire]) => {
      const allocation = allocationRecord(makeAllocation(0, wire), 12);
      const rows = [`${name}: ${allocationStatus(allocation, nowMs).detail}`];
      if ((allocation.tasks?.length ?? 0) > 1) {
        rows.push(...(allocation.tasks ?? []).map((task) => `  ${task.name}: ${taskStatus(task, nowMs).detail}`));
      }
      return [...rows, `  » ${failureSentence(allocation) ?? '-'}`];
    })
    .join('\n');
}

let clock = nowMs;

function event(Type: string, DisplayMessage = '', Details: Record<string, string> = {}, Time?: number): TaskEvent {
  clock += 1000;
  return { Type, Time: Time ?? clock * 1e6, DisplayMessage, Details };
}

describe('why a task failed', () => {
  for (const version of ['2.0.5', '1.6.10']) {
    it(`is told for what a Nomad ${version} says`, () => {
      golden(`wording/causes-${version}`, rowsOf(version).replace(/ · (?:now|\d+\w)$/gm, ''));
    });
  }

  const told: readonly [name: string, events: readonly TaskEvent[]][] = Object.entries({
    'image that is not there': [
      event('Driver', 'Downloading image'),
      event('Driver Failure', 'Failed to pull `redis:nope`: Error response from daemon: manifest unknown'),
      event('Not Restarting', 'Error was unrecoverable'),
    ],
    'out of memory': [
      event('Started'),
      event('Terminated', 'Exit Code: 137, Exit Message: "OOM Killed"', { exit_code: '137', oom_killed: 'true' }),
      event('Restarting', 'Task restarting in 15s', { start_delay: '15000000000' }),
    ],
    'over its time': [
      event('Started'),
      event('Killing', 'allocation exceeded max_run_duration'),
      event('Terminated', 'Exit Code: 143', { exit_code: '143', signal: '15' }),
      event('Killed', 'Task successfully killed'),
    ],
    'told to stop': [
      event('Started'),
      event('Killing', 'Sent interrupt. Waiting 5s before force killing'),
      event('Terminated', 'Exit Code: 130, Signal: 2', { exit_code: '130', signal: '2' }),
      event('Killed', 'Task successfully killed'),
    ],
    'no token of Vault': [
      event('Killing', 'Vault: failed to derive vault token: role missing', { fails_task: 'true' }),
      event('Killed', 'Task successfully killed'),
    ],
    'a hook of its own': [
      event('Task hook failed', 'consul: failed to derive SI token'),
      event('Restarting', 'Task restarting in 1s'),
    ],
    'volume that can not be mounted': [
      event('Setup Failure', 'failed to setup alloc: pre-run hook "csi_hook" failed: no such volume'),
    ],
    'not healthy in time': [event('Started'), event('Alloc Unhealthy', 'Services not healthy by deadline: web')],
    'full disk': [event('Started'), event('Disk Resources Exceeded', 'Disk resources exceeded')],
    'plugin that stopped answering': [event('Plugin became unhealthy', 'Error: connection refused')],
    'artifact with a key in its address': [
      event(
        'Failed Artifact Download',
        'failed to download artifact "git::https://me:pw@git.example.com/a?sshkey=abc": no',
      ),
    ],
    'lost track of': [event('Started'), event('Terminated', '', { exit_code: '0', exit_message: 'task was lost' })],
    'no code': [event('Started'), event('Terminated', 'Exit Code: 0', {})],
    'a signal without a name': [event('Terminated', '', { exit_code: '0', signal: '64' })],
    'nothing but its end': [
      event('Not Restarting', 'Exceeded allowed attempts 2 in interval 30m0s and mode is "fail"'),
    ],
    'an event of tomorrow': [event('Quantum Decoherence', 'the cat is both')],
    'once failed, then begun anew': [
      event('Terminated', '', { exit_code: '1' }),
      event('Restarting', 'Task restarting in 1s'),
      event('Started'),
    ],
  });

  it('is told for each type of event that tells a cause', () => {
    const rows = told.map(([name, Events]) => {
      const server = makeTask({ State: 'dead', Failed: true, Restarts: 1, Events: [...Events] });
      const allocation = allocationRecord(makeAllocation(0, { ClientStatus: 'failed', TaskStates: { server } }), 1);
      const [task] = allocation.tasks ?? [];
      return `${name}: ${task?.cause?.words ?? '-'} » ${failureSentence(allocation) ?? '-'}`;
    });
    golden('wording/causes-by-event', rows.join('\n'));
  });

  it('says when the next try is', () => {
    const Events = [event('Restarting', 'Task restarting in 15s', { start_delay: '15000000000' }, nowMs * 1e6)];
    const server = makeTask({ State: 'pending', Restarts: 1, Events });
    const { tasks } = allocationRecord(makeAllocation(0, { TaskStates: { server } }), 1);
    assert.equal(tasks?.[0]?.nextTryMs, nowMs + 15_000);
  });

  it('is nothing that an odd answer could break', () => {
    const odd: readonly unknown[] = [
      null,
      'text',
      [null, 3, 'x', {}],
      [{ Type: 7, Time: 'x', Details: [] }],
      [{ Type: 'Terminated', Time: 1e300, Details: { exit_code: {}, signal: -4, oom_killed: 1 } }],
      [{ Type: 'Restarting', Time: -5, Details: { start_delay: '1e999' } }],
      [{ Type: 'constructor' }, { Type: '__proto__' }, { Type: 'toString', DisplayMessage: 4 }],
    ];
    for (const Events of odd) {
      const server = { State: null, Failed: 'yes', Restarts: -1, Events } as never;
      const wire = makeAllocation(0, { TaskStates: { server, gone: null as never }, ClientStatus: 'failed' });
      const allocation = allocationRecord(wire, Number.NaN);
      const words = [
        allocationStatus(allocation, nowMs).detail,
        ...(allocation.tasks ?? []).map((task) => taskStatus(task, nowMs).detail),
      ];
      assert.doesNotMatch(words.join(), /undefined|NaN|null|object|function/);
      assert.equal(allocation.tasks?.length, 1);
    }
  });
});
