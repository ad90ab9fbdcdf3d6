import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { otherThanPlanned } from '../../../src/operations/jobMark.ts';
import type { JobMark } from '../../../src/operations/jobMark.ts';

const job = { createIndex: 10, jobModifyIndex: 24, submitTime: 1_700_000_000_000_000_000 };
const planned: JobMark = { tableIndex: 30, job };
const newJob: JobMark = { tableIndex: 30 };

describe('a cluster that may be another one', () => {
  it('is the same while it only went on', () => {
    assert.equal(otherThanPlanned(planned, planned), undefined);
    assert.equal(otherThanPlanned(planned, { tableIndex: 99, job }), undefined);
    assert.equal(otherThanPlanned(newJob, { tableIndex: 31 }), undefined);
  });

  it('is another one where the job has the same index by chance', () => {
    const another = /another job of that name was registered meanwhile, at the same index/;
    assert.match(otherThanPlanned(planned, { tableIndex: 30, job: { ...job, createIndex: 11 } }) ?? '', another);
    assert.match(otherThanPlanned(planned, { tableIndex: 40, job: { ...job, submitTime: 1.6e18 } }) ?? '', another);
  });

  it('is another one where it counts from the start', () => {
    const reset = /counts from the start again/;
    assert.match(otherThanPlanned(newJob, { tableIndex: 1 }) ?? '', reset);
    assert.match(otherThanPlanned(planned, { tableIndex: 29, job }) ?? '', reset);
  });

  it('is left to Nomad where the index of the job differs, or where nothing is known', () => {
    assert.equal(otherThanPlanned(planned, { tableIndex: 40, job: { ...job, jobModifyIndex: 35 } }), undefined);
    assert.equal(otherThanPlanned(planned, { tableIndex: 40 }), undefined);
    assert.equal(otherThanPlanned(newJob, planned), undefined);
    assert.equal(otherThanPlanned(undefined, planned), undefined);
    assert.equal(otherThanPlanned(planned, undefined), undefined);
  });
});
