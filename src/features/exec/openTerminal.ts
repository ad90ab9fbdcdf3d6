import { label } from '../../base/plain.ts';
import { taskWords, type ChosenTask } from '../../commands/chosenTask.ts';
import { clientOf } from '../../commands/clusterOf.ts';
import type { Uses } from '../../commands/command.ts';
import { allocationLabel } from '../../commands/pickers.ts';
import { learnEnd } from '../../operations/exec/learnEnd.ts';
import { openShell } from '../../operations/exec/openShell.ts';
import { createTerminal, type TerminalText } from '../../platform/window.ts';
import type { ExecSession, TerminalSize } from '../../nomad/sessions/exec.ts';
import { chooseCommand, type Commands, type Words } from './chooseCommand.ts';
import { ExecTerminal, type ExecTarget } from './execTerminal.ts';

/** What opening one takes. */
export type Used = Uses<'cluster' | 'clusters' | 'ask' | 'sessions' | 'log' | 'extension'>;

/** Shows a terminal; `createTerminal` where undefined. */
export type ShowTerminal = (text: TerminalText, pty: ExecTerminal) => void;

/** Opens a terminal in a task that runs the first of `commands` that is there. */
export function openTerminal(given: Used, chosen: ChosenTask, commands: Commands, show = showAtOnce): void {
  const pty = new ExecTerminal(targetOf(given, chosen), commands, given.log);
  show({ name: label(`${taskWords(chosen)} · ${given.cluster.label}`), icon: 'server-process' }, pty);
}

const showAtOnce: ShowTerminal = (text, pty) => {
  createTerminal(text, pty).show();
};

/** How a program is started in a task, and what else could be. */
export interface Starting {
  readonly open: (chosen: ChosenTask, command: Words, size: TerminalSize | undefined) => ExecSession;
  readonly choose?: (chosen: ChosenTask) => Promise<Commands | undefined>;
}

function anyProgram(given: Used): Starting {
  return {
    open: ({ allocation, task, place }, command, size) =>
      openShell(clientOf(given), allocation.id, { task, command, place, size }),
    choose: (chosen) => chooseCommand(given, chosen),
  };
}

/** What a terminal in a task needs, and in the task that takes its place, whatever runs in it. */
export function targetOf(given: Used, chosen: ChosenTask, starting = anyProgram(given)): ExecTarget {
  const { cluster, sessions } = given;
  const { open, choose } = starting;
  const { allocation, task, place } = chosen;
  const name = taskWords(chosen);
  const node = nodeOf(chosen);
  const namespace = allocation.namespace === 'default' ? '' : ` · namespace ${allocation.namespace}`;
  const region = place.region === undefined ? '' : ` · region ${place.region}`;
  return {
    where: `${name} on ${cluster.label}`,
    greeting: `${name} · allocation ${allocation.id.slice(0, 8)} on node ${node}${namespace}${region} · ${cluster.label}`,
    task,
    namespace: allocation.namespace,
    node,
    open: (command, size) => sessions.add(open(chosen, command, size)),
    lookUp: async (error, signal) => {
      const ended = { allocation: allocation.id, task, place, error };
      const { aftermath, successor } = await learnEnd(clientOf(given), ended, signal);
      if (successor === undefined) return { aftermath };
      const next = { allocation: successor, task, place };
      const where = `${allocationLabel(successor)} ${successor.id.slice(0, 8)} on node ${nodeOf(next)}`;
      return { aftermath, successor: { name: where, target: targetOf(given, next, starting) } };
    },
    choose: choose && (() => choose(chosen)),
  };
}

function nodeOf({ allocation }: ChosenTask): string {
  return allocation.nodeName ?? allocation.nodeId.slice(0, 8);
}
