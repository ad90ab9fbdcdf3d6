import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { clockTime } from '../../../src/wording/ages.ts';
import { jobRecord } from '../../../src/state/tables/jobRecords.ts';
import { nextOutdated, outdatedLine, type Outdated } from '../../../src/wording/plan/planOutdated.ts';
import { makeJob, nowMs } from '../state/build.ts';

describe('a plan that is over', () => {
  const line = (outdated: Outdated, revert = false) => outdatedLine(outdated, { cluster: 'prod', revert });
  const at = clockTime(nowMs);

  it('says why', () => {
    assert.equal(line('jobspecChanged'), 'Outdated: the jobspec was changed after this plan');
    assert.equal(
      line({ kind: 'variableFile', name: 'prod\n.vars.hcl' }),
      'Outdated: prod .vars.hcl was changed after this plan',
    );
    assert.equal(
      line({ kind: 'registered', version: 4, atMs: nowMs, stopped: false }),
      `Outdated: v4 was registered at ${at}, after this plan; plan again`,
    );
    assert.equal(
      line({ kind: 'registered', stopped: false }),
      'Outdated: another version was registered, after this plan; plan again',
    );
    assert.equal(
      line({ kind: 'registered', version: 4, atMs: nowMs, stopped: true }),
      `Outdated: the job was stopped at ${at}, after this plan; plan again`,
    );
    assert.equal(
      line({ kind: 'left', to: 'staging' }),
      'Outdated: this is a plan for prod, and the window is connected to staging now',
    );
    assert.equal(
      line({ kind: 'disconnected' }),
      'Outdated: the connection to prod was left after this plan; plan again',
    );
    assert.equal(
      line({ kind: 'refused', why: 'was changed on prod after it was planned, so it was not run' }),
      'Outdated: the job was changed on prod after it was planned, so it was not run; plan again',
    );
    assert.equal(line('plannedAnew'), 'Outdated: the jobspec was planned again after this plan');
    assert.equal(line({ kind: 'left' }), 'Outdated: the connection to prod was made anew after this plan; plan again');
  });

  it('says quietly that it was carried out', () => {
    assert.equal(line({ kind: 'done', index: 9, atMs: nowMs }), `Run at ${at}`);
    assert.equal(line({ kind: 'done', index: 9, version: 1, atMs: nowMs }), `Run as v1 at ${at}`);
    assert.equal(line({ kind: 'done', index: 9, version: 6, atMs: nowMs }, true), `Reverted as v6 at ${at}`);
  });

  const job = (more: Parameters<typeof makeJob>[0]) => jobRecord(makeJob(more));
  const next = (
    now: Outdated | undefined,
    index: number,
    record: ReturnType<typeof job> | undefined,
    removed = false,
  ) => nextOutdated(now, { index, version: 3 }, record, removed);

  it('is over when the cluster has a newer job, and not when only its state changed', () => {
    assert.equal(next(undefined, 100, job({ JobModifyIndex: 100, ModifyIndex: 300 })), undefined);
    assert.equal(next(undefined, 100, undefined), undefined);
    const newer = next(undefined, 100, job({ JobModifyIndex: 101, Version: 4, Stop: false }));
    assert.deepEqual([newer], [{ kind: 'registered', stopped: false, version: 4 }]);
    assert.deepEqual(next(undefined, 0, job({ JobModifyIndex: 7, Version: 0 })), {
      ...{ kind: 'registered', stopped: false, version: 0 },
    });
  });

  it('is over when the job was removed, unless there was none', () => {
    assert.deepEqual(next(undefined, 100, undefined, true), { kind: 'removed' });
    assert.equal(next(undefined, 0, undefined, true), undefined);
  });

  it('goes by the version where a list tells no index', () => {
    const whole = job({ Version: 4 });
    const listed = Object.fromEntries(
      Object.entries(whole).filter(([name]) => name !== 'jobModifyIndex'),
    ) as unknown as typeof whole;
    assert.equal(nextOutdated(undefined, { index: 100, version: 4 }, listed, false), undefined);
    assert.equal(nextOutdated(undefined, { index: 100 }, listed, false), undefined);
    assert.notEqual(nextOutdated(undefined, { index: 100, version: 3 }, listed, false), undefined);
    assert.notEqual(nextOutdated(undefined, { index: 0 }, listed, false), undefined);
  });

  it('learns the version that it was run as, and of no later one', () => {
    const done = { kind: 'done', index: 101, atMs: nowMs } as const;
    assert.deepEqual(next(done, 100, job({ JobModifyIndex: 101, Version: 4 })), { ...done, version: 4 });
    assert.equal(next(done, 100, job({ JobModifyIndex: 100, Version: 3 })), undefined);
    assert.equal(next({ ...done, version: 4 }, 100, job({ JobModifyIndex: 200, Version: 5 })), undefined);
    assert.equal(next('jobspecChanged', 100, job({ JobModifyIndex: 101 })), undefined);
  });
});
