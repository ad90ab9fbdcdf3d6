import { NothingToDo } from '../base/userError.ts';
import { hasWord, jobCapabilities } from '../state/tables/capabilities.ts';
import { readAllocationsOfJob } from '../operations/allocations.ts';
import type { Cluster } from '../state/clusters/cluster.ts';
import type { AllocationRecord, DeploymentRecord } from '../state/tables/records.ts';
import { parseJobKey, placeOf, type JobKey } from '../state/tables/keys.ts';
import { deploymentStatus } from '../wording/deploymentStatus.ts';
import { allocationStatus, jobStatus } from '../wording/status.ts';
import { joined } from '../wording/statusWords.ts';
import { withProgress } from '../platform/signals.ts';
import type { Choice } from '../platform/ask.ts';
import type { Uses } from './command.ts';

type Used = Uses<'cluster' | 'ask'>;

/** What a job has to be fit for, with the sentence for when none is. */
interface Fit {
  /** As in the menus of its row. */
  readonly word: 'stoppable' | 'revertable' | 'execable';
  /** `No job is running`, to which the cluster is added. */
  readonly none: string;
}

/**
 * Asks for a job; problems come first, then by name.
 *
 * @param deed `Stop a job`, to which the cluster is added
 * @throws NothingToDo where no job is fit for it
 */
export async function pickJob(connected: Used, deed: string, fit?: Fit): Promise<JobKey | undefined> {
  const { cluster } = connected;
  const { store, label, clock } = cluster;
  if (cluster.jobsArePartial) await withProgress(`Listing the jobs of ${label}`, (signal) => cluster.whole(signal));
  const choices = [...store.jobs.values()]
    .filter((job) => fit === undefined || hasWord(jobCapabilities(store, job), fit.word))
    .map((job) => ({ job, status: jobStatus(store, job, clock.now()) }))
    .sort((a, b) => a.status.rank - b.status.rank || a.job.key.localeCompare(b.job.key))
    .map(({ job, status }): Choice<JobKey> => {
      const namespace = connected.cluster.namespace === '*' ? job.namespace : undefined;
      return { label: job.id, description: joined([status.detail, namespace]), value: job.key };
    });
  if (choices.length === 0) throw new NothingToDo(`${fit?.none ?? 'There is no job'} ${shownOn(connected)}.`);
  return connected.ask.pick(`${deed} on ${label}`, choices, 'Name of the job');
}

/** `on prod:4646`, or `in team on prod:4646` where one namespace is shown. */
function shownOn({ cluster }: Used): string {
  return cluster.namespace === '*' ? `on ${cluster.label}` : `in ${cluster.namespace} on ${cluster.label}`;
}

/**
 * Asks for a deployment that `accept` takes.
 *
 * @param deed `Promote a deployment`, to which the cluster is added
 * @param none `No deployment waits for a promotion`, likewise
 * @throws NothingToDo where there is none
 */
export async function pickDeployment(
  connected: Used,
  { deed, none }: { readonly deed: string; readonly none: string },
  accept: (deployment: DeploymentRecord) => boolean,
): Promise<string | undefined> {
  const nowMs = Date.now();
  const candidates = [...connected.cluster.store.deployments.values()].filter(accept);
  if (candidates.length === 0) throw new NothingToDo(`${none} ${shownOn(connected)}.`);
  const choices = candidates.map((deployment) => ({
    label: deployment.jobId,
    description: deploymentStatus(connected.cluster.store, deployment, nowMs).detail,
    value: deployment.id,
  }));
  return connected.ask.pick(`${deed} on ${connected.cluster.label}`, choices);
}

/** Where an allocation is looked for that is to be chosen. */
export interface Among {
  /** Another than the one that is shown. */
  readonly region?: string | undefined;
  /** Only those of one group. */
  readonly group?: string | undefined;
}

/** Asks for a running allocation of a job; a single one is not asked for. */
export async function pickAllocation(
  connected: Used,
  key: JobKey,
  { region, group }: Among = {},
): Promise<string | undefined> {
  const { cluster } = connected;
  const all = await withProgress(`Reading the allocations of ${key}`, (signal) =>
    allocationsIn(cluster, key, region, signal),
  );
  const running = all.filter((one) => one.clientStatus === 'running' && (group ?? one.group) === one.group);
  const nowMs = Date.now();
  const which = group === undefined ? '' : ` of group ${group}`;
  if (running.length === 0) throw new NothingToDo(`${key} has no running allocation${which} on ${cluster.label}.`);
  if (running.length === 1) return running[0]?.id;
  const choices = running.map((one) => ({
    label: allocationLabel(one),
    description: allocationStatus(one, nowMs).detail,
    detail: one.id.slice(0, 8),
    value: one.id,
  }));
  return connected.ask.pick(`Allocations of ${key} on ${cluster.label}`, choices);
}

async function allocationsIn(
  cluster: Cluster,
  key: JobKey,
  region: string | undefined,
  signal: AbortSignal,
): Promise<readonly AllocationRecord[]> {
  if (region === undefined) {
    await cluster.loadJob(key, signal);
    return cluster.store.allocationsOf(key);
  }
  return readAllocationsOfJob(cluster.client, parseJobKey(key).id, placeOf(key, region), signal);
}

/** `app[2]`, as in the rows. */
export function allocationLabel(allocation: AllocationRecord): string {
  const index = allocation.index === undefined ? allocation.id.slice(0, 8) : String(allocation.index);
  return `${allocation.group}[${index}]`;
}
