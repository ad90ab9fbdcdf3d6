import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allocationRecord } from '../../../src/state/tables/allocationRecords.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { allocationStatus, groupStatus, jobStatus, taskStatus } from '../../../src/wording/status.ts';
import { isProblem } from '../../../src/wording/statusWords.ts';
import type { Allocation, RescheduleEvent, TaskEvent, TaskState } from '../../../src/nomad/types/allocation.ts';
import { golden } from '../../support/golden.ts';
import { makeAllocation, makeJob, makeStore, makeTask, nowMs } from './build.ts';

const minute = 60_000;

/** A run of so many minutes, and its end, in the order in which they were; the task waits 15 s after each. */
interface Run {
  readonly minutes: number;
  readonly end?: 'exit 1' | 'exit 0' | 'out of memory' | 'driver' | 'person' | 'check';
}

function eventsOf(end: NonNullable<Run['end']>, atMs: number): TaskEvent[] {
  const event = (Type: string, Details: Record<string, string> = {}, DisplayMessage = ''): TaskEvent => ({
    ...{ Type, Time: atMs * 1e6, Details, DisplayMessage },
  });
  const again = event('Restarting', { restart_reason: 'Restart within policy' });
  switch (end) {
    case 'exit 1':
      return [event('Terminated', { exit_code: '1' }), again];
    case 'exit 0':
      return [event('Terminated', { exit_code: '0' }), again];
    case 'out of memory':
      return [event('Terminated', { exit_code: '137', oom_killed: 'true' }), again];
    case 'driver':
      return [event('Driver Failure', {}, 'no such image'), again];
    case 'person':
      return [
        event('Restart Signaled', {}, 'User requested task to restart'),
        event('Terminated', { exit_code: '130' }),
        event('Restarting', { restart_reason: '' }),
      ];
    case 'check':
      return [
        event('Restart Signaled', {}, 'healthcheck: check "alive" unhealthy'),
        event('Terminated', { exit_code: '130' }),
        again,
      ];
  }
}

/** A task after those runs, the last of which goes on where it has no end. */
function taskAfter(runs: readonly Run[], more: Partial<TaskState> = {}): TaskState {
  const startsMs: number[] = [];
  let atMs = nowMs;
  for (const { minutes, end } of [...runs].reverse()) {
    atMs -= minutes * minute + (end === undefined ? 0 : 15_000);
    startsMs.unshift(atMs);
  }
  const events = runs.flatMap(({ minutes, end }, at) => {
    const startMs = startsMs[at] ?? 0;
    const started: TaskEvent = { Type: 'Started', Time: startMs * 1e6 };
    if (end === undefined) return [started];
    return [...(end === 'driver' ? [] : [started]), ...eventsOf(end, startMs + minutes * minute)];
  });
  const ended = runs.filter(({ end }) => end !== undefined).length;
  return makeTask({
    ...{ Restarts: ended, State: ended === runs.length ? 'pending' : 'running', Events: events.slice(-10) },
    StartedAt: new Date(startsMs.at(-1) ?? 0).toISOString(),
    ...more,
  });
}

function rowsOf(given: Partial<Allocation>, before: readonly Allocation[] = []): string[] {
  const store = makeStore(makeJob({}, 1), [...before, makeAllocation(0, given)]);
  const job = store.jobs.get(jobKey('default', 'web'));
  const allocation = store.allocationsOf(jobKey('default', 'web')).at(-1);
  assert.ok(job && allocation);
  const ofJob = jobStatus(store, job, nowMs);
  const rows = [
    `job: ${ofJob.detail}`,
    `group: ${groupStatus(store, job, 'app', nowMs).detail}`,
    `allocation: ${allocationStatus(allocation, nowMs, store).detail}`,
    ...(allocation.tasks ?? []).map((task) => `${task.name}: ${taskStatus(task, nowMs, allocation).detail}`),
  ];
  const agree = [groupStatus(store, job, 'app', nowMs), allocationStatus(allocation, nowMs, store)].every(
    (status) => isProblem(status) === isProblem(ofJob),
  );
  assert.ok(agree, rows.join('\n'));
  return [isProblem(ofJob) ? 'a problem' : 'no problem', ...rows.map((row) => `  ${row}`)];
}

const short = { minutes: 0.05, end: 'exit 1' } as const;
const twice = [short, short];
const running = { minutes: 0.05 };

const tasks: Readonly<Record<string, readonly Run[]>> = {
  'failed once, waits': [short],
  'failed once, runs': [short, running],
  'failed twice, waits': twice,
  'failed twice, runs': [...twice, running],
  'failed twice, has run for 4 minutes': [...twice, { minutes: 4 }],
  'failed twice, has run for 5 minutes': [...twice, { minutes: 5 }],
  'failed twice, has run for more than an hour': [...twice, { minutes: 61 }],
  'fails every 20 minutes, has run for 39': [
    { minutes: 20, end: 'exit 1' },
    { minutes: 20, end: 'exit 1' },
    { minutes: 39 },
  ],
  'fails every 20 minutes, has run for 40': [
    { minutes: 20, end: 'exit 1' },
    { minutes: 20, end: 'exit 1' },
    { minutes: 40 },
  ],
  'fails every two hours': [{ minutes: 120, end: 'exit 1' }, { minutes: 120, end: 'exit 1' }, running],
  'ran for two hours, then failed at once': [{ minutes: 120, end: 'exit 1' }, short, running],
  'runs out of memory': [{ minutes: 2, end: 'out of memory' }, { minutes: 2, end: 'out of memory' }, { minutes: 1 }],
  'fails more often than is remembered': [...Array.from({ length: 8 }, () => short), running],
  'can not be started': [
    { minutes: 0, end: 'driver' },
    { minutes: 0, end: 'driver' },
  ],
  'is a service that ends well': [{ minutes: 0.1, end: 'exit 0' }, { minutes: 0.1, end: 'exit 0' }, running],
  'is restarted by a check': [{ minutes: 2, end: 'check' }, { minutes: 2, end: 'check' }, running],
  'is restarted by a person, twice': [{ minutes: 2, end: 'person' }, { minutes: 2, end: 'person' }, running],
  'failed twice, and was restarted by a person': [...twice, { minutes: 1, end: 'person' }, running],
};

