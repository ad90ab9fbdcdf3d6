import { refusalSentence } from './runWords.ts';
import type { CommandResult } from './runCommand.ts';

/** Results that are the same, byte for byte and in how they ended. */
export interface ResultGroup<Where> {
  readonly where: readonly Where[];
  /** That of the first. */
  readonly result: CommandResult;
}

/** Puts equal results together: those that ended first, and of these the largest group first. */
export function groupResults<Where extends { readonly task: string }>(
  results: readonly (readonly [Where, CommandResult])[],
): readonly ResultGroup<Where>[] {
  const groups = new Map<string, { where: Where[]; result: CommandResult }>();
  for (const [where, result] of results) {
    const key = keyOf(result, where.task);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { where: [where], result });
    else group.where.push(where);
  }
  return [...groups.values()].sort((a, b) => rank(a.result) - rank(b.result) || b.where.length - a.where.length);
}

function keyOf({ end, stdout, stderr }: CommandResult, task: string): string {
  const how = end.kind === 'exited' ? end.exitCode : end.kind === 'left' ? end.started : refusalSentence(end, task);
  return JSON.stringify([end.kind, how, stdout.hash, stderr.hash]);
}

function rank({ end }: CommandResult): number {
  return ['exited', 'failed', 'left'].indexOf(end.kind);
}
