import type { Deed, Uses } from '../../commands/command.ts';
import { signalTask as signal } from '../../operations/allocations.ts';
import { attemptedOn, chooseAlive, chooseRunningTask, nameOf, nodeWords } from './chosenAllocation.ts';

type Used = Uses<'cluster' | 'ask' | 'report'>;

/** The ones that programs listen to, and those that end them. Which of them work is up to the task's driver. */
const signals: readonly (readonly [name: string, use: string])[] = [
  ['SIGHUP', 'often: read the configuration anew'],
  ['SIGUSR1', 'what the program makes of it'],
  ['SIGUSR2', 'what the program makes of it'],
  ['SIGINT', 'end, as Ctrl+C does'],
  ['SIGQUIT', 'end with a dump, as Ctrl+\\ does'],
  ['SIGTERM', 'end in good order'],
  ['SIGKILL', 'end at once; the program can’t catch it'],
];

/** Sends a signal to a task; what follows from it is up to the program. */
export async function signalTask(given: Used, argument: unknown): Promise<Deed | undefined> {
  const chosen = await chooseAlive(given, argument, 'Send a signal to a task');
  const task = chosen && (await chooseRunningTask(given, chosen));
  if (chosen === undefined || task === undefined) return undefined;
  const { cluster, report } = given;
  const { allocation, place } = chosen;
  const what = `${task} of ${nameOf(allocation)}`;
  const name = await chooseSignal(given, what);
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

async function chooseSignal({ ask, cluster }: Used, what: string): Promise<string | undefined> {
  const title = `Signal for ${what} on ${cluster.label}`;
  const other = 'another';
  const choices = signals.map(([label, description]) => ({ label, description, value: label }));
  const chosen = await ask.pick(title, [...choices, { label: 'Another signal…', value: other }]);
  if (chosen !== other) return chosen;
  const typed = await ask.text({ title, prompt: 'Name of the signal, such as SIGWINCH', check: wrongName });
  return typed?.trim().toUpperCase();
}

function wrongName(text: string): string | undefined {
  return /^sig[a-z0-9+-]+$/i.test(text.trim()) ? undefined : 'Signals are called SIG…, as SIGHUP is.';
}
