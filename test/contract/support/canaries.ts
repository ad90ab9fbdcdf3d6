import type { Contract } from './contract.ts';
import { service, update } from './jobs.ts';

/** Ids of a job's allocations of one version. */
export async function idsOf(c: Contract, job: string, version: number): Promise<string[]> {
  const { value } = await c.client.jobs.allocations(job);
  return value.filter(({ JobVersion }) => JobVersion === version).map(({ ID }) => ID);
}

/** A job at version 1 with a canary beside two allocations of version 0. */
export async function withCanary(c: Contract, name: string, more = {}) {
  const id = c.id(name);
  const rollout = update({ Canary: 1, ...more });
  await c.register(service(id, { count: 2, update: update() }));
  await c.deploymentIn(id, 'successful', 0);
  const old = await idsOf(c, id, 0);
  const { index } = (await c.client.jobs.list()).meta;
  await c.register(service(id, { count: 2, update: rollout, env: { V: '1' } }));
  const placed = await c.deployment(
    id,
    'placing a canary',
    (d) => d.JobVersion === 1 && d.TaskGroups?.['app']?.PlacedCanaries?.length === 1,
  );
  const canary = placed.TaskGroups?.['app']?.PlacedCanaries?.[0] ?? '';
  return { id, deployment: placed.ID, canary, old, index };
}
