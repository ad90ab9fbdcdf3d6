import { taskWords, type ChosenTask } from '../../commands/chosenTask.ts';
import type { Uses } from '../../commands/command.ts';
import { readCommandLine } from '../../operations/exec/commandLine.ts';
import type { Choice } from '../../platform/ask.ts';
import { settingOrDefault } from '../../platform/settings.ts';
import { CommandMemory } from './commandMemory.ts';

type Used = Uses<'cluster' | 'ask' | 'extension'>;

/** A program and its arguments. */
export type Words = readonly string[];

/** What to start in a task. */
export interface Commands {
  /** To be tried in this order, until the task has one. */
  readonly words: readonly Words[];
  /** Tried where the node turns out to run Windows. */
  readonly onWindows: readonly Words[];
  /** Whether the terminal waits for a key when the command has ended well, too: what it said is why it was run. */
  readonly staysOpen: boolean;
}

const defaultShells = ['/bin/bash', '/bin/ash', '/bin/sh'];
const windowsShells = [['powershell.exe'], ['cmd.exe']];

/** The shells of the settings; the one of them that was last chosen for the task is before the others. */
export async function shellsOf(given: Uses<'cluster' | 'extension'>, task: ChosenTask): Promise<Commands> {
  const { shell } = await memoryOf(given).get(given.cluster.id, task);
  const all = settingShells();
  const first = all.filter((one) => one === shell);
  const words = [...first, ...all.filter((one) => one !== shell)].map((one) => [one]);
  return { words, onWindows: windowsShells, staysOpen: false };
}

type Answer = { readonly kind: 'typed'; readonly text: string } | { readonly kind: 'shell'; readonly shell: string };

/** Asks for one of the shells, a command that was typed before or another one; undefined where the person leaves. */
export async function chooseCommand(given: Used, task: ChosenTask): Promise<Commands | undefined> {
  const memory = memoryOf(given);
  const { typed } = await memory.get(given.cluster.id, task);
  const shells = (await shellsOf(given, task)).words.flat();
  const choices: Choice<Answer | undefined>[] = [
    ...typed.map((text) => ({ label: text, description: 'typed before', value: { kind: 'typed', text } as const })),
    ...shells.map((shell) => ({ label: shell, value: { kind: 'shell', shell } as const })),
    { label: 'Other command…', value: undefined },
  ];
  const asked = await given.ask.pick(`Run in ${taskWords(task)} on ${given.cluster.label}`, [
    ...choices.map((choice) => ({ ...choice, value: { answer: choice.value } })),
  ]);
  if (asked === undefined) return undefined;
  const { answer } = asked;
  if (answer?.kind === 'shell') {
    await memory.add(given.cluster.id, task, { shell: answer.shell });
    return { words: [[answer.shell]], onWindows: [], staysOpen: false };
  }
  const text = answer?.text ?? (await askCommand(given, `Command in ${taskWords(task)}`, typed[0]));
  const words = text === undefined ? undefined : readCommandLine(text).words;
  if (text === undefined || words === undefined) return undefined;
  await memory.add(given.cluster.id, task, { typed: text });
  return { words: [words], onWindows: [], staysOpen: true };
}

/**
 * Asks for a command and its arguments.
 *
 * @param title `Command in web app[0] main`, to which the cluster is added
 * @param before what stands in the box
 */
export async function askCommand(
  { ask, cluster }: Uses<'ask' | 'cluster'>,
  title: string,
  before = '',
): Promise<string | undefined> {
  return ask.text({
    title: `${title} on ${cluster.label}`,
    prompt:
      'A program and its arguments. Quotes and backslashes hold words together; no shell reads it, so $NAME, *, | and > are plain text.',
    placeholder: 'psql -c "select 1"',
    value: before,
    check: (text) => readCommandLine(text).wrong,
  });
}

function settingShells(): readonly string[] {
  const shells = settingOrDefault('nomad.exec.shells', defaultShells).filter((shell) => shell.trim() !== '');
  return shells.length === 0 ? ['/bin/sh'] : shells;
}

/** Where commands are remembered. */
export function memoryOf({ extension }: Uses<'extension'>): CommandMemory {
  return new CommandMemory(extension.secrets);
}
