import type { AllocationRecord, DeploymentRecord } from '../model/records.ts';
import type { JobKey } from '../model/keys.ts';
import { allocationStatus, deploymentStatus, jobStatus } from '../model/status.ts';
import { withProgress } from '../platform/signals.ts';
import type { Choice } from '../platform/ask.ts';
import type { Connected } from './workbench.ts';

/** Asks for a job; problems come first, then by name. */
export async function pickJob(connected: Connected, title: string): Promise<JobKey | undefined> {
  const { store } = connected.cluster;
  const nowMs = Date.now();
  const choices = [...store.jobs.values()]
    .map((job) => ({ job, status: jobStatus(store, job, nowMs) }))
    .sort((a, b) => a.status.rank - b.status.rank || a.job.key.localeCompare(b.job.key))
    .map(({ job, status }): Choice<JobKey> => {
      const namespace = connected.cluster.namespace === '*' ? job.namespace : undefined;
      return { label: job.id, description: [status.detail, namespace].filter(Boolean).join(' · '), value: job.key };
    });
  if (choices.length === 0) throw new Error('there is no job in this namespace.');
  return connected.ask.pick(`${title} (${connected.cluster.label})`, choices, 'Name of the job');
}

/** Asks for a deployment among `candidates`; a single one is not asked for. */
export async function pickDeployment(
  connected: Connected,
  title: string,
  accept: (deployment: DeploymentRecord) => boolean,
): Promise<string | undefined> {
  const nowMs = Date.now();
  const candidates = [...connected.cluster.store.deployments.values()].filter(accept);
  if (candidates.length === 0) throw new Error('no deployment waits for that.');
  const choices = candidates.map((deployment) => ({
    label: deployment.jobId,
    description: deploymentStatus(deployment, nowMs).detail,
    value: deployment.id,
  }));
  return connected.ask.pick(`${title} (${connected.cluster.label})`, choices);
}

/** Asks for a running allocation of a job; a single one is not asked for. */
export async function pickAllocation(connected: Connected, key: JobKey): Promise<string | undefined> {
  const { cluster } = connected;
  await withProgress(`Reading the allocations of ${key}`, (signal) => cluster.loadJob(key, signal));
  const running = cluster.store.allocationsOf(key).filter((one) => one.clientStatus === 'running');
  const nowMs = Date.now();
  if (running.length === 0) throw new Error('it has no running allocation.');
  if (running.length === 1) return running[0]?.id;
  const choices = running.map((one) => ({
    label: allocationLabel(one),
    description: [
      one.nodeName,
      `v${String(one.jobVersion)}`,
      allocationStatus(one, nowMs).detail,
      one.canary ? 'canary' : '',
    ]
      .filter(Boolean)
      .join(' · '),
    value: one.id,
  }));
  return connected.ask.pick(`Allocations of ${key}`, choices);
}

/** `app[2]`, as in the rows. */
export function allocationLabel(allocation: AllocationRecord): string {
  const index = allocation.index === undefined ? allocation.id.slice(0, 8) : String(allocation.index);
  return `${allocation.group}[${index}]`;
}
