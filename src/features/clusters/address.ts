import { parseAddress } from '../../nomad/http/connection.ts';
import { isNomadError } from '../../nomad/http/errors.ts';

/** A sentence that says what is wrong with an address, or undefined. */
export function addressProblem(text: string): string | undefined {
  try {
    parseAddress(text);
    return undefined;
  } catch (error) {
    return isNomadError(error) ? error.message : 'The address is not usable.';
  }
}
