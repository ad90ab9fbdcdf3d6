import { isAborted, isCancelled } from '../../base/cancel.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import type { Place } from '../../state/tables/place.ts';
import type { Told } from '../../wording/allocations/allocationState.ts';
import { wordsOf } from '../logs/logErrors.ts';

/**
 * Why something could not be read: Nomad's words, and the right that lacks. All parts of a state need the same one; to hear of
 * changes takes another.
 */
export function refusal(error: unknown, { namespace }: Place, right = 'read-job'): string {
  const words = wordsOf(error);
  // Nomad says of an allocation that may not be read that it knows none; of one that is not there it says otherwise.
  const isDenied =
    isNomadError(error, 'denied') || (isNomadError(error, 'rejected') && words.startsWith('Unknown allocation'));
  return isDenied ? `${words}. The token needs ${right} in namespace ${namespace}` : words;
}

/**
 * What was read, or why not.
 *
 * @throws the signal's reason; what is no failure of Nomad's
 */
export async function told<T>(reading: Promise<T>, place: Place, signal: AbortSignal): Promise<Told<T>> {
  try {
    return { value: await reading };
  } catch (error) {
    if (isAborted(signal) || isCancelled(error) || !isNomadError(error)) throw error;
    return { refused: refusal(error, place) };
  }
}
