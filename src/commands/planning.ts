import type * as vscode from 'vscode';
import { parseNomadDiagnostics } from '../hcl/nomadDiagnostics.ts';
import { locateValidation } from '../hcl/validationProblems.ts';
import { jobKey } from '../model/keys.ts';
import type { PlanView } from '../model/planText.ts';
import { contentHash, type PlanContent, type PlanTicket } from '../model/ticket.ts';
import { isNomadError } from '../nomad/errors.ts';
import type { Job, JobSubmission } from '../nomad/types/job.ts';
import type { PlanResponse } from '../nomad/types/plan.ts';
import { readInput, type JobspecInput } from './jobspecInput.ts';
import type { Connected } from './workbench.ts';

/** Nomad could not make sense of the jobspec; its words are in the Problems view. */
export class JobspecProblemError extends Error {
  override readonly name = 'JobspecProblemError';
}

/** A plan that was made and is shown. */
export interface Planned {
  readonly ticket: PlanTicket;
  /** Whether running the job would change anything. */
  readonly changes: boolean;
  readonly placeable: boolean;
}

/**
 * Plans the jobspec as it is in the editor, shows the plan beside it and keeps the ticket to run it.
 *
 * @throws JobspecProblemError when Nomad refuses the jobspec, NomadError otherwise, CancelledError
 */
export async function planDocument(
  connected: Connected,
  document: vscode.TextDocument,
  signal: AbortSignal,
): Promise<Planned> {
  const input = await readInput(connected, document);
  const job = await parse(connected, input, signal);
  const place = placeOf(connected, job);
  const plan = await planParsed(connected, input, job, place, signal);
  return keep(connected, input, { job, plan, place });
}

/** What decides whether a plan still speaks of what would be run. */
export function contentOf(connected: Connected, input: JobspecInput): PlanContent {
  const { cluster } = connected;
  const { address, region } = cluster.client.connection;
  const namespace = cluster.namespace;
  return { text: input.text, variables: input.variables, address, namespace, ...(region && { region }) };
}

/** Where a job is registered: the jobspec's word first, then the connection's. */
interface Place {
  readonly namespace: string;
  readonly region?: string;
}

function placeOf(connected: Connected, job: Job): Place {
  const ofConnection = connected.cluster.namespace === '*' ? 'default' : connected.cluster.namespace;
  const namespace = filled(job.Namespace) ?? ofConnection;
  const region = filled(job.Region);
  return { namespace, ...(region === undefined ? {} : { region }) };
}

/** Wire fields that nobody set are null or missing or empty. */
function filled(text: string | null | undefined): string | undefined {
  return text === undefined || text === null || text === '' ? undefined : text;
}

async function parse(connected: Connected, input: JobspecInput, signal: AbortSignal): Promise<Job> {
  const { uri } = input.document;
  const variables = input.variables === '' ? {} : { variables: input.variables };
  try {
    const { value } = await connected.cluster.client.jobs.parse({ hcl: input.text, ...variables }, { signal });
    connected.problems.clear(uri);
    return value;
  } catch (error) {
    if (!isNomadError(error, 'rejected')) throw error;
    const body = error.body ?? error.message;
    const problems = parseNomadDiagnostics(body, input.text, input.variables);
    // What isn't about the text, such as a body that is too large, is told as any other failure.
    if (problems.length === 0) throw error;
    connected.problems.set(uri, problems);
    throw new JobspecProblemError(problems[0]?.message ?? body);
  }
}

async function planParsed(
  connected: Connected,
  input: JobspecInput,
  job: Job,
  place: Place,
  signal: AbortSignal,
): Promise<PlanResponse> {
  try {
    const { value } = await connected.cluster.client.jobs.plan(job, { diff: true, ...place, signal });
    return value;
  } catch (error) {
    if (!isNomadError(error, 'rejected')) throw error;
    const problems = locateValidation(error.body ?? error.message, input.jobspec);
    if (problems.length === 0) throw error;
    connected.problems.set(input.document.uri, problems);
    throw new JobspecProblemError(problems[0]?.message ?? error.message);
  }
}

async function keep(
  connected: Connected,
  input: JobspecInput,
  made: { job: Job; plan: PlanResponse; place: Place },
): Promise<Planned> {
  const { job, plan, place } = made;
  const { cluster } = connected;
  const key = jobKey(place.namespace, job.ID);
  const running = cluster.store.allocationsOf(key).filter((one) => one.clientStatus === 'running').length;
  const view: PlanView = {
    jobId: job.ID,
    namespace: place.namespace,
    cluster: cluster.label,
    plan,
    job,
    atMs: Date.now(),
    variables: input.variableNames.map((name) => ({ name })),
    unsaved: input.document.isDirty || input.document.isUntitled,
    running,
  };
  const rendered = await connected.plans.show({ view, jobspec: input.document.uri });
  const ticket: PlanTicket = {
    jobKey: key,
    job,
    jobModifyIndex: plan.JobModifyIndex,
    contentHash: contentHash(contentOf(connected, input)),
    submission: submissionOf(input),
    cluster: cluster.label,
    atMs: view.atMs,
    summary: rendered.summary,
    destructive: rendered.destructive,
    warnings: plan.Warnings ?? '',
  };
  connected.tickets.set(input.document.uri, ticket);
  return { ticket, changes: rendered.changes, placeable: rendered.placeable };
}

/** What Nomad keeps beside the job, so that the source that people wrote is not lost. */
function submissionOf(input: JobspecInput): JobSubmission {
  const format = input.text.trimStart().startsWith('{') ? 'json' : 'hcl2';
  return { Source: input.text, Format: format, Variables: input.variables };
}
