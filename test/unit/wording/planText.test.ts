import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { diffLines } from '../../../src/wording/plan/planDiff.ts';
import { renderPlan } from '../../../src/wording/plan/planText.ts';
import type { PlanView, RenderedPlan } from '../../../src/wording/plan/planText.ts';
import type { Job, JobDiff } from '../../../src/nomad/types/job.ts';
import type { DesiredUpdates, PlanResponse } from '../../../src/nomad/types/plan.ts';
import { golden } from '../../support/golden.ts';

interface Recorded {
  readonly job?: Job;
  readonly plan: PlanResponse;
}

function recorded(file: string): Record<string, Recorded> {
  return JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'recorded', 'wording', file), 'utf8')) as Record<
    string,
    Recorded
  >;
}

const atMs = Date.UTC(2026, 10, 20, 22, 11, 0);

function view(plan: PlanResponse, job: Job, more: Partial<PlanView> = {}): PlanView {
  return { jobId: job.ID, namespace: 'default', cluster: 'prod-eu', plan, job, atMs, ...more };
}

/** The clock of line 1 is in this machine's zone. */
function stable({ text, ...facts }: RenderedPlan): string {
  return `${text.replace(/ · \d\d:\d\d:\d\d$/m, ' · 14:02:11')}\n${JSON.stringify(facts, undefined, 2)}`;
}

const plain: Job = {
  ID: 'web',
  Name: 'web',
  Type: 'service',
  Priority: 50,
  TaskGroups: null,
  Stop: false,
  Status: 'running',
  Version: 1,
  CreateIndex: 1,
  ModifyIndex: 1,
  JobModifyIndex: 1,
};

const nothing: PlanResponse = {
  Annotations: null,
  FailedTGAllocs: null,
  JobModifyIndex: 7,
  CreatedEvals: null,
  Diff: null,
};

const countless: DesiredUpdates = {
  ...{ Ignore: 0, Place: 0, Migrate: 0, Stop: 0, InPlaceUpdate: 0, DestructiveUpdate: 0, Canary: 0 },
};

const same: JobDiff = { Type: 'None', ID: 'web', Fields: null, Objects: null, TaskGroups: null };

