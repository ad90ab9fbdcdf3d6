import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { Allocation, TaskEvent } from '../../../../src/nomad/types/allocation.ts';
import { knownAllocation } from '../../../../src/operations/allocationState/knownAllocation.ts';
import { allocationRecord } from '../../../../src/state/tables/allocationRecords.ts';
import { deploymentRecord } from '../../../../src/state/tables/deploymentRecords.ts';
import type { AllocationState } from '../../../../src/wording/allocations/allocationState.ts';
import { stateText } from '../../../../src/wording/allocations/stateText.ts';
import type { UsageWindow } from '../../../../src/wording/allocations/usage.ts';
import { golden } from '../../../support/golden.ts';
import { makeAllocation, makeDeployment, makeJob, makeTask, nowMs } from '../../state/build.ts';

const path = join(import.meta.dirname, '..', '..', '..', 'recorded', 'wording', 'causes.json');
const recorded = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, Partial<Allocation>>>;

const minute = 60_000;

/** So many minutes before now, on the wire. */
const ago = (minutes: number) => (nowMs - minutes * minute) * 1e6;

const id = (digit: number) => `${String(digit).repeat(8)}-0000-0000-0000-000000000000`;

const event = (
  minutes: number,
  Type: string,
  DisplayMessage: string,
  Details: TaskEvent['Details'] = {},
): TaskEvent => ({
  ...{ Type, Time: ago(minutes), DisplayMessage, Details },
});

const nothing: AllocationState = {
  standing: { kind: 'live' },
  ...{ known: undefined, checks: undefined, services: undefined, deployment: undefined },
  ...{ previous: undefined, next: undefined, replacedAtMs: undefined, usage: undefined },
};

function textOf(allocation: Allocation | undefined, more: Partial<AllocationState> = {}, now = nowMs): string {
  const known = allocation === undefined ? undefined : knownAllocation(allocation);
  const words = { cluster: 'prod:4646', nowMs: now, moment: (ms: number) => new Date(ms).toISOString() };
  return `${stateText({ ...nothing, known, ...more }, 'web.app[0]', words)
    .map(({ text }) => text)
    .join('\n')}\n`;
}

const mib = 1024 * 1024;

const usage: UsageWindow = {
  samples: Array.from({ length: 12 }, (_, at) => ({
    atMs: nowMs - (11 - at) * 2000 - 500,
    tasks: new Map([
      [
        'server',
        {
          ...{ cpuMhz: 20 + at * 5, memoryBytes: (40 + at) * mib, peakBytes: 63.4 * mib },
          throttledNs: at < 6 ? 1e6 : 26e6,
        },
      ],
      ['proxy', { cpuMhz: at === 4 ? 300 : 0, memoryBytes: 5.25 * mib, peakBytes: undefined, throttledNs: undefined }],
    ]),
    devices: new Map([['server', ['nvidia/gpu T4 GPU-9f8e: 37 %']]]),
  })),
  refused: undefined,
};

const resources = {
  Shared: {
    Ports: [
      { Label: 'http', Value: 25432, To: 8080, HostIP: '10.0.0.7' },
      { Label: 'admin', Value: 25433, To: -1, HostIP: 'fd00::7' },
    ],
  },
  Tasks: {
    server: { Cpu: { CpuShares: 100, ReservedCores: [2, 3] }, Memory: { MemoryMB: 128, MemoryMaxMB: 256 } },
    proxy: { Cpu: { CpuShares: 50 }, Memory: { MemoryMB: 32 } },
  },
};

