import { taskWords, type ChosenTask } from '../../commands/chosenTask.ts';
import { clientOf } from '../../commands/clusterOf.ts';
import type { CommandEntry, Deed, Uses } from '../../commands/command.ts';
import { readCommandLine } from '../../operations/exec/commandLine.ts';
import { groupResults, type ResultGroup } from '../../operations/exec/groupResults.ts';
import { bareText, resultText, type RunFacts, type RunPlace } from '../../operations/exec/resultText.ts';
import { runInAll } from '../../operations/exec/runCommand.ts';
import { endWords } from '../../operations/exec/runWords.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { withProgress } from '../../platform/signals.ts';
import { exactTime } from '../../tree/times.ts';
import { commandText } from '../../wording/exec/commandText.ts';
import { askCommand, memoryOf } from './chooseCommand.ts';
import { chooseInput, type RunInput } from './runInput.ts';
import { chooseRunTargets, placeName } from './runTargets.ts';

export const entry = {
  doing: 'run the command',
  effect: 'change',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Run command in task…',
  menus: {
    'view/item/context': [
      {
        when: 'view =~ /^nomad\\./ && viewItem =~ /^(job|group|allocation|task)\\b.*\\bexecable\\b/',
        group: '3_task@1.2',
      },
    ],
  },
};

type Used = Uses<'cluster' | 'clusters' | 'ask' | 'extension' | 'outputs'>;

const atOnce = 8;
const maxNamed = 6;
/** Of all outputs together, and of a single one. */
const keepAllBytes = 32 * 1024 * 1024;
const keepOneBytes = { min: 64 * 1024, max: 4 * 1024 * 1024 };

/** Runs a command to its end in one or several tasks, without a terminal, and shows what it said. */
export async function runCommand(given: Used, argument: unknown, selection: unknown): Promise<Deed | undefined> {
  const { cluster } = given;
  const targets = await chooseRunTargets(given, argument, selection);
  const [first] = targets ?? [];
  if (targets === undefined || first === undefined) return undefined;
  const memory = memoryOf(given);
  const { typed: before } = await memory.get(cluster.id, first);
  const typed = await askCommand(given, `Command in ${whereWords(targets)}`, before[0]);
  const command = typed === undefined ? undefined : readCommandLine(typed).words;
  if (typed === undefined || command === undefined) return undefined;
  const input = await chooseInput(given);
  if (input === undefined) return undefined;
  return {
    title: `Run ${command[0] ?? ''} in ${whereWords(targets)}`,
    place: first.place,
    detail: [commandText(command), input.words, ...placesWords(targets)],
    button: targets.length === 1 ? 'Run' : `Run in ${String(targets.length)}`,
    progress: `Running ${command[0] ?? ''}`,
    // It can be left, so it goes on after the deed, with a button for that.
    act: async () => {
      await memory.add(cluster.id, first, { typed });
      return () => runAndShow(given, targets, { command, input });
    },
  };
}

interface Run {
  readonly command: readonly string[];
  readonly input: RunInput;
}

async function runAndShow(given: Used, targets: readonly ChosenTask[], { command, input }: Run): Promise<void> {
  const { cluster, outputs } = given;
  const fair = Math.floor(keepAllBytes / (2 * targets.length));
  const keepBytes = Math.min(keepOneBytes.max, Math.max(keepOneBytes.min, fair));
  const where = whereWords(targets);
  const results = await withProgress(`Running ${command[0] ?? ''} in ${where}`, (signal, say) => {
    const all = targets.map(({ allocation, task, place }) => ({ allocation: allocation.id, task, place }));
    const onDone = (done: number) => {
      if (targets.length > 1) say(`${String(done)} of ${String(targets.length)} are done`);
    };
    return runInAll(clientOf(given), all, { command, input: input.bytes, keepBytes }, { atOnce, signal, onDone });
  });
  const named = targets.flatMap((target, at) => {
    const result = results[at];
    return result === undefined ? [] : [[{ name: placeName(target), task: target.task }, result] as const];
  });
  const place = targets[0]?.place;
  const facts = {
    title: [`${where} on ${cluster.label}`, `namespace ${place?.namespace ?? ''}`, ...regionWords(place?.region)].join(
      ' · ',
    ),
    command,
    input: input.words,
    moment: exactTime(Date.now()),
  };
  const name = `${targets[0]?.allocation.jobId ?? ''} ${command[0] ?? ''}`;
  await outputs.show({ cluster: cluster.id, name, ...documentParts(facts, groupResults(named)) });
}

function documentParts(facts: RunFacts, groups: readonly ResultGroup<RunPlace>[]) {
  const { text, lines } = resultText(facts, groups);
  return {
    text,
    groups: groups.map((group, at) => {
      const place = group.where[0] ?? { name: '', task: '' };
      const which = group.where.length === 1 ? place.name : `${String(group.where.length)} others`;
      return {
        name: `${which}, ${endWords(group.result, place.task)}`,
        line: lines[at] ?? 0,
        text: () => bareText(group.result, place),
      };
    }),
  };
}

function regionWords(region: string | undefined): string[] {
  return region === undefined ? [] : [`region ${region}`];
}

/** `web app[0] main`, or `4 allocations of web`. */
function whereWords(targets: readonly ChosenTask[]): string {
  const [first] = targets;
  if (first === undefined) return '';
  if (targets.length === 1) return taskWords(first);
  const jobs = new Set(targets.map(({ allocation }) => allocation.jobId));
  return `${String(targets.length)} allocations of ${[...jobs].join(', ')}`;
}

function placesWords(targets: readonly ChosenTask[]): string[] {
  if (targets.length === 1) return [];
  const named = targets.slice(0, maxNamed).map(placeName);
  const more = targets.length - named.length;
  return more > 0 ? [...named, `and ${String(more)} more`] : named;
}