describe('plan document', () => {
  for (const [name, { plan, job }] of Object.entries(recorded('plans.json'))) {
    it(`shows what an agent answered: ${name}`, () => {
      assert.ok(job);
      golden(`wording/plan-${name}`, stable(renderPlan(view(plan, job, { running: 2 }))));
    });
  }

  it('takes no name of a group or a field for what every object has', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      const added = { Type: 'Added' as const, Name: name, Annotations: null };
      const field = { ...added, Old: '', New: 'x' };
      const block = { ...added, Fields: [{ ...field, New: '5' }], Objects: null };
      const task = { ...added, Fields: [field], Objects: [block] };
      const group = { ...added, Fields: null, Objects: null, Tasks: [task], Updates: null };
      for (const Type of ['service', 'system']) {
        const plan: PlanResponse = {
          ...nothing,
          Annotations: {
            DesiredTGUpdates: Object.fromEntries([[name, { ...countless, Place: 1 }]]),
            PreemptedAllocs: null,
          },
          Diff: { ...same, Type: 'Added', TaskGroups: [group] },
        };
        const job = { ...plain, Type, TaskGroups: [{ Name: name, Count: 1 }] } as unknown as Job;
        const { text, placeable } = renderPlan(view(plan, job));
        assert.equal(placeable, true, text);
        assert.match(text, /All tasks can be placed|placed/);
        assert.match(text, new RegExp(name));
      }
    }
  });

  it('is the same however the maps of the answer are ordered', () => {
    const { plan, job } = recorded('plans.json')['cpu-exhausted'] ?? {};
    assert.ok(plan && job);
    const failed = Object.values(plan.FailedTGAllocs ?? {})[0] ?? {};
    const both = (names: readonly string[]) =>
      renderPlan(view({ ...plan, FailedTGAllocs: Object.fromEntries(names.map((name) => [name, failed])) }, job)).text;
    assert.equal(both(['a', 'b']), both(['b', 'a']));
  });

  it('begins with a line that says when the plan is outdated', () => {
    const { text } = renderPlan(view(nothing, plain, { outdated: 'jobspecChanged' }));
    assert.deepEqual(
      text
        .split('\n')
        .slice(0, 2)
        .map((line) => line.slice(0, 21)),
      ['Outdated: the jobspec', 'Plan for job "web" · '],
    );
  });

  it('names variables with what was given for them, sorted', () => {
    const variables = [
      { name: 'replicas', value: '3' },
      { name: 'env', value: '"prod"' },
      { name: 'old', value: '1', from: 'default' },
      { name: 'note', value: `"${'long '.repeat(40)}"` },
      { name: 'api_token', value: '••••••' },
      { name: 'hidden' },
    ];
    const { text } = renderPlan(view(nothing, plain, { variables }));
    const note = `"${'long '.repeat(40)}"`.slice(0, 60);
    assert.equal(text.split('\n')[1], `variables: api_token=••••••, env="prod", hidden, note=${note}…, replicas=3`);
  });

  it('says that the text was not saved', () => {
    const { text } = renderPlan(view(nothing, plain, { unsaved: true }));
    assert.match(text, /^Plan for job "web" · prod-eu \/ default · unsaved text · \d\d:\d\d:\d\d\n/);
  });

  it('is headed as a revert where it is the preview of one', () => {
    const { text } = renderPlan(view(nothing, plain, { revertTo: 3 }));
    assert.match(text, /^Revert job "web" to v3 · prod-eu/);
    const done = renderPlan(
      view(nothing, plain, { revertTo: 3, outdated: { kind: 'done', index: 9, version: 8, atMs } }),
    ).text;
    assert.match(done, /^Reverted as v8 at \d\d:\d\d\nRevert job/);
  });

  it('never shows a count that can be none', () => {
    const wrong = { ...countless, Place: Number('18446744073709551615'), Stop: -1, Canary: 1e18, Ignore: 2 };
    const group = { ...{ Type: 'Edited', Name: 'app', Fields: null, Objects: null, Tasks: null } };
    const Updates = { create: Number('18446744073709551615'), destroy: -1, ignore: 2 };
    const Diff: JobDiff = {
      ...{ Type: 'Edited', ID: 'web', Fields: null, Objects: null },
      TaskGroups: [{ ...group, Updates }],
    };
    for (const Type of ['service', 'batch', 'system', 'sysbatch']) {
      const Annotations = { DesiredTGUpdates: { app: wrong } };
      const rendered = renderPlan(view({ ...nothing, Diff, Annotations }, { ...plain, Type }));
      assert.doesNotMatch(`${rendered.text} ${rendered.summary}`, /\d{10}|-1|e\+/, Type);
    }
  });

  it('survives an answer in which everything is null', () => {
    const job: Job = { ...plain, Datacenters: null };
    const Diff: JobDiff = { Type: 'Edited', ID: 'web', Fields: null, Objects: null, TaskGroups: null };
    const plan = { ...nothing, Diff, FailedTGAllocs: { app: {} } };
    const rendered = renderPlan(view(plan, job));
    assert.equal(rendered.placeable, false);
    assert.match(rendered.text, /No node is eligible/);
  });

  it('promises nothing of an unchanged job that waits for nodes', () => {
    const Annotations = { DesiredTGUpdates: { app: { ...countless, Place: 2 } } };
    const waits = { ...nothing, Diff: same, Annotations };
    const failed = { ...waits, FailedTGAllocs: { app: { NodesEvaluated: 1, CoalescedFailures: 1 } } };
    const { text, summary } = renderPlan(view(failed, plain));
    assert.match(text, /\nThe job is the same as on the cluster, where it waits until nodes can take it\.\n/);
    assert.match(text, /app {2}none of 2 can be started now/);
    assert.equal(summary, 'None of app can be placed now: it waits until a node can take it.');
    const missing = /but running it again places what is missing/;
    assert.match(renderPlan(view(waits, plain)).text, missing);
    // How many nodes more can take a system job is not known here.
    const updates = { ...countless, Ignore: 1, Place: 1, Disconnect: 0 };
    const elsewhere = { ...waits, Annotations: { DesiredTGUpdates: { app: updates } } };
    const some = renderPlan(view(elsewhere, { ...plain, Type: 'system' })).text;
    assert.match(some, /app {2}started on other nodes that fit\n/);
    assert.match(some, missing);
  });

  it('lists preempted allocations, and counts them when they are many', () => {
    const preempted = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ ID: `${String(at)}abcdefgh`, JobID: 'low', TaskGroup: 'app' }));
    const text = (count: number) =>
      renderPlan(
        view({ ...nothing, Annotations: { DesiredTGUpdates: null, PreemptedAllocs: preempted(count) } }, plain),
      );
    assert.match(text(2).text, /Preemptions\n {2}0abcdefg {2}low\.app\n {2}1abcdefg {2}low\.app/);
    assert.match(text(11).text, /Preemptions\n {2}low {2}11 allocations/);
    assert.equal(text(2).destructive, true);
    assert.doesNotMatch(text(0).text, /Preemptions/);
  });

  it('strips control characters and the marks that turn text around', () => {
    const job = { ...plain, ID: 'w\u001b[31meb' };
    const { text } = renderPlan(view({ ...nothing, Warnings: '1 warning:\n\n* \u001b[2Jcleared\u202e' }, job));
    // eslint-disable-next-line no-control-regex -- what must not be there
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/);
    assert.match(text, /• cleared/);
  });
});

