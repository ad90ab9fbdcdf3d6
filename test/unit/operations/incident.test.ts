import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NomadError } from '../../../src/nomad/http/errors.ts';
import { incidentFiles } from '../../../src/operations/incident/incidentFiles.ts';
import { readIncident, type Incident } from '../../../src/operations/incident/readIncident.ts';
import type { PlacedClient } from '../../../src/state/tables/placedClient.ts';
import { golden } from '../../support/golden.ts';
import { allocation, day, deployment, minute, now, taskState, uuid } from '../tree/clusterFixture.ts';

const words = { cluster: 'prod:4646', nowMs: now, moment: (ms: number) => new Date(ms).toISOString() };
const at = (ms: number) => (now - ms) * 1e6;

const crash = taskState({
  State: 'dead',
  Failed: true,
  Restarts: 2,
  FinishedAt: new Date(now - minute).toISOString(),
  Events: [
    { Type: 'Started', Time: at(5 * minute), DisplayMessage: 'Task started by client' },
    { Type: 'Terminated', Time: at(minute), DisplayMessage: 'Exit Code: 3', ExitCode: 3, Details: { exit_code: '3' } },
    { Type: 'Not Restarting', Time: at(minute), DisplayMessage: 'Exceeded allowed attempts | 2 in interval' },
  ],
});

function incidentOf(): Incident {
  const it = allocation(1, 'web', 'app[0]', {
    ClientStatus: 'failed',
    TaskStates: { server: crash },
    DeploymentID: uuid(3),
    PreviousAllocation: uuid(9),
    Job: {
      ID: 'web',
      TaskGroups: [{ Name: 'app', Tasks: [{ Name: 'server', Env: { DB_PASS: 'hunter2' } }] }],
    } as never,
  });
  return {
    allocation: it,
    deployment: {
      value: deployment(3, 'web', { Status: 'failed', StatusDescription: 'Failed due to unhealthy allocations' }),
    },
    evaluations: {
      value: [
        { ID: uuid(20), TriggeredBy: 'alloc-failure', Status: 'complete', CreateIndex: 8 },
        { ID: uuid(21), TriggeredBy: 'queued-allocs', Status: 'blocked', CreateIndex: 9, FailedTGAllocs: { app: {} } },
      ],
    },
    allocations: {
      value: [it, allocation(2, 'web', 'app[1]', { CreateTime: (now - day) * 1e6 })].map(
        (one) => ({ ...one, JobVersion: 0, JobType: 'service', Job: undefined }) as never,
      ),
    },
    stats: { refused: 'Permission denied' },
    logs: [
      { task: 'server', stream: 'stdout', read: { value: 'ready\n```\npassword=hunter2\n' } },
      { task: 'server', stream: 'stderr', read: { refused: 'task "server" has no logs' } },
    ],
  };
}

describe('an incident report', () => {
  it('tells what happened first, then what is around it, and what could not be read', () => {
    const files = incidentFiles(incidentOf(), words);
    golden('operations/incident', files.find(({ path }) => path.join('/') === 'report.md')?.text ?? '');
  });

  it('is a folder of files that hold no secret by its name', () => {
    const files = incidentFiles(incidentOf(), words);
    assert.deepEqual(
      files.map(({ path }) => path.join('/')),
      [
        'report.md',
        'events.txt',
        'allocation.json',
        'job.json',
        'deployment.json',
        'evaluations.json',
        'allocations.json',
        'logs/server.stdout.log',
      ],
    );
    for (const { path, text } of files) assert.doesNotMatch(text, /hunter2/, path.join('/'));
    assert.equal(files.at(-1)?.text, 'ready\n```\npassword=(redacted)\n');
  });

  it('tells what its tasks were given and use', () => {
    const incident = incidentOf();
    const resources = { Tasks: { server: { Cpu: { CpuShares: 100 }, Memory: { MemoryMB: 64 } } } };
    const usage = {
      CpuStats: { TotalTicks: 41.6, Measured: ['Percent'] },
      MemoryStats: { RSS: 5 * 1024 * 1024, MaxUsage: 32 * 1024 * 1024, Measured: ['RSS', 'Max Usage'] },
    };
    const text = (stats: Incident['stats']) =>
      incidentFiles(
        { ...incident, allocation: { ...incident.allocation, AllocatedResources: resources }, stats },
        words,
      )[0]?.text ?? '';
    const read = text({ value: { Tasks: { server: { ResourceUsage: usage } } } });
    assert.match(
      read,
      /## Cpu and memory\n\n\| task .*\n.*\n\| server \| 100 MHz \| 42 MHz \| 64 MiB \| 5.0 MiB \| 32 MiB \|\n/,
    );
    assert.match(text({ refused: 'no' }), /\n\| server \| 100 MHz \| {1,2}\| 64 MiB \| {1,2}\| {1,2}\|\n/);
  });

  it('has names that stay in its folder, whatever a task is called', () => {
    const read = { value: 'x\n' };
    const incident = { ...incidentOf(), logs: [{ task: '../../etc/passwd', stream: 'stdout' as const, read }] };
    const { path } = incidentFiles(incident, words).at(-1) ?? { path: [] };
    assert.equal(path.length, 2);
    assert.doesNotMatch(path.join(''), /[/\\]/);
  });
});

describe('reading an incident', () => {
  it('ends with the end of a log, though its task writes faster than that is read', async () => {
    let ended = false;
    const flood = async function* () {
      try {
        for (;;) yield await Promise.resolve(Buffer.from('line of the flood\n'.repeat(1000)));
      } finally {
        ended = true;
      }
    };
    const refused = () => Promise.reject(new NomadError('denied', 'Permission denied'));
    const read = () => Promise.resolve({ value: incidentOf().allocation });
    const client = {
      allocations: { read, stats: refused, logs: flood },
      deployments: { read: refused },
      jobs: { evaluations: refused, allocations: refused },
    } as unknown as PlacedClient;
    const place = { namespace: 'default', region: undefined };
    const incident = await readIncident(client, uuid(1), place, new AbortController().signal);
    assert.ok(ended);
    const [stdout] = incident.logs;
    assert.ok(stdout !== undefined && 'value' in stdout.read);
    assert.ok(stdout.read.value.length > 64 * 1024 && stdout.read.value.length < 512 * 1024);
    assert.deepEqual(incident.stats, { refused: 'Permission denied' });
  });
});
