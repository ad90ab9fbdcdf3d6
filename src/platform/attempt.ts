/** What is about to be asked of a cluster, for the sentence of its failure. */
export interface Attempted {
  /** Ends the sentence "Could not …", with the object's name: `stop web`. */
  readonly what: string;
  /** The capability that Nomad asks for, and the namespace of the object, where that is in one. */
  readonly needs?: { readonly capability: string; readonly namespace?: string };
}

/** A failure, with what was attempted. */
export class AttemptError extends Error {
  override readonly name = 'AttemptError';
  readonly attempted: Attempted;

  constructor(attempted: Attempted, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.attempted = attempted;
  }
}

/** By name, so that it holds across bundles. */
export function isAttemptError(error: unknown): error is AttemptError {
  return error instanceof Error && error.name === 'AttemptError';
}

/**
 * Does `work`, and lets its failure say what was attempted: the wrapper around commands knows the verb only.
 *
 * @throws AttemptError; what a cancellation throws, as it is
 */
export async function attempt<T>(attempted: Attempted, work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'NomadError') throw error;
    throw new AttemptError(attempted, error);
  }
}
