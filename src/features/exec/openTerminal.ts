import { label } from '../../base/plain.ts';
import { taskWords, type ChosenTask } from '../../commands/chosenTask.ts';
import type { Uses } from '../../commands/command.ts';
import { allocationLabel } from '../../commands/pickers.ts';
import { learnEnd } from '../../operations/exec/learnEnd.ts';
import { openShell } from '../../operations/exec/openShell.ts';
import { createTerminal, type TerminalText } from '../../platform/window.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { chooseCommand, type Commands } from './chooseCommand.ts';
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

/** What a terminal in a task needs, whatever runs in it. */
export function targetOf(given: Used, chosen: ChosenTask): ExecTarget {
  const { cluster, sessions } = given;
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
    open: (command, size) => sessions.add(openShell(clientOf(given), allocation.id, { task, command, place, size })),
    lookUp: async (error, signal) => {
      const ended = { allocation: allocation.id, task, place, error };
      const { aftermath, successor } = await learnEnd(clientOf(given), ended, signal);
      if (successor === undefined) return { aftermath };
      const next = { allocation: successor, task, place };
      const where = `${allocationLabel(successor)} ${successor.id.slice(0, 8)} on node ${nodeOf(next)}`;
      return { aftermath, successor: { name: where, target: targetOf(given, next) } };
    },
    choose: () => chooseCommand(given, chosen),
  };
}

function nodeOf({ allocation }: ChosenTask): string {
  return allocation.nodeName ?? allocation.nodeId.slice(0, 8);
}

/** That of the moment, as the connection to the cluster may be made anew while a terminal stays. */
export function clientOf({ cluster, clusters }: Uses<'cluster' | 'clusters'>): PlacedClient {
  return (clusters.get(cluster.id) ?? cluster).client;
}
