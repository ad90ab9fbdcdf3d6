import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { jobStatus } from '../../../src/wording/status.ts';
import { saysItsWord } from '../../../src/wording/statusWords.ts';
import { makeJob, makeStore, nowMs } from '../state/build.ts';

describe('the parts of a status', () => {
  it('are told apart whatever a text of the server in one of them looks like', () => {
    const store = makeStore(makeJob());
    const ConstraintFiltered = { '${meta.x} = a · blocked': 1 };
    const FailedTGAllocs = { app: { NodesEvaluated: 1, CoalescedFailures: 1, ConstraintFiltered } };
    const evaluation = { ID: 'e', Namespace: 'default', JobID: 'web', Status: 'blocked', ModifyIndex: 5 };
    store.apply('blocked', { ...evaluation, FailedTGAllocs });
    const job = store.jobs.get(jobKey('default', 'web'));
    assert.ok(job);
    const found = jobStatus(store, job, nowMs);
    assert.deepEqual(found.parts, ['2 blocked: constraint ${meta.x} = a · blocked', '0/3 running']);
    assert.equal(found.detail, found.parts.join(' · '));
    assert.equal(saysItsWord(found), false);
    assert.equal(saysItsWord({ word: 'degraded', parts: ['degraded', '1 failed'] }), true);
  });
});
