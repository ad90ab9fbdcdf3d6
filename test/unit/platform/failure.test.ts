import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NomadError } from '../../../src/nomad/errors.ts';
import { attempt } from '../../../src/platform/attempt.ts';
import type { Attempted } from '../../../src/platform/attempt.ts';
import { failureSentence, wayOut } from '../../../src/platform/failure.ts';

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
      failureSentence(new Error('no jobspec is open'), { what: 'plan' }),
      'Could not plan: no jobspec is open',
    );
    assert.equal(failureSentence('odd', { what: 'plan' }), 'Could not plan: the reason is not known');
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

  it('keeps the words of a fault of ours for the log', () => {
    const fault = new TypeError("Cannot read properties of undefined (reading 'ID')");
    const sentence = 'Could not plan: an unexpected error in the extension; the log says more';
    assert.equal(failureSentence(fault, { what: 'plan' }), sentence);
  });

  it('offers the token where permission is denied, and the address where it is wrong', () => {
    const titles = (error: unknown) => wayOut(error).map((way) => way.title);
    assert.deepEqual(titles(new NomadError('denied', 'Permission denied')), ['Set token']);
    assert.deepEqual(titles(new NomadError('dns', 'not found')), ['Change the address']);
    assert.deepEqual(titles(new NomadError('rejected', 'no')), []);
    assert.deepEqual(titles(new Error('no')), []);
  });
});
