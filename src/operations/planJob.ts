import { isKnown } from '../hcl/evaluation/told.ts';
import type { ResolvedJob } from '../hcl/evaluation/resolve.ts';
import { isNomadError } from '../nomad/http/errors.ts';
import type { Job } from '../nomad/types/job.ts';
import type { PlanResponse } from '../nomad/types/plan.ts';
import type { Cluster } from '../state/clusters/cluster.ts';
import type { Place } from '../state/tables/place.ts';
import type { Surroundings } from '../wording/plan/planSurroundings.ts';
import { readMark, type JobMark } from './jobMark.ts';
import { readSurroundings } from './readSurroundings.ts';

/** A jobspec as Nomad parses it. */
export interface Source {
  readonly text: string;
  /** The text of a variables file; empty when nothing is set. */
  readonly variables: string;
  /** What is known of the job before Nomad was asked. */
  readonly job: ResolvedJob | undefined;
}

/**
 * Has Nomad turn a jobspec into a job. It asks for the right to parse in one namespace, which can't be known before the
 * job is: it may come from a variable. Where the most likely one is refused, the right in any namespace will do, as it
 * does for Nomad.
 *
 * @throws NomadError, as `rejected` with the diagnostics for what is wrong in the text; the signal's reason
 */
export async function parseJob({ client, namespace }: Cluster, source: Source, signal: AbortSignal): Promise<Job> {
  const body = { hcl: source.text, ...(source.variables === '' ? {} : { variables: source.variables }) };
  const told = source.job?.namespace;
  const likely = (told && isKnown(told) ? told.known : undefined) ?? namespace;
  const parse = async (within: string) =>
    (await client.jobs.parse(body, { namespace: within, region: undefined, signal })).value;
  try {
    return await parse(likely);
  } catch (error) {
    if (likely === '*' || !isNomadError(error, 'denied')) throw error;
    return parse('*');
  }
}

/** What Nomad would do with a job, and what there is to know about that. */
export interface JobPlan {
  readonly plan: PlanResponse;
  readonly mark: JobMark | undefined;
  readonly around: Surroundings;
}

/**
 * Plans a job. Nothing is changed.
 *
 * @throws NomadError, as `rejected` where Nomad does not take the job; the signal's reason
 */
export async function planJob(cluster: Cluster, job: Job, place: Place, signal: AbortSignal): Promise<JobPlan> {
  const { value: plan } = await cluster.client.jobs.plan(job, { diff: true, ...place, signal });
  const [mark, around] = await Promise.all([
    readMark(cluster.client, job.ID, place, signal),
    readSurroundings(cluster, job, place, signal),
  ]);
  return { plan, mark, around };
}
