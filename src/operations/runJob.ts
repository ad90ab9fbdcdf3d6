import { isNomadError } from '../nomad/http/errors.ts';
import type { PlacedClient } from '../state/tables/placedClient.ts';
import { otherThanPlanned, readMark } from './jobMark.ts';
import { clusterIdWords } from '../state/clusters/clusterId.ts';
import type { PlanTicket } from './ticket.ts';

/** What became of a run: the job is registered, or nothing was done, because what is there is not what was planned on. */
export type RunResult =
  | { readonly done: true; readonly index: number; readonly evalId: string; readonly warnings: string }
  /** `why` ends a sentence that begins with the job. */
  | { readonly done: false; readonly why: string };

/**
 * Registers the job of a plan, if nobody changed it meanwhile. Not cancellable: a write that was sent may have been done,
 * whatever is heard of it.
 *
 * @throws NomadError; not for a job that is another by now
 */
export async function runJob(client: PlacedClient, ticket: PlanTicket): Promise<RunResult> {
  const other = otherThanPlanned(ticket.mark, await readMark(client, ticket.job.ID, ticket.place));
  if (other !== undefined) return { done: false, why: `was not run on ${clusterIdWords(ticket.cluster)}: ${other}` };
  const options = { enforceIndex: ticket.jobModifyIndex, submission: ticket.submission, ...ticket.place };
  try {
    const { value } = await client.jobs.register(ticket.job, options);
    return { done: true, index: value.JobModifyIndex, evalId: value.EvalID, warnings: value.Warnings ?? '' };
  } catch (error) {
    if (!isNomadError(error, 'conflict')) throw error;
    const happened = /does not exist/i.test(error.body ?? '') ? 'removed from' : 'changed on';
    return {
      done: false,
      why: `was ${happened} ${clusterIdWords(ticket.cluster)} after it was planned, so it was not run`,
    };
  }
}
