import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { versionDiff } from '../../../src/wording/versionDiff.ts';
import { describeDiff, describeVersions } from '../../../src/wording/versions.ts';
import type { Job, JobDiff, ObjectDiff } from '../../../src/nomad/types/job.ts';
import type { PlanResponse } from '../../../src/nomad/types/plan.ts';
import { golden } from '../../support/golden.ts';
import { hoursAgo, makeJob, nowMs } from '../state/build.ts';

const file = join(import.meta.dirname, '..', '..', 'recorded', 'wording', 'diffs.json');
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
    golden('wording/version-changes', rows.filter((row) => row !== '').join('\n'));
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
  const groups = (count: number, image: string, env: Record<string, string> = {}) => [
    {
      ...{ Name: 'app', Count: count },
      Tasks: [{ Name: 'server', Driver: 'docker', Config: { image }, Env: env, Resources: { CPU: 100, MemoryMB: 64 } }],
    },
  ];

  it('have an age, marks and how they differ from the current one', () => {
    const versions = [
      makeJob({ Version: 4, SubmitTime: hoursAgo(1), TaskGroups: groups(2, 'web:1.4') }),
      makeJob({ Version: 3, SubmitTime: hoursAgo(2), TaskGroups: groups(2, 'web:1.4'), Stable: true }),
      makeJob({ Version: 2, SubmitTime: hoursAgo(3), TaskGroups: groups(2, 'web:1.4'), Stop: true }),
      makeJob({
        ...{ Version: 1, SubmitTime: hoursAgo(50), Stable: true, VersionTag: { Name: 'golden' } },
        TaskGroups: groups(3, 'web:1.5', { PASSWORD: 'hunter2' }),
      }),
      makeJob({ Version: 0, SubmitTime: hoursAgo(1000) }),
    ];
    const same = 'the same as the current version';
    assert.deepEqual(
      describeVersions(versions, nowMs).map(({ version, when, summary, stable, current, stopped, tag }) =>
        [`v${String(version)}`, when, summary, stable, current, stopped, tag].join(' | '),
      ),
      [
        'v4 | 1h ago |  | false | true | false | ',
        `v3 | 2h ago | ${same} | true | false | false | `,
        `v2 | 3h ago | ${same} | false | false | true | `,
        'v1 | 2d ago | count 2 → 3, image 1.4 → 1.5, env PASSWORD added | true | false | false | golden',
        'v0 | 5w ago | count 2 → 3, image removed, cpu, memory, driver docker → raw_exec | false | false | false | ',
      ],
    );
  });

  it('name what starts again when the current one is stopped', () => {
    const [, other] = describeVersions([makeJob({ Version: 1, Stop: true }), makeJob({ Version: 0 })], nowMs);
    assert.equal(other?.summary, 'started again');
  });

  it('do with one', () => {
    const [only] = describeVersions([makeJob({ Version: 7 })], nowMs);
    assert.deepEqual([only?.summary, only?.when], ['', '']);
  });
});

describe('the difference of two versions', () => {
  const task = (more: object) => ({ Name: 'server', Driver: 'docker', ...more });
  const job = (more: Partial<Job>, ofTask: object = {}) =>
    makeJob({ ...more, TaskGroups: [{ Name: 'app', Count: 1, Tasks: [task(ofTask)] }] });
  const words = (from: Job, to: Job) => describeDiff(versionDiff(from, to));

  it('leaves out what Nomad writes by itself, and what is empty in one answer and missing in another', () => {
    const a = job(
      { Version: 1, ModifyIndex: 5, Stable: true, SubmitTime: 1, Meta: null },
      { Env: null, Templates: [] },
    );
    const b = job({ Version: 2, ModifyIndex: 9, Stable: false, SubmitTime: 2, Meta: {} }, { Templates: null });
    assert.equal(versionDiff(a, b).Type, 'None');
  });

  it('names groups, tasks and blocks', () => {
    assert.equal(words(job({}), { ...job({}), TaskGroups: [] }), 'group app removed');
    const two = job({});
    two.TaskGroups?.[0]?.Tasks?.push(task({ Name: 'side' }));
    assert.equal(words(job({}), two), 'task side added');
    assert.equal(words(job({}), job({}, { Templates: [{ DestPath: 'a' }] })), 'template');
    assert.equal(words(job({}, { Resources: { CPU: 100 } }), job({}, { Resources: { CPU: 200 } })), 'cpu 100 → 200');
    assert.equal(words(job({ Meta: { a: '1' } }), job({ Meta: { a: '2' } })), 'meta a changed');
    assert.equal(words(job({ Priority: 50 }), job({ Priority: 70 })), 'priority 50 → 70');
  });
});
