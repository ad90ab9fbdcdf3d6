import assert from 'node:assert/strict';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { NomadErrorKind } from '../../../src/nomad/http/errors.ts';

/** Asserts that Nomad refuses with exactly this status and these words (or words that match), and, where a kind is given, how that is understood. */
export async function assertRefused(
  promise: Promise<unknown>,
  status: number,
  words: string | RegExp,
  kind?: NomadErrorKind,
): Promise<void> {
  await assert.rejects(promise, (error) => {
    if (!isNomadError(error)) throw error;
    const seen = { status: error.status, body: error.body, kind: kind === undefined ? kind : error.kind };
    if (typeof words === 'string') assert.deepEqual(seen, { status, body: words, kind });
    else {
      assert.deepEqual({ status: seen.status, kind: seen.kind }, { status, kind }, error.message);
      assert.match(error.body ?? '', words);
    }
    return true;
  });
}
