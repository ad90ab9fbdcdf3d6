import assert from 'node:assert/strict';
import type { Caller } from './http.ts';

/** A job of one group, as the recordings register it. */
export function fixtureJob(id: string, options: { count?: number; group?: object; type?: string } = {}): object {
  const policies = {
    EphemeralDisk: { SizeMB: 20 },
    RestartPolicy: { Attempts: 0, Interval: 30e9, Delay: 1e9, Mode: 'fail' },
    ...(options.type === 'system' ? {} : { ReschedulePolicy: { Attempts: 0, Interval: 0, Unlimited: false } }),
  };
  const Config = { command: '/bin/sh', args: ['-c', 'while true; do sleep 1; done'] };
  const LogConfig = { MaxFiles: 2, MaxFileSizeMB: 5 };
  const Tasks = [{ Name: 'server', Driver: 'exec', Config, LogConfig, Resources: { CPU: 20, MemoryMB: 16 } }];
  const group = { Name: 'app', Count: options.count ?? 1, ...policies, Tasks, ...options.group };
  return { ID: id, Name: id, Type: options.type ?? 'service', Datacenters: ['dc1'], TaskGroups: [group] };
}

/** Registers a job and waits until its allocations run. */
export async function running(
  { call, simulator, until }: Caller,
  job: object,
  namespace = 'default',
): Promise<string[]> {
  const { store } = simulator.cluster;
  const { ID, TaskGroups } = job as { ID: string; TaskGroups: { Count: number }[] };
  const reply = await call('PUT', `/v1/jobs?namespace=${namespace}`, { Job: job });
  assert.equal(reply.status, 200, reply.text);
  const live = () =>
    [...store.allocations.values()].filter(
      (item) => item.JobID === ID && item.ClientStatus === 'running' && item.DesiredStatus === 'run',
    );
  const count = TaskGroups[0]?.Count ?? 0;
  await until(`${ID} to run`, () => live().length >= count);
  return live().map((item) => item.ID);
}
