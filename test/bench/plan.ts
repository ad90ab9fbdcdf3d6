import type { FieldDiff, JobDiff, ObjectDiff, TaskDiff, TaskGroupDiff } from '../../src/nomad/types/job.ts';
import { renderPlan } from '../../src/wording/plan/planText.ts';
import type { PlanView } from '../../src/wording/plan/planText.ts';
import { group, job } from '../unit/tree/clusterFixture.ts';
import { compare } from './figures.ts';
import type { Bench } from './figures.ts';

const groups = 20;
const tasksPerGroup = 5;
const fieldsPerTask = 20;
const templateLines = 200;

/** A job in which everything changes: a plan that is as big as plans get. */
export const plan: Bench = {
  name: 'plan',
  async run() {
    const view = bigPlan();
    const { ms, ratio } = await compare(
      15,
      () => renderPlan(view),
      () => JSON.stringify(view.plan, undefined, 2),
    );
    return [
      { name: 'plan.text', unit: 'kB', value: Buffer.byteLength(renderPlan(view).text) / 1000 },
      { name: 'plan.render', unit: 'ms', value: ms },
      { name: 'plan.renderOverJson', unit: '×', value: ratio },
    ];
  },
};

function bigPlan(): PlanView {
  const names = repeated(groups, (at) => `group-${String(at)}`);
  const updates = { Ignore: 0, Place: 0, Migrate: 0, Stop: 0, InPlaceUpdate: 0, DestructiveUpdate: 3, Canary: 0 };
  const Diff: JobDiff = {
    Type: 'Edited',
    ID: 'big',
    Fields: [edited('Priority', '50', '60')],
    Objects: [],
    TaskGroups: names.map(groupDiff),
  };
  return {
    ...{ jobId: 'big', namespace: 'default', cluster: 'bench', atMs: 0, running: 3 * groups },
    job: job('big', { TaskGroups: names.map((name) => group(name, 3)) }),
    plan: {
      Annotations: { DesiredTGUpdates: Object.fromEntries(names.map((name) => [name, updates])) },
      FailedTGAllocs: null,
      JobModifyIndex: 15,
      CreatedEvals: null,
      Diff,
    },
  };
}

function groupDiff(name: string): TaskGroupDiff {
  const Tasks = repeated(tasksPerGroup, (at) => taskDiff(`task-${String(at)}`));
  return { Type: 'Edited', Name: name, Fields: [], Objects: [], Tasks, Updates: { 'create/destroy update': 3 } };
}

function taskDiff(name: string): TaskDiff {
  const Fields = repeated(fieldsPerTask, (at) => edited(`Env[NAME_${String(at)}]`, `old ${String(at)}`, 'new'));
  const text = repeated(templateLines, (at) => `setting_${String(at)} = "value"`);
  const changed = text.map((line, at) => (at % 50 === 10 ? line.toUpperCase() : line));
  const template: ObjectDiff = {
    Type: 'Edited',
    Name: 'Template',
    Fields: [edited('EmbeddedTmpl', text.join('\n'), changed.join('\n'))],
    Objects: null,
  };
  return { Type: 'Edited', Name: name, Fields, Objects: [template], Annotations: ['forces create/destroy update'] };
}

function edited(Name: string, Old: string, New: string): FieldDiff {
  return { Type: 'Edited', Name, Old, New, Annotations: null };
}

function repeated<T>(length: number, make: (at: number) => T): T[] {
  return Array.from({ length }, (_, at) => make(at));
}
