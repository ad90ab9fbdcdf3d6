import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Job } from '../../../../src/nomad/types/job.ts';
import type { DesiredUpdates } from '../../../../src/nomad/types/plan.ts';
import { annotate } from '../../../simulator/job/annotate.ts';
import { canonicalize } from '../../../simulator/job/canonicalize.ts';
import { groupChange, sameSpec } from '../../../simulator/job/change.ts';
import { diffJobs } from '../../../simulator/job/diff.ts';
import { multiError, validate, warningText } from '../../../simulator/job/validate.ts';
import diffs from '../../../recorded/simulator/job/diffs.json' with { type: 'json' };
import plans from '../../../recorded/simulator/job/plans.json' with { type: 'json' };
import stored from '../../../recorded/simulator/job/stored.json' with { type: 'json' };
import validated from '../../../recorded/simulator/job/validate.json' with { type: 'json' };

/** What a real agent answered to a plan of `base` with some edits, or of `job` where there was none before. */
interface RecordedPlan {
  step: string;
  job?: object;
  edits?: { at: (string | number)[]; value: unknown }[];
  updates: Record<string, Partial<DesiredUpdates>>;
  diff: object;
}

const noUpdates: DesiredUpdates = {
  Ignore: 0,
  Place: 0,
  Migrate: 0,
  Stop: 0,
  InPlaceUpdate: 0,
  DestructiveUpdate: 0,
  Canary: 0,
};

/** A job as a client sends it: most of its fields are left out. */
function sent(job: unknown): Job {
  return structuredClone(job) as Job;
}

function edited(base: unknown, edits: NonNullable<RecordedPlan['edits']>): Job {
  const root: Record<string, unknown> = { job: sent(base) };
  for (const { at, value } of edits) {
    const path = ['job', ...at];
    let owner = root;
    for (const step of path.slice(0, -1)) owner = owner[step] as Record<string, unknown>;
    owner[path.at(-1) ?? ''] = structuredClone(value);
  }
  return root['job'] as Job;
}

/** A copy without nulls, as the recordings keep diffs. */
function compact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(compact);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, compact(item)]));
}

function allUpdates(updates: RecordedPlan['updates']): Record<string, DesiredUpdates> {
  return Object.fromEntries(Object.entries(updates).map(([group, counts]) => [group, { ...noUpdates, ...counts }]));
}

describe('the diff of a plan', () => {
  for (const { base, cases } of [diffs, plans]) {
    for (const recorded of cases as RecordedPlan[]) {
      it(recorded.step, () => {
        const before = recorded.edits ? canonicalize(sent(base)) : null;
        const after = canonicalize(recorded.edits ? edited(base, recorded.edits) : sent(recorded.job));
        const diff = annotate(diffJobs(before, after), allUpdates(recorded.updates));
        assert.deepEqual(compact(diff), recorded.diff);
      });
    }
  }

  it('is a deletion when the job goes', () => {
    const diff = diffJobs(canonicalize(sent(diffs.base)), null);
    assert.equal(diff.Type, 'Deleted');
    assert.deepEqual(
      diff.TaskGroups?.map(({ Name, Type }) => [Name, Type]),
      [
        ['one', 'Deleted'],
        ['two', 'Deleted'],
      ],
    );
  });

  it('leaves out unchanged fields of an object unless asked for them', () => {
    const before = canonicalize(sent(diffs.base));
    const after = canonicalize(
      edited(diffs.base, [{ at: ['TaskGroups', 0, 'Tasks', 0, 'Resources', 'CPU'], value: 30 }]),
    );
    const namesIn = (contextual: boolean): string[] | undefined =>
      diffJobs(before, after, contextual).TaskGroups?.[0]?.Tasks?.[0]?.Objects?.[0]?.Fields?.map(({ Name }) => Name);
    assert.deepEqual(namesIn(false), ['CPU']);
    assert.ok(namesIn(true)?.includes('MemoryMB'));
  });
});

describe('what a new version does to running allocations', () => {
  // A constraint that no node meets replaces allocations too; that takes the nodes to tell.
  const needsNodes = new Set(['constraint edited']);

  for (const recorded of diffs.cases as RecordedPlan[]) {
    if (needsNodes.has(recorded.step)) continue;
    it(recorded.step, () => {
      const before = canonicalize(sent(diffs.base));
      const after = canonicalize(edited(diffs.base, recorded.edits ?? []));
      for (const [name, counts] of Object.entries(recorded.updates)) {
        const [was, is] = [before, after].map((job) => job.TaskGroups?.find((group) => group.Name === name));
        const wanted = counts.Ignore
          ? 'none'
          : counts.InPlaceUpdate
            ? 'inPlace'
            : counts.DestructiveUpdate
              ? 'destructive'
              : null;
        if (!was || !is || wanted === null) continue;
        assert.equal(groupChange({ job: before, group: was }, { job: after, group: is }), wanted, name);
      }
    });
  }

  it('ignores version, indexes and status when it compares', () => {
    const job = canonicalize(sent(diffs.base));
    assert.ok(sameSpec(job, { ...job, Version: 7, JobModifyIndex: 99, Status: 'running', Stable: true }));
    assert.ok(!sameSpec(job, { ...job, Priority: 51 }));
    assert.ok(!sameSpec(job, { ...job, Stop: true }));
  });
});

describe('a job as the server keeps it', () => {
  const own = ['CreateIndex', 'ModifyIndex', 'JobModifyIndex', 'SubmitTime', 'Status'];

  function withoutServerValues(job: object): object {
    return Object.fromEntries(Object.entries(job).filter(([name]) => !own.includes(name)));
  }

  it('has the fields and defaults that a read shows', () => {
    const job = canonicalize(sent(stored.sent));
    assert.deepEqual(withoutServerValues(job), withoutServerValues(stored.stored));
  });

  it('does not change when it is sent back', () => {
    for (const type of ['service', 'batch', 'system', 'sysbatch']) {
      const once = canonicalize({ ...sent(stored.sent), Type: type });
      assert.deepEqual(canonicalize(once), once, type);
    }
  });

  it('runs in all datacenters of the default pool unless it says otherwise', () => {
    const { Datacenters, ...job } = sent(stored.sent);
    assert.deepEqual(Datacenters, ['dc1']);
    assert.deepEqual(canonicalize(job as Job).Datacenters, ['*']);
    assert.equal(canonicalize(job as Job).NodePool, 'default');
  });

  it('leaves the job that came in alone', () => {
    const job = sent(stored.sent);
    canonicalize(job);
    assert.deepEqual(job, stored.sent);
  });
});

describe('validation', () => {
  for (const recorded of validated) {
    it(recorded.step, () => {
      const { errors, warnings } = validate(sent(recorded.job));
      assert.equal(multiError(errors), recorded.error);
      if ('warnings' in recorded) assert.equal(warningText(warnings), recorded.warnings);
    });
  }

  it('never throws for a job with nothing in it', () => {
    const job = { TaskGroups: [{ Tasks: [{}] }, null, {}] } as unknown as Job;
    assert.ok(validate(job).errors.includes('Missing job ID'));
    assert.ok(validate({} as Job).errors.includes('Missing job task groups'));
  });
});