describe('differences in a plan', () => {
  const field = (Type: string, Name: string, Old: string, New: string, Annotations: string[] | null = null) => ({
    ...{ Type, Name, Old, New, Annotations },
  });

  it('are printed as the command line prints them', () => {
    const diff: JobDiff = {
      ...{ Type: 'Edited', ID: 'lantern', Fields: null, Objects: null },
      TaskGroups: [
        {
          ...{ Type: 'Edited', Name: 'glow', Objects: null, Updates: { ignore: 2, create: 1 } },
          Fields: [field('Edited', 'Count', '2', '3', ['forces create'])],
          Tasks: [
            {
              ...{ Type: 'Edited', Name: 'lamp', Annotations: ['forces create/destroy update'] },
              Fields: [field('Edited', 'Env[HUE]', 'amber', 'teal'), field('Added', 'Env[TINT]', '', 'low')],
              Objects: [
                {
                  ...{ Type: 'Edited', Name: 'Config', Objects: null },
                  Fields: [
                    field('Edited', 'args[0]', '9000', '9100'),
                    field('None', 'command', '/bin/sleep', '/bin/sleep'),
                  ],
                },
              ],
            },
          ],
        },
      ],
    };
    assert.equal(
      diffLines(diff).join('\n'),
      `+/- Job: "lantern"
+/- Task Group: "glow" (1 create, 2 ignore)
  +/- Count: "2" => "3" (forces create)
  +/- Task: "lamp" (forces create/destroy update)
    +/- Env[HUE]:  "amber" => "teal"
    +   Env[TINT]: "low"
    +/- Config {
      +/- args[0]: "9000" => "9100"
          command: "/bin/sleep"
        }`,
    );
  });

  it('tell of what is new what somebody wrote, and not what Nomad fills in', () => {
    const group = (Name: string, task: string, create: number) => ({
      ...{ Type: 'Added', Name, Objects: null, Updates: { create }, Fields: [field('Added', 'Count', '', '1')] },
      Tasks: [{ Type: 'Added', Name: task, Annotations: ['forces create'], Fields: null, Objects: null }],
    });
    const TaskGroups = [group('base', 'pump', 1), group('tower', 'bulb', 2)];
    const diff: JobDiff = { Type: 'Added', ID: 'beacon', Fields: [], Objects: [], TaskGroups };
    assert.equal(
      diffLines(diff).join('\n'),
      `+ Job: "beacon"
+ Task Group: "base" (1 create)
  + Count: "1"
  + Task: "pump" (forces create)

+ Task Group: "tower" (2 create)
  + Count: "1"
  + Task: "bulb" (forces create)`,
    );
  });

  for (const [name, { plan }] of Object.entries(recorded('diffs.json'))) {
    if (name === 'base') continue;
    it(`show every kind of change: ${name}`, () => {
      assert.ok(plan.Diff);
      golden(`wording/diff-${name.replace(/[^a-z0-9]+/gi, '-')}`, diffLines(plan.Diff).join('\n'));
    });
  }
});
