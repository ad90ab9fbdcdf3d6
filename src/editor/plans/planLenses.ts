import * as vscode from 'vscode';
import type { JobKey } from '../../state/tables/keys.ts';
import type { Outdated } from '../../wording/plan/planOutdated.ts';
import { commands, type CommandId } from '../../platform/contributions.ts';

/** What can be done from a plan document. */
interface Lensed {
  readonly uri: vscode.Uri;
  readonly key: JobKey;
  /** Where the job is, when that is another region than the one that is shown. */
  readonly region: string | undefined;
  readonly jobspec: vscode.Uri | undefined;
  readonly revertTo: number | undefined;
  readonly outdated: Outdated | undefined;
}

/** The lenses over a plan: to carry it out while it holds, else to make it anew. */
export function planLenses(plan: Lensed): vscode.CodeLens[] {
  return commandsOf(plan).map(([title, command, argument]) => {
    const range = new vscode.Range(0, 0, 0, 0);
    return new vscode.CodeLens(range, { title, command, arguments: [argument] });
  });
}

function commandsOf({ uri, key, region, jobspec, revertTo, outdated }: Lensed): [string, CommandId, unknown][] {
  const isOver = outdated !== undefined;
  if (revertTo !== undefined) {
    const other: [string, CommandId, unknown] = ['Choose another version', commands.revertJob, { job: key, region }];
    const version = `v${String(revertTo)}`;
    if (!isOver) return [[`Revert to ${version}`, commands.revertJob, uri], other];
    return [[`Preview ${version} again`, commands.revertJob, { job: key, region, version: revertTo }], other];
  }
  const compare: [string, CommandId, unknown] = ['Compare sources', commands.compareSources, jobspec];
  const again: [string, CommandId, unknown] = ['Plan again', commands.planJob, jobspec];
  return isOver ? [again, compare] : [['Run this plan', commands.runJob, jobspec], compare, again];
}
