import type { Job, UpdateStrategy } from '../../src/nomad/types/job.ts';

export interface SimulatedJobOptions {
  readonly count?: number;
  readonly type?: string;
  readonly image?: string;
  readonly update?: UpdateStrategy;
  /** The task ends with this code as soon as it has started. */
  readonly exitCode?: number;
  readonly memoryMb?: number;
  readonly rescheduleAttempts?: number;
  readonly meta?: Record<string, string>;
  readonly more?: Partial<Job>;
}

const second = 1e9;

export const quickUpdate: UpdateStrategy = {
  MaxParallel: 1,
  HealthCheck: 'task_states',
  MinHealthyTime: 5 * second,
  HealthyDeadline: 20 * second,
  ProgressDeadline: 60 * second,
  AutoRevert: false,
  AutoPromote: false,
  Canary: 0,
  Stagger: second,
};

function simulatedTask(options: SimulatedJobOptions): Record<string, unknown> {
  const failing = options.exitCode !== undefined;
  return {
    Name: 'server',
    Driver: failing ? 'mock_driver' : 'docker',
    Config: failing
      ? { run_for: '1ms', exit_code: options.exitCode }
      : { image: options.image ?? 'registry.example/app:1' },
    Resources: { CPU: 100, MemoryMB: options.memoryMb ?? 64 },
  };
}

/** A small job whose task is only simulated; what is left out is filled in by the simulator. */
export function simulatedJob(id: string, options: SimulatedJobOptions = {}): Job {
  const type = options.type ?? 'service';
  const reschedules = type === 'service' || type === 'batch';
  const ReschedulePolicy = {
    Attempts: options.rescheduleAttempts ?? 0,
    Interval: 3600 * second,
    Delay: 5 * second,
    DelayFunction: 'constant',
    MaxDelay: 0,
    Unlimited: false,
  };
  const group = {
    Name: 'app',
    Count: options.count ?? 1,
    Tasks: [simulatedTask(options)],
    RestartPolicy: { Attempts: 0, Interval: 30 * second, Delay: second, Mode: 'fail' },
    ...(reschedules ? { ReschedulePolicy } : {}),
    ...(type === 'service' ? { Update: options.update ?? quickUpdate } : {}),
  };
  const job: Record<string, unknown> = {
    ID: id,
    Name: id,
    Namespace: 'default',
    Type: type,
    Datacenters: ['dc1'],
    Meta: options.meta ?? null,
    TaskGroups: [group],
    ...options.more,
  };
  return job as unknown as Job;
}
