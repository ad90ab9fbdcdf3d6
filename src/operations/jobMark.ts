import { isNomadError } from '../nomad/http/errors.ts';
import type { Place } from '../state/tables/place.ts';
import type { PlacedClient } from '../state/tables/placedClient.ts';

/**
 * Identifies the state of a job on its cluster. Its index alone is not enough: a cluster that was set up anew counts
 * from the start, and may have another job of that id at the same index.
 */
export interface JobMark {
  /** Of all jobs of the region; a cluster only counts up. */
  readonly tableIndex: number;
  /** Undefined while there is no such job. */
  readonly job?: {
    readonly createIndex: number;
    readonly jobModifyIndex: number;
    /** Nanoseconds since the epoch, as exact as a number can be. */
    readonly submitTime: number;
  };
}

/**
 * Reads how a job stands; undefined for a token that may not list jobs.
 *
 * @throws {NomadError} of any kind but `denied`; the signal's reason
 */
export async function readMark(
  client: PlacedClient,
  id: string,
  place: Place,
  signal?: AbortSignal,
): Promise<JobMark | undefined> {
  try {
    // The job itself sorts before everything else that starts with its id.
    const { value, meta } = await client.jobs.list({ ...place, prefix: id, perPage: 1, signal });
    const found = value.find((stub) => stub.ID === id);
    if (found === undefined) return { tableIndex: meta.index };
    const { CreateIndex, JobModifyIndex, SubmitTime = 0 } = found;
    const job = { createIndex: CreateIndex, jobModifyIndex: JobModifyIndex, submitTime: SubmitTime };
    return { tableIndex: meta.index, job };
  } catch (error) {
    if (!isNomadError(error, 'denied')) throw error;
    return undefined;
  }
}

/**
 * Why the cluster is not the one that `planned` was read from, though the index of the job may be the same, as the end
 * of a sentence; undefined where nothing says so. A job with another index is no such case: Nomad itself refuses that.
 */
export function otherThanPlanned(planned: JobMark | undefined, now: JobMark | undefined): string | undefined {
  if (planned === undefined || now === undefined) return undefined;
  if (now.tableIndex < planned.tableIndex) {
    return 'the cluster counts from the start again, so it was set up anew or set back to an earlier state';
  }
  if (planned.job === undefined || now.job === undefined) return undefined;
  if (planned.job.jobModifyIndex !== now.job.jobModifyIndex) return undefined;
  const same = planned.job.createIndex === now.job.createIndex && planned.job.submitTime === now.job.submitTime;
  return same ? undefined : 'another job of that name was registered meanwhile, at the same index';
}