const job = makeJob({
  TaskGroups: [
    {
      Name: 'app',
      Count: 1,
      Services: [
        { Name: 'web', Provider: 'nomad', Checks: [{ Name: 'alive', Type: 'http' }] },
        { Name: 'mesh', Provider: 'consul', Checks: [{ Name: '', Type: 'tcp' }] },
      ],
      Tasks: [
        {
          Name: 'server',
          Driver: 'docker',
          Env: {
            COLOR: 'blue',
            DB_PASSWORD: 'hunter2',
            UPSTREAM: 'https://app:s3cret@db.internal/x',
            LONG: 'x'.repeat(300),
            DSN: 'host=db password=c0rrect',
            OPTIONS: '{"level":2,"apiToken":"h0rse"}',
            ARGS: '--secret-key b4ttery -v',
            MODE: 'level=3',
          },
          Templates: [
            { DestPath: 'secrets/app.env', Envvars: true, EmbeddedTmpl: 'KEY=never shown' },
            { DestPath: 'local/app.conf', Envvars: false },
          ],
          Services: [{ Name: 'metrics', Provider: 'nomad' }],
        },
        { Name: 'proxy', Driver: 'docker', Env: null },
      ],
    },
  ],
});

/** One that has all there is to tell. */
const full = makeAllocation(0, {
  ...{ ID: id(1), NodeID: id(8), Job: job, DeploymentID: 'd0000000-0000-0000-0000-000000000013' },
  ...{ PreviousAllocation: id(2), NextAllocation: id(3), AllocatedResources: resources },
  DeploymentStatus: { Healthy: false, Timestamp: new Date(nowMs - 2 * minute).toISOString(), Canary: true },
  RescheduleTracker: {
    Events: [
      { PrevAllocID: id(4), RescheduleTime: ago(90), Delay: 30e9 },
      { PrevAllocID: id(2), RescheduleTime: ago(30), Delay: 480e9 },
    ],
  },
  TaskStates: {
    server: makeTask({
      State: 'pending',
      Restarts: 2,
      Events: [
        event(29, 'Started', 'Task started by client'),
        event(3, 'Terminated', 'Exit Code: 137', { exit_code: '137', signal: '9', oom_killed: 'true' }),
        event(3, 'Restarting', 'Task restarting in 4m0s', {
          start_delay: '240000000000',
          restart_reason: 'Restart within policy',
        }),
      ],
    }),
    proxy: makeTask({ Events: [event(28, 'Started', 'Task started by client')] }),
  },
});

const parts: Partial<AllocationState> = {
  checks: {
    value: [
      {
        ...{
          ID: 'a',
          Mode: 'healthiness',
          Status: 'success',
          Service: 'web',
          Check: 'alive',
          Output: 'nomad: http ok',
        },
        ...{ StatusCode: 200, Timestamp: (nowMs - 5000) / 1000, Task: 'server' },
      },
      {
        ...{ ID: 'b', Mode: 'readiness', Status: 'failure', Service: 'web', Check: 'ready' },
        Output: 'Get "http://me:pw@10.0.0.7/": dial tcp: \u001b[31mrefused\u001b[0m\nagain',
      },
    ],
  },
  services: {
    value: [{ ID: 'c', ServiceName: 'web', Address: '10.0.0.7', Port: 25432, Tags: ['blue', 'v\u202e2'] }],
  },
  deployment: { value: deploymentRecord(makeDeployment()) },
  previous: {
    value: {
      id: id(2),
      record: allocationRecord(
        makeAllocation(0, {
          ...{ ID: id(2), ClientStatus: 'failed', NodeName: 'node-3', DesiredStatus: 'stop' },
          DesiredDescription: 'alloc was rescheduled because it failed',
          TaskStates: {
            server: makeTask({
              State: 'dead',
              Failed: true,
              Events: [event(31, 'Terminated', 'Exit Code: 1', { exit_code: '1' })],
            }),
          },
        }),
        11,
      ),
    },
  },
  next: { value: { id: id(3), record: null } },
  usage,
};

