import { printable } from '../../base/plain.ts';
import { commandText } from '../../wording/exec/commandText.ts';
import type { ResultGroup } from './groupResults.ts';
import type { Output } from './keptBytes.ts';
import { bytesWords, outputLines } from './outputText.ts';
import type { CommandResult } from './runCommand.ts';
import { endWords } from './runWords.ts';

/** Where a command ran, as the document calls it. */
export interface RunPlace {
  /** `app[0] 5ec4e700 on node-2` */
  readonly name: string;
  readonly task: string;
}

/** What was run. */
export interface RunFacts {
  /** `web on prod:4646 / default` */
  readonly title: string;
  readonly command: readonly string[];
  /** `stdin: nothing` */
  readonly input: string;
  /** With its zone. */
  readonly moment: string;
}

export interface ResultText {
  readonly text: string;
  /** Of the line above each group. */
  readonly lines: readonly number[];
}

/** The results of a command as a document: equal ones once, the largest group first. */
export function resultText(facts: RunFacts, groups: readonly ResultGroup<RunPlace>[]): ResultText {
  const count = groups.reduce((sum, { where }) => sum + where.length, 0);
  const text = [
    printable(`${facts.title} · ${facts.moment}`),
    printable(commandText(facts.command)),
    printable(facts.input),
  ];
  if (count > 1)
    text.push(groups.length === 1 ? `All ${String(count)} are equal` : `${String(groups.length)} different results`);
  const lines: number[] = [];
  for (const { where, result } of groups) {
    const [first] = where;
    text.push('');
    lines.push(text.length);
    const part = count > 1 ? `${String(where.length)} of ${String(count)} · ` : '';
    const how = endWords(result, first?.task ?? '', facts.command[0]);
    const time = where.length === 1 ? ` · ${(result.ms / 1000).toFixed(1)} s` : '';
    text.push(printable(`── ${part}${how}${time}`));
    text.push(...where.map(({ name }) => printable(`   ${name}`)), ...bodyLines(result));
  }
  return { text: `${text.join('\n')}\n`, lines };
}

/** A result alone, to be compared with another: how it ended and what it said. */
export function bareText(result: CommandResult, { task }: RunPlace): string {
  return `${[printable(endWords(result, task)), ...bodyLines(result)].join('\n')}\n`;
}

function bodyLines({ stdout, stderr }: CommandResult): string[] {
  return [...streamLines('stdout', stdout), ...streamLines('stderr', stderr)];
}

function streamLines(name: string, output: Output): string[] {
  if (output.totalBytes === 0) return [];
  return [`${name}, ${bytesWords(output.totalBytes)}:`, ...outputLines(output)];
}