function failures(count: number, apartMs: number): RescheduleEvent[] {
  return Array.from({ length: count }, (_, at) => ({
    RescheduleTime: (nowMs - (count - at) * apartMs) * 1e6,
    PrevAllocID: 'previous',
    Delay: 5e9,
  }));
}

const previous = makeAllocation(0, {
  ...{ ID: 'previous', ClientStatus: 'failed', NextAllocation: 'x' },
  TaskStates: { server: makeTask({ State: 'dead', Failed: true, Events: eventsOf('exit 1', nowMs).slice(0, 1) }) },
});

function replacing(count: number, apartMs: number, more: Partial<Allocation> = {}): Partial<Allocation> {
  const server = taskAfter([running]);
  return { RescheduleTracker: { Events: failures(count, apartMs) }, TaskStates: { server }, ...more };
}

const replaced: Readonly<Record<string, Partial<Allocation>>> = {
  'replaced one that failed': replacing(1, minute),
  'replaced two that failed': replacing(2, minute),
  'replaced three, not started yet': replacing(3, minute, { ClientStatus: 'pending', TaskStates: null }),
  'replaced one that failed, and failed once': replacing(1, minute, {
    TaskStates: { server: taskAfter([short, running]) },
  }),
  'replaced two, has run for 5 minutes': replacing(2, minute, { TaskStates: { server: taskAfter([{ minutes: 5 }]) } }),
  'replaced three, of which each ran for days': replacing(3, 2 * 24 * 60 * minute),
  'replaced three, and is told to stop': replacing(3, minute, { DesiredStatus: 'stop' }),
};

describe('a crash loop', () => {
  it('is told between two failures as well, of task, allocation, group and job', () => {
    const rows = Object.entries(tasks).flatMap(([name, runs]) => [
      `${name}: ${rowsOf({ TaskStates: { server: taskAfter(runs) } }).join('\n')}`,
    ]);
    golden('wording/crash-loops', rows.join('\n'));
  });

  it('goes on in the allocations that replace each other', () => {
    const rows = Object.entries(replaced)
      .filter(([, { DesiredStatus = 'run' }]) => DesiredStatus === 'run')
      .map(([name, given]) => `${name}: ${rowsOf(given, [previous]).join('\n')}`);
    golden('wording/crash-loops-of-replacements', rows.join('\n'));
  });

  it('is over for what is told to stop', () => {
    const given = replaced['replaced three, and is told to stop'] ?? {};
    assert.equal(allocationStatus(allocationRecord(makeAllocation(0, given), 12), nowMs).word, 'stopping');
  });

  it('is told beside those that were restarted once', () => {
    const states = [twice, [...twice, running], [short], [{ minutes: 180 }]].map((runs) => taskAfter(runs));
    const allocations = states.map((server, at) => makeAllocation(at, { TaskStates: { server } }));
    const words = (count: number) => {
      const store = makeStore(makeJob({}, count), allocations.slice(0, count));
      const job = store.jobs.get(jobKey('default', 'web'));
      assert.ok(job);
      return jobStatus(store, job, nowMs).detail;
    };
    assert.equal(words(2), '2 crash-looping · exit 1 · 0/2 running');
    assert.equal(words(4), '2 crash-looping · exit 1 · 1 restarting · 1/4 running');
  });

  it('is that of the task that fails, where others run well', () => {
    const states = { proxy: taskAfter([{ minutes: 180 }]), server: taskAfter([...twice, running]) };
    golden('wording/crash-loop-of-one-task', rowsOf({ TaskStates: states }).join('\n'));
  });

  it('is nothing that an odd answer could make', () => {
    const events: readonly unknown[] = [{}, null, { RescheduleTime: 'x', Delay: {}, PrevAllocID: 7 }, { Delay: 1e300 }];
    const odd = [{ Events: events }, { Events: 'text' }, { Events: null }, null, 'text', {}];
    for (const RescheduleTracker of odd as never[]) {
      const record = allocationRecord(makeAllocation(0, { RescheduleTracker }), 1);
      assert.doesNotMatch(allocationStatus(record, nowMs).detail, /undefined|NaN|null|object/);
    }
    const Events = [1, 2, 3].map(() => ({ Type: 'Restarting', Time: 'x', Details: 7 })) as never;
    const server = makeTask({ State: 'pending', Restarts: 3, Events });
    const record = allocationRecord(makeAllocation(0, { TaskStates: { server } }), 1);
    assert.match(allocationStatus(record, nowMs).detail, /^restarting \(3×\) · node-7/);
  });
});