describe('the state of an allocation', () => {
  for (const version of ['2.0.5', '1.6.10']) {
    it(`tells why tasks ended and what happened to them, as ${version} told it`, () => {
      const texts = ['crash', 'loop', 'sig9', 'sibling', 'prestart', 'tmplmissing', 'artifact', 'clean'].map((name) => {
        const allocation = makeAllocation(0, { ...recorded[version]?.[name], ID: name, NodeID: '' });
        const times = Object.values(allocation.TaskStates ?? {}).flatMap(({ Events }) => Events ?? []);
        return textOf(allocation, {}, Math.max(...times.map(({ Time }) => Time / 1e6)) + 3 * minute);
      });
      golden(`wording/state-of-allocations-${version}`, texts.join('\n'));
    });
  }

  it('has all there is to tell, and no secret', () => {
    const text = textOf(full, parts);
    golden('wording/state-of-allocation', text);
    for (const secret of [
      'hunter2',
      's3cret',
      'never shown',
      'me:pw',
      'c0rrect',
      'h0rse',
      'b4ttery',
      '\u001b',
      '\u202e',
    ])
      assert.ok(!text.includes(secret), secret);
  });

  it('goes on where something can’t be read, and says why', () => {
    const refused = { refused: 'No path to node' };
    const samples = usage.samples.map((sample) => ({ ...sample, atMs: sample.atMs - 2 * minute }));
    golden(
      'wording/state-of-allocation-refused',
      textOf(full, {
        ...{ checks: refused, services: refused, deployment: refused, previous: refused, next: refused },
        usage: { samples, refused: refused.refused },
      }),
    );
  });

  it('says since when it is old, that it is gone, and what was never read', () => {
    const plain = makeAllocation(0, { ID: id(1), NodeID: id(8), Job: null, TaskStates: null });
    const stale = { kind: 'stale', sinceMs: nowMs - 5 * minute, why: 'connect ECONNREFUSED' } as const;
    const texts = [
      textOf(plain, { standing: stale, usage }),
      textOf(plain, { standing: { kind: 'collected', sinceMs: nowMs - minute } }),
      textOf(undefined, { standing: { kind: 'collected', sinceMs: undefined } }),
      textOf(undefined, { standing: { ...stale, sinceMs: undefined } }),
      textOf(undefined, { standing: { kind: 'reading' } }),
    ];
    golden('wording/state-of-allocation-old', texts.join('\n'));
  });

  it('tells when Nomad places another one for one that failed', () => {
    const failed = makeAllocation(0, {
      ...{ ID: id(1), NodeID: id(8), ClientStatus: 'failed', FollowupEvalID: id(5), Job: null },
      TaskStates: {
        server: makeTask({
          State: 'dead',
          Failed: true,
          Events: [event(1, 'Terminated', 'Exit Code: 1', { exit_code: '1' })],
        }),
      },
    });
    assert.match(
      textOf(failed, { replacedAtMs: nowMs + 30_000 }),
      /Last error\n {2}server exited 1, .*, 1m ago\n {2}Nomad places another allocation at 2026-11-20T12:00:30.000Z, in 30 s\n/,
    );
  });

  it('has the newest of thousands of events, and no line of a message that has no end', () => {
    const many = Array.from({ length: 3000 }, (_, at) => event(3000 - at, 'Signaling', `signal ${String(at)}`));
    const long = event(0, 'Driver Failure', Array.from({ length: 1000 }, (_, at) => `line ${String(at)}`).join('\n'));
    const odd = [null, { Type: 3, Time: 'x', Details: [] }, event(1, 'Te\u001b]0;x\u0007xt\u202e', 'a\tb')] as never;
    const text = textOf(
      makeAllocation(0, {
        ...{ ID: id(1), Job: null },
        TaskStates: { a: makeTask({ Events: [...many, long] }), b: makeTask({ Events: odd }), c: null as never },
      }),
    );
    const lines = text.split('\n');
    assert.ok(lines.length < 600, String(lines.length));
    assert.ok(lines.some((line) => /^ {2}\d+ earlier events are left out$/.test(line)));
    assert.match(text, /signal 2999\n/);
    assert.match(text, /… 959 more lines/);
    assert.match(text, / Text +a b\n/);
  });
});
