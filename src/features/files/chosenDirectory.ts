import { printable } from '../../base/plain.ts';
import { NothingToDo } from '../../base/userError.ts';
import type { Uses } from '../../commands/command.ts';
import { lookUpAllocation } from '../../commands/lookUpAllocation.ts';
import { allocationLabel, pickJob } from '../../commands/pickers.ts';
import { jobTarget, regionTarget, taskTarget } from '../../commands/targets.ts';
import type { DirectoryOf, FileOf } from '../../editor/files/fileUri.ts';
import { readAllocationsOfJob } from '../../operations/allocations.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import { parseJobKey, placeOf, type JobKey } from '../../state/tables/keys.ts';
import type { AllocationRecord } from '../../state/tables/records.ts';
import { allocationStatus } from '../../wording/status.ts';

type Used = Uses<'cluster' | 'ask'>;

/**
 * The directory of what a command was called on: of an allocation, or of a task in it. From the palette it is asked for;
 * allocations that are over have their files, too.
 *
 * @param deed `Browse the files of a job`, to which the cluster is added
 */
export async function chosenDirectory(given: Used, argument: unknown, deed: string): Promise<FileOf | undefined> {
  const { cluster } = given;
  const region = regionTarget(argument);
  const { allocation, task } = taskTarget(cluster.store, argument);
  const job = jobTarget(cluster.store, argument);
  if (allocation === undefined) {
    const key = job ?? (await pickJob(given, deed));
    const record = key === undefined ? undefined : await pickAny(given, key, region);
    return record && { ...directoryOf(given, record, region), path: '' };
  }
  const record = await lookUpAllocation(given, allocation, { job, region }, ({ name }) => name !== undefined);
  return { ...directoryOf(given, record, region), path: task ?? '' };
}

/** The directory of an allocation. */
export function directoryOf(
  { cluster }: Uses<'cluster'>,
  record: AllocationRecord,
  region: string | undefined,
): DirectoryOf {
  const name = printable(record.name ?? `${record.jobId}.${allocationLabel(record)}`);
  return { cluster: cluster.id, job: record.jobKey, region, allocation: record.id, name };
}

async function pickAny(given: Used, job: JobKey, region: string | undefined): Promise<AllocationRecord | undefined> {
  const { id } = parseJobKey(job);
  const all = await allocationsOf(given, job, region);
  if (all.length === 0) throw new NothingToDo(`${printable(id)} has no allocation on ${given.cluster.label}.`);
  return all.length === 1 ? all[0] : pickAmong(given, all, `Allocations of ${id} on ${given.cluster.label}`);
}

/** All allocations of a job, the newest first. */
export function allocationsOf(
  { cluster }: Uses<'cluster'>,
  job: JobKey,
  region: string | undefined,
): Thenable<readonly AllocationRecord[]> {
  return withQuietProgress('Reading the allocations', (signal) =>
    readAllocationsOfJob(cluster.client, parseJobKey(job).id, placeOf(job, region), signal),
  );
}

export function pickAmong(
  { ask }: Uses<'ask'>,
  all: readonly AllocationRecord[],
  title: string,
): Promise<AllocationRecord | undefined> {
  const nowMs = Date.now();
  const choices = all.map((one) => ({
    label: allocationLabel(one),
    description: allocationStatus(one, nowMs).detail,
    detail: one.id.slice(0, 8),
    value: one,
  }));
  return ask.pick(title, choices);
}
