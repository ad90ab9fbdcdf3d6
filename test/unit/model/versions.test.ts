import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { describeDiff, describeVersions } from '../../../src/model/versions.ts';
import type { JobDiff, ObjectDiff } from '../../../src/nomad/types/job.ts';
import type { PlanResponse } from '../../../src/nomad/types/plan.ts';
import { golden } from '../../support/golden.ts';
import { hoursAgo, makeJob, nowMs } from './build.ts';

const file = join(import.meta.dirname, 'recorded', 'diffs.json');
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { plan?: PlanResponse }>;

function field(Type: string, Name: string, Old: string, New: string) {
  return { Type, Name, Old, New, Annotations: null };
}

function ofTask(...Objects: readonly ObjectDiff[]): JobDiff {
  const task = { Type: 'Edited', Name: 'server', Fields: null, Objects: [...Objects], Annotations: null };
  const group = { Type: 'Edited', Name: 'app', Fields: null, Objects: null, Tasks: [task], Updates: null };
  return { Type: 'Edited', ID: 'web', Fields: null, Objects: null, TaskGroups: [group] };
}

describe('what a version changed', () => {
  it('is told in one line', () => {
    const rows = Object.entries(recorded).map(([name, { plan }]) =>
      plan?.Diff ? `${name.padEnd(40)} | ${describeDiff(plan.Diff)}` : '',
    );
    golden('model/version-changes', rows.filter((row) => row !== '').join('\n'));
  });

  it('tells the tag of an image, or the whole of another one', () => {
    const image = (Old: string, New: string) =>
      describeDiff(
        ofTask({ Type: 'Edited', Name: 'Config', Objects: null, Fields: [field('Edited', 'image', Old, New)] }),
      );
    assert.equal(image('registry:5000/web:1.4', 'registry:5000/web:1.5'), 'image 1.4 → 1.5');
    assert.equal(image('web:1.4', 'next:1.5'), 'image web:1.4 → next:1.5');
  });

  it('never tells a value of the environment, of meta or of a template', () => {
    const job = ofTask({
      ...{ Type: 'Edited', Name: 'Template', Objects: null },
      Fields: [field('Edited', 'EmbeddedTmpl', 'hunter1', 'hunter2')],
    });
    const [group] = job.TaskGroups ?? [];
    const [task] = group?.Tasks ?? [];
    assert.ok(task);
    task.Fields = [field('Edited', 'Env[PASSWORD]', 'hunter1', 'hunter2'), field('Edited', 'Meta[k]', 'hunter1', 'x')];
    assert.equal(describeDiff(job), 'template, env PASSWORD changed, meta k changed');
  });
});

describe('versions to pick from', () => {
  it('have an age, marks and what changed since the one before', () => {
    const versions = [
      makeJob({ Version: 2, SubmitTime: hoursAgo(1), Stop: true }),
      makeJob({ Version: 1, SubmitTime: hoursAgo(50), Stable: true, VersionTag: { Name: 'golden' } }),
      makeJob({ Version: 0, SubmitTime: hoursAgo(1000) }),
    ];
    const diffs = [
      {
        Type: 'Edited',
        ID: 'web',
        Fields: [field('Edited', 'Stop', 'false', 'true')],
        Objects: null,
        TaskGroups: null,
      },
      recorded['group count']?.plan?.Diff,
    ].filter((diff) => diff !== undefined && diff !== null);
    assert.deepEqual(describeVersions(versions, diffs, nowMs), [
      { version: 2, when: '1h ago', summary: 'stopped', stable: false, current: true, stopped: true },
      {
        ...{ version: 1, when: '2d ago', summary: 'one count 1 → 3', stable: true, current: false, stopped: false },
        tag: 'golden',
      },
      { version: 0, when: '5w ago', summary: 'first version', stable: false, current: false, stopped: false },
    ]);
  });

  it('do without differences', () => {
    const [only] = describeVersions([makeJob({ Version: 7 })], null, nowMs);
    assert.deepEqual([only?.summary, only?.when], ['', '']);
  });
});
