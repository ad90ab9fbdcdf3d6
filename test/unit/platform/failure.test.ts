import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CancelledError } from '../../../src/base/cancel.ts';
import { NothingToDo, UserError } from '../../../src/base/userError.ts';
import { NomadError } from '../../../src/nomad/http/errors.ts';
import { attempt } from '../../../src/platform/attempt.ts';
import type { Attempted } from '../../../src/platform/attempt.ts';
import { causeForLog, failureSentence, isUnexpected, wayOut } from '../../../src/platform/failure.ts';

function failureOf(attempted: Attempted, error: Error): Promise<unknown> {
  return attempt(attempted, () => Promise.reject(error)).catch((thrown: unknown) => thrown);
}

const promote = { what: 'promote web', cluster: 'prod:4646' };

describe('a failure in words', () => {
  it('names what was done, where, and says it in Nomad’s words', () => {
    const body = '1 error occurred:\n\t* Task group "app" has 0/1 healthy allocations\n\n';
    const error = new NomadError('rejected', 'Nomad refused the request', { status: 500, body });
    const sentence = 'Could not promote web on prod:4646: Task group "app" has 0/1 healthy allocations';
    assert.equal(failureSentence(error, promote), sentence);
  });

  it('keeps every item of a list of errors, on one line', () => {
    const body = '2 errors occurred:\n\t* Missing job task groups\n\t* Job type must be set\n\n';
    const error = new NomadError('rejected', 'refused', { status: 500, body });
    assert.match(failureSentence(error, promote), /: Missing job task groups; Job type must be set$/);
  });

  it('doesn’t show a page of HTML', () => {
    const body = '<html><title>Sign in</title></html>';
    const error = new NomadError('notNomad', 'What answers is not Nomad: a page titled "Sign in"', {
      status: 200,
      body,
    });
    const sentence = 'Could not promote web on prod:4646: What answers is not Nomad: a page titled "Sign in"';
    assert.equal(failureSentence(error, promote), sentence);
  });

  it('shortens very long words and drops control characters', () => {
    const error = new NomadError('server', 'failed', { status: 500, body: `bad\u0007 ${'word '.repeat(500)}` });
    const sentence = failureSentence(error, promote);
    assert.ok(sentence.length < 460, String(sentence.length));
    assert.ok(sentence.endsWith('…'));
    assert.ok(!sentence.includes('\u0007'));
  });

  it('works without a cluster and for what isn’t an error', () => {
    assert.equal(
      failureSentence(new UserError('no jobspec is open'), { what: 'plan' }),
      'Could not plan: no jobspec is open',
    );
    const unexpected = 'Could not plan: an unexpected error in the extension; the log says more';
    assert.equal(failureSentence('odd', { what: 'plan' }), unexpected);
  });

  it('names the object of what was attempted, and what the token lacks', async () => {
    const needs = { capability: 'submit-job', namespace: 'team' };
    const denied = await failureOf(
      { what: 'stop web', needs },
      new NomadError('denied', 'no', { body: 'Permission denied' }),
    );
    const stop = { what: 'stop the job', cluster: 'prod:4646' };
    const sentence = 'Could not stop web on prod:4646: Permission denied. The token needs submit-job in namespace team';
    assert.equal(failureSentence(denied, stop), sentence);
    assert.deepEqual(
      wayOut(denied).map((way) => way.title),
      ['Set token'],
    );
    const away = await failureOf({ what: 'stop web', needs }, new NomadError('timeout', 'prod:4646 did not answer'));
    assert.equal(failureSentence(away, stop), 'Could not stop web on prod:4646: prod:4646 did not answer');
  });

  it('keeps the words of whatever nobody threw for people for the log, with the place', () => {
    const sentence = 'Could not plan: an unexpected error in the extension; the log says more';
    class OtherError extends Error {
      override readonly name = 'OtherError';
    }
    for (const fault of [
      new TypeError("Cannot read properties of undefined (reading 'ID')"),
      new SyntaxError('Unexpected token'),
      new URIError('URI malformed'),
      new Error('ENOENT: no such file or directory'),
      new AggregateError([new Error('one')], 'all failed'),
      new OtherError('other'),
    ]) {
      assert.equal(failureSentence(fault, { what: 'plan' }), sentence, fault.name);
      assert.equal(isUnexpected(fault), true, fault.name);
      const words = causeForLog(fault);
      assert.ok(words.includes(fault.message), words);
      assert.match(words, /failure\.test\.ts/);
    }
    assert.doesNotMatch(causeForLog('perhaps a secret'), /secret/);
  });

  it('tells what was thrown for people, and nothing of the place', async () => {
    const attempted = await failureOf(
      { what: 'stop web' },
      new NomadError('denied', 'no', { body: 'Permission denied' }),
    );
    for (const [error, cause] of [
      [new UserError('no jobspec is open.'), 'no jobspec is open.'],
      [new NothingToDo('There is no job.'), 'There is no job.'],
      [new NomadError('timeout', 'prod:4646 did not answer'), 'prod:4646 did not answer'],
      [attempted, 'Permission denied'],
    ] as const) {
      assert.equal(isUnexpected(error), false);
      assert.equal(causeForLog(error), cause);
    }
  });

  it('takes no cancellation for a fault', () => {
    class Canceled extends Error {
      override readonly name = 'Canceled';
    }
    for (const error of [new CancelledError(), new DOMException('stop', 'AbortError'), new Canceled('Canceled')]) {
      assert.equal(isUnexpected(error), false, error.name);
    }
  });

  it('offers the token where permission is denied, and the address where it is wrong', () => {
    const titles = (error: unknown) => wayOut(error).map((way) => way.title);
    assert.deepEqual(titles(new NomadError('denied', 'Permission denied')), ['Set token']);
    assert.deepEqual(titles(new NomadError('dns', 'not found')), ['Change the address']);
    assert.deepEqual(titles(new NomadError('rejected', 'no')), []);
    assert.deepEqual(titles(new Error('no')), []);
  });
});
