import { answerLimits, mayHoldMoreThan } from './answerLimits.ts';
import { describe } from './body.ts';
import type { HttpResponse } from './body.ts';
import type { Call } from './call.ts';
import { NomadError } from './errors.ts';
import type { RequestFacts } from './networkErrors.ts';
import type { NomadRequest } from './query.ts';

/** @throws {NomadError} of kind `tooLarge` for an answer that would take too much memory once it is parsed */
export function checkValues(
  bytes: Uint8Array,
  { answer = 'object' }: NomadRequest,
  { method, path, address }: RequestFacts,
): void {
  const { maxValues } = answerLimits[answer];
  if (!mayHoldMoreThan(maxValues, bytes)) return;
  const limit = `${String(maxValues / 1_000_000)} million`;
  throw new NomadError('tooLarge', `The answer of ${address} holds more than ${limit} values.`, { method, path });
}

/**
 * The value of a JSON answer; null for an empty one.
 *
 * @throws {NomadError} of kind `notNomad` for a web page, `decode` for other text
 */
export async function parsed(
  text: string,
  request: NomadRequest,
  response: HttpResponse,
  call: Call,
): Promise<unknown> {
  const { parse = JSON.parse } = request;
  try {
    return text.trim() === '' ? null : parse(text);
  } catch {
    const answer = describe(response, text, call);
    const { foreignAnswer, isMarkup } = await import('./answerErrors.ts');
    if (isMarkup(text, answer.contentType)) throw foreignAnswer(answer);
    const { status, method, path, address } = answer;
    throw new NomadError('decode', `The answer of ${address} is not valid JSON.`, { status, method, path });
  }
}

/**
 * An answer of another type altogether comes from another server; if only a part is wrong, it is an answer of Nomad's
 * that can't be read.
 */
export function misshapen(wrong: string, status: number, { method, path, address }: RequestFacts): NomadError {
  const details = { status, method, path };
  if (wrong.startsWith(' ')) {
    return new NomadError('notNomad', `${address} answers, but not as Nomad does: the answer${wrong}.`, details);
  }
  const place = wrong.replace(/^\./, '');
  return new NomadError('decode', `The answer of ${address} can't be read: ${place}.`, details);
}
