import type { Job, Task, TaskGroup, UpdateStrategy } from '../../../src/nomad/types/job.ts';

export const second = 1_000_000_000;
export const millisecond = 1_000_000;

/** Waits until it is told to end. */
export const waiting = { command: '/bin/sleep', args: ['3600'] };

/** An UUID that no object has. */
export const unknownId = '11111111-2222-3333-4444-555555555555';

export interface GroupSpec {
  readonly name?: string;
  readonly count?: number;
  readonly update?: UpdateStrategy;
  /** A shell script; without one the task waits. */
  readonly script?: string;
  readonly env?: Record<string, string>;
  readonly tasks?: Task[];
  readonly more?: Partial<TaskGroup>;
}

export interface JobSpec extends GroupSpec {
  readonly groups?: readonly GroupSpec[];
  readonly job?: Partial<Job>;
}

/** A rollout that is healthy soon. */
export function update(more: UpdateStrategy = {}): UpdateStrategy {
  return {
    MaxParallel: 1,
    HealthCheck: 'task_states',
    MinHealthyTime: 100 * millisecond,
    HealthyDeadline: 60 * second,
    ProgressDeadline: 120 * second,
    Stagger: 30 * second,
    Canary: 0,
    AutoRevert: false,
    AutoPromote: false,
    ...more,
  };
}

/** A service with one group `app` of one raw_exec task `main`, unless the spec says otherwise. */
export function service(id: string, spec: JobSpec = {}): Job {
  return jobOf(id, 'service', spec);
}

export function batch(id: string, spec: JobSpec = {}): Job {
  return jobOf(id, 'batch', spec);
}

/** A service's like that runs on every node. */
export function system(id: string, spec: JobSpec = {}): Job {
  const job = jobOf(id, 'system', spec);
  return { ...job, TaskGroups: (job.TaskGroups ?? []).map((group) => ({ ...group, ReschedulePolicy: null })) };
}

export function task(name: string, config: Record<string, unknown> = waiting, more: Partial<Task> = {}): Task {
  return {
    Name: name,
    Driver: 'raw_exec',
    Config: config,
    Resources: { CPU: 20, MemoryMB: 20 },
    LogConfig: { MaxFiles: 2, MaxFileSizeMB: 5 },
    KillTimeout: 2 * second,
    ...more,
  };
}

export function shell(script: string): Record<string, unknown> {
  return { command: '/bin/sh', args: ['-c', script] };
}

function jobOf(id: string, type: string, { groups, job, ...only }: JobSpec): Job {
  return {
    ID: id,
    Name: id,
    Type: type,
    Datacenters: ['*'],
    TaskGroups: (groups ?? [only]).map((group) => groupOf(group, type)),
    ...job,
  } as Job;
}

function groupOf({ name = 'app', count = 1, update: rollout, script, env, tasks, more }: GroupSpec, type: string) {
  const config = script === undefined ? waiting : shell(script);
  return {
    Name: name,
    Count: count,
    ...(type === 'service' ? { Update: rollout ?? update() } : {}),
    RestartPolicy: { Attempts: 0, Interval: 5 * second, Delay: second / 10, Mode: 'fail' },
    ReschedulePolicy: { Attempts: 0, Unlimited: false },
    EphemeralDisk: { SizeMB: 20 },
    Tasks: tasks ?? [task('main', config, env === undefined ? {} : { Env: env })],
    ...more,
  } as TaskGroup;
}
