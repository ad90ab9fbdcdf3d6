import { NothingToDo } from '../../base/userError.ts';
import { label } from '../../base/plain.ts';
import { taskWords, type ChosenTask } from '../../commands/chosenTask.ts';
import type { CommandEntry, Deed } from '../../commands/command.ts';
import { pickJob } from '../../commands/pickers.ts';
import { allocationTarget, jobTarget, regionTarget, taskTarget } from '../../commands/targets.ts';
import type { JobAction } from '../../nomad/types/job.ts';
import { openAction, readActions } from '../../operations/exec/jobActions.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { withProgress } from '../../platform/signals.ts';
import { createTerminal } from '../../platform/window.ts';
import { parseJobKey, placeOf, type JobKey } from '../../state/tables/keys.ts';
import { commandText } from '../../wording/exec/commandText.ts';
import { ExecTerminal } from './execTerminal.ts';
import { clientOf } from '../../commands/clusterOf.ts';
import { targetOf, type Used } from './openTerminal.ts';
import { placeName, runningIn, runningTasks } from './runTargets.ts';

export const entry = {
  doing: 'run the action',
  effect: 'change',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Run action…',
  menus: {
    'view/item/context': [
      { when: 'view =~ /^nomad\\./ && viewItem =~ /^(job|allocation|task)\\b.*\\bexecable\\b/', group: '3_task@1.4' },
    ],
  },
};

/** Runs an action that a task of a job offers, in a terminal. */
export async function runAction(given: Used, argument: unknown): Promise<Deed | undefined> {
  const { cluster, ask } = given;
  const region = regionTarget(argument);
  const title = 'Run an action of a job';
  const key =
    jobTarget(cluster.store, argument) ??
    (await pickJob(given, title, { word: 'execable', none: 'No job has a running task' }));
  if (key === undefined) return undefined;
  const { task: only } = taskTarget(cluster.store, argument);
  const { id } = parseJobKey(key);
  const read = await withProgress(`Reading the actions of ${id}`, (signal) =>
    readActions(clientOf(given), id, placeOf(key, region), signal),
  );
  const actions = read.filter(({ TaskName }) => only === undefined || TaskName === only);
  const owner = only === undefined ? id : `task ${only} of ${id}`;
  if (actions.length === 0) throw new NothingToDo(`${owner} offers no action on ${cluster.label}.`);
  const action = await ask.pick(`Actions of ${owner} on ${cluster.label}`, actions.map(choiceOf));
  const chosen = action && (await choosePlace(given, { key, region, action, id: allocationTarget(argument) }));
  return action && chosen && deedOf(given, chosen, action);
}

function choiceOf(action: JobAction) {
  return { label: action.Name, description: `in task ${action.TaskName}`, detail: wordsOf(action), value: action };
}

function wordsOf({ Command, Args }: JobAction): string {
  return commandText([Command, ...(Args ?? [])]);
}

interface Wanted {
  readonly key: JobKey;
  readonly region: string | undefined;
  readonly action: JobAction;
  /** Of the allocation that was meant. */
  readonly id: string | undefined;
}

async function choosePlace(given: Used, { key, region, action, id }: Wanted): Promise<ChosenTask | undefined> {
  const { ask, cluster } = given;
  const running = await runningIn(given, key, { group: action.TaskGroupName, region });
  const task = action.TaskName;
  const all = running
    .filter((one) => runningTasks(one).includes(task) && (id === undefined || one.id === id))
    .map((allocation) => ({ allocation, task, place: placeOf(key, region) }));
  const [first] = all;
  if (first === undefined) throw new NothingToDo(`Task ${task} of ${key} does not run on ${cluster.label}.`);
  if (all.length === 1) return first;
  const choices = all.map((one) => ({ label: placeName(one), value: one }));
  return ask.pick(`Where to run ${action.Name} on ${cluster.label}`, choices);
}

function deedOf(given: Used, chosen: ChosenTask, action: JobAction): Deed {
  const { cluster, log } = given;
  const name = `${action.Name} in ${taskWords(chosen)}`;
  return {
    title: `Run action ${name}`,
    place: chosen.place,
    detail: [wordsOf(action), `It runs ${placeName(chosen)}.`],
    button: 'Run',
    progress: `Running ${name}`,
    act: () => {
      const pty = new ExecTerminal(
        targetOf(given, chosen, {
          open: ({ allocation, task, place }, _command, size) => {
            const run = { job: allocation.jobId, action: action.Name, task, allocation: allocation.id, place };
            return openAction(clientOf(given), { ...run, size });
          },
        }),
        { words: [[action.Command, ...(action.Args ?? [])]], onWindows: [], staysOpen: true },
        log,
      );
      createTerminal({ name: label(`${name} · ${cluster.label}`), icon: 'play' }, pty).show();
      return Promise.resolve(undefined);
    },
  };
}
