import { parseNomadDiagnostics } from '../../hcl/serverProblems/nomadDiagnostics.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { Job } from '../../nomad/types/job.ts';
import type { JobspecInput } from '../../editor/jobspecs/jobspecInput.ts';
import type { Uses } from '../../commands/command.ts';
import { parseJob } from '../../operations/planJob.ts';

/** Nomad could not make sense of the jobspec; its words are in the Problems view. */
export class JobspecProblemError extends Error {
  override readonly name = 'JobspecProblemError';
  /** Whether other values of variables may mend it. */
  readonly isAboutVariables: boolean;

  constructor(message: string, isAboutVariables = false) {
    super(message);
    this.isAboutVariables = isAboutVariables;
  }
}

/**
 * Tells what no server takes where it stands, before anything is sent.
 *
 * @throws JobspecProblemError when there is anything
 */
export function refuseEarly({ problems }: Uses<'problems'>, { refusals, variableFiles }: JobspecInput): void {
  for (const { uri } of variableFiles) problems.clear(uri);
  const [first] = refusals;
  if (first === undefined) return;
  for (const [name, uri] of new Map(refusals.map(({ uri: one }) => [one.toString(), one]))) {
    const here = refusals.filter((refusal) => refusal.uri.toString() === name);
    problems.set(
      uri,
      here.map(({ problem }) => problem),
    );
  }
  throw new JobspecProblemError(first.problem.message, first.problem.origin === 'variables');
}

/**
 * Has Nomad turn a jobspec into a job, with the variables that it was given.
 *
 * @throws JobspecProblemError when Nomad refuses the text, NomadError otherwise
 */
export async function parseJobspec(
  given: Uses<'cluster' | 'problems'>,
  input: JobspecInput,
  signal: AbortSignal,
): Promise<Job> {
  const { uri } = input.document;
  try {
    const job = await parseJob(given.cluster, input, signal);
    given.problems.clear(uri);
    return job;
  } catch (error) {
    if (!isNomadError(error, 'rejected')) throw error;
    const body = error.body ?? error.message;
    const problems = parseNomadDiagnostics(body, input.text, input.variables);
    // What isn't about the text, such as a body that is too large, is told as any other failure.
    if (problems.length === 0) throw error;
    given.problems.set(uri, problems);
    const isAboutVariables = problems.some(({ origin }) => origin === 'variables');
    throw new JobspecProblemError(problems[0]?.message ?? body, isAboutVariables);
  }
}
