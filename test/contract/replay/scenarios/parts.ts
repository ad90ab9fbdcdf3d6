import type { Replay } from '../support/replay.ts';

export const second = 1_000_000_000;

/** The rollout of the recorded jobs. */
export const update = {
  MaxParallel: 1,
  HealthCheck: 'task_states',
  MinHealthyTime: second,
  HealthyDeadline: 20 * second,
  ProgressDeadline: 30 * second,
  AutoRevert: false,
  AutoPromote: false,
  Canary: 0,
  Stagger: second,
};

export const waiting = 'i=0; while true; do i=$((i+1)); echo tick $i; sleep 1; done';

export function task(script = waiting, more: Record<string, unknown> = {}) {
  return {
    Name: 'server',
    Driver: 'raw_exec',
    Config: { command: '/bin/sh', args: ['-c', script] },
    KillTimeout: second,
    Resources: { CPU: 20, MemoryMB: 16 },
    LogConfig: { MaxFiles: 2, MaxFileSizeMB: 5 },
    ...more,
  };
}

export function group(more: Record<string, unknown> = {}) {
  return {
    Name: 'app',
    Count: 1,
    EphemeralDisk: { SizeMB: 20 },
    RestartPolicy: { Attempts: 0, Interval: 30 * second, Delay: second, Mode: 'fail' },
    ReschedulePolicy: { Attempts: 0, Interval: 0, Unlimited: false },
    Tasks: [task()],
    ...more,
  };
}

export function job(id: string, more: Record<string, unknown> = {}) {
  return { ID: id, Name: id, Type: 'service', Datacenters: ['dc1'], TaskGroups: [group()], ...more };
}

export const leftoverIds = ['x/plan', 'y/evaluations'];

/** Two jobs whose ids end in words of the API, which earlier scenarios left behind. */
export async function leftovers(replay: Replay): Promise<void> {
  for (const id of leftoverIds) await replay.register(job(id));
}

/** Jobs of names that older agents take for parts of a path, so that they could not be removed. */
export async function unremovable(replay: Replay): Promise<void> {
  const ids = ['.', '..', '/'];
  for (const id of ids) await replay.register(job(id));
  for (const id of ids) await replay.settled(id);
}

/** The leftovers once their rollouts are over. */
export async function settledLeftovers(replay: Replay): Promise<void> {
  await leftovers(replay);
  for (const id of leftoverIds) await replay.settled(id);
}

export async function remove(replay: Replay, ...ids: string[]): Promise<void> {
  for (const id of ids) await replay.call('DELETE', `/v1/job/${encodeURIComponent(id)}?purge=true`);
}
