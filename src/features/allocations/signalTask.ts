import type { CommandEntry, Deed, Uses } from '../../commands/command.ts';
import { readSignals, signalTask as signal } from '../../operations/allocations.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { attemptedOn, chooseAlive, chooseRunningTask, nameOf, nodeWords } from './chosenAllocation.ts';
import type { Chosen } from './chosenAllocation.ts';

export const entry = {
  doing: 'send the signal',
  joint: 'to a task on',
  effect: 'change',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Send signal to task',
  menus: {
    'view/item/context': [
      { when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b.*\\bexecable\\b/', group: '3_task@3' },
    ],
  },
};

type Used = Uses<'cluster' | 'ask' | 'report'>;

/** The ones that programs listen to, and those that end them. */
const usual: ReadonlyMap<string, string> = new Map([
  ['SIGHUP', 'often: read the configuration anew'],
  ['SIGUSR1', 'what the program makes of it'],
  ['SIGUSR2', 'what the program makes of it'],
  ['SIGINT', 'end, as Ctrl+C does'],
  ['SIGQUIT', 'end with a dump, as Ctrl+\\ does'],
  ['SIGTERM', 'end in good order'],
  ['SIGKILL', 'end at once; the program can’t catch it'],
]);

/** Sends a signal to a task; what follows from it is up to the program. */
export async function signalTask(given: Used, argument: unknown): Promise<Deed | undefined> {
  const chosen = await chooseAlive(given, argument, 'Send a signal to a task');
  const task = chosen && (await chooseRunningTask(given, chosen));
  if (chosen === undefined || task === undefined) return undefined;
  const { cluster, report } = given;
  const { allocation, place } = chosen;
  const what = `${task} of ${nameOf(allocation)}`;
  const name = await chooseSignal(given, chosen, what);
  if (name === undefined) return undefined;
  return {
    title: `Send ${name} to ${what}`,
    place,
    detail: `It runs ${nodeWords(allocation)}. If it ends, Nomad restarts it as its restart policy says.`,
    button: `Send ${name}`,
    progress: `Sending ${name} to ${what}`,
    attempted: attemptedOn(chosen, `send ${name} to ${what}`),
    act: async () => {
      await signal(cluster.client, allocation.id, place, { task, name });
      return () => void report.done(`${name} was sent to ${what} on ${cluster.label}`);
    },
  };
}

/** Of those that the node knows, the usual ones first: drivers make SIGINT of one that is misspelt. */
async function chooseSignal(
  { ask, cluster }: Used,
  { allocation, place }: Chosen,
  what: string,
): Promise<string | undefined> {
  const known = await withQuietProgress('Reading the signals of the node', (signal) =>
    readSignals(cluster.client, allocation.nodeId, place, signal),
  );
  const first = [...usual.keys()].filter((name) => known?.includes(name) !== false);
  const others = (known ?? []).filter((name) => !usual.has(name) && name !== noSignal).sort();
  const choices = [...first, ...others].map((name) => ({
    label: name,
    description: usual.get(name) ?? '',
    value: name,
  }));
  return ask.pick(`Signal for ${what} on ${cluster.label}`, choices);
}

/** It only asks whether a process is there. */
const noSignal = 'SIGNULL';
