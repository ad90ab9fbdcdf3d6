import { locateValidation } from '../../hcl/serverProblems/validationProblems.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import { jobKey } from '../../state/tables/keys.ts';
import { elsewhereWords, isShown, regionName, type Place } from '../../state/tables/place.ts';
import type { PlanView } from '../../wording/plan/planText.ts';
import { contentHash, contentParts, textDigest, type PlanContent, type PlanTicket } from '../../operations/ticket.ts';
import { parseAddress } from '../../nomad/http/connection.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { Job, JobSubmission } from '../../nomad/types/job.ts';
import type { JobspecInput } from '../../editor/jobspecs/jobspecInput.ts';
import { JobspecProblemError, parseJobspec } from './parsing.ts';
import { placeOfParsed, shownOf } from '../../state/clusters/places.ts';
import { planJob, type JobPlan } from '../../operations/planJob.ts';
import type { PlanServices } from './services.ts';

/**
 * Plans the jobspec as it is in the editor, and shows the plan beside it.
 *
 * @returns the ticket to run it; undefined where the plan is over already, as its document says, since the jobspec or the
 *   connection changed while it was made
 * @throws JobspecProblemError when Nomad refuses the jobspec, NomadError otherwise, CancelledError
 */
export async function planDocument(
  given: PlanServices,
  input: JobspecInput,
  signal: AbortSignal,
): Promise<PlanTicket | undefined> {
  const job = await parseJobspec(given, input, signal);
  const place = await placeOfParsed(given.cluster, job, signal);
  const content = await contentOf(given.cluster, input);
  const planned = await planParsed(given, input, { job, place }, signal);
  return show(given, input, { job, place, content, ...planned });
}

/** What decides whether a plan still speaks of what would be run. */
export async function contentOf({ client, namespace }: Cluster, input: JobspecInput): Promise<PlanContent> {
  const { address, region, token, httpAuth = '' } = client.connection;
  const secret = (typeof token === 'function' ? await token() : token) ?? '';
  const credentials = JSON.stringify([secret, httpAuth, parseAddress(address).basicAuth ?? '']);
  return {
    text: input.text,
    variables: input.variables,
    address: client.displayAddress,
    namespace,
    region,
    credentials,
  };
}

async function planParsed(
  { cluster, problems }: PlanServices,
  input: JobspecInput,
  { job, place }: { readonly job: Job; readonly place: Place },
  signal: AbortSignal,
): Promise<JobPlan> {
  try {
    return await planJob(cluster, job, place, signal);
  } catch (error) {
    if (!isNomadError(error, 'rejected')) throw error;
    const found = locateValidation(error.body ?? error.message, input.jobspec);
    if (found.length === 0) throw error;
    problems.set(input.document.uri, found);
    throw new JobspecProblemError(found[0]?.message ?? error.message);
  }
}

interface Made extends JobPlan {
  readonly job: Job;
  readonly place: Place;
  readonly content: PlanContent;
}

async function show(given: PlanServices, input: JobspecInput, made: Made): Promise<PlanTicket | undefined> {
  const { job, plan, place, mark, content } = made;
  const { document, text } = input;
  const view = await viewOf(given.cluster, input, made);
  const ticket = {
    jobKey: jobKey(place.namespace, job.ID),
    place,
    job,
    jobModifyIndex: plan.JobModifyIndex,
    mark,
    contentHash: contentHash(content),
    parts: contentParts(content),
    submission: submissionOf(input),
    variableFiles: input.variableFiles.map(({ uri, text }) => ({ uri: uri.toString(), digest: textDigest(text) })),
    cluster: given.cluster.id,
    atMs: view.atMs,
    warnings: plan.Warnings ?? '',
  };
  const overAlready = () => (document.getText() === text ? undefined : 'jobspecChanged');
  const put = await given.plans.put({ view, jobspec: document.uri, ticket, overAlready }, given.cluster);
  return put.ticket;
}

async function viewOf(cluster: Cluster, input: JobspecInput, { job, plan, place, around }: Made): Promise<PlanView> {
  const shown = await shownOf(cluster);
  const allocations = cluster.store.allocationsOf(jobKey(place.namespace, job.ID));
  const running = allocations.filter((one) => one.clientStatus === 'running').length;
  return {
    jobId: job.ID,
    namespace: place.namespace,
    region: regionName(place, shown),
    elsewhere: elsewhereWords(place, shown),
    cluster: cluster.label,
    plan,
    job,
    atMs: Date.now(),
    variables: input.shownVariables,
    unsaved: input.document.isDirty || input.document.isUntitled,
    // The store has only what is shown.
    running: isShown(place, shown) ? running : undefined,
    around,
  };
}

/** What Nomad keeps beside the job, so that the source that people wrote is not lost. */
function submissionOf(input: JobspecInput): JobSubmission {
  const format = input.text.trimStart().startsWith('{') ? 'json' : 'hcl2';
  return { Source: input.text, Format: format, Variables: input.variables };
}
