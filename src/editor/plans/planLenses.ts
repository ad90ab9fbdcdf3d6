import * as vscode from 'vscode';
import type { JobKey } from '../../state/tables/keys.ts';
import type { Outdated } from '../../wording/plan/planOutdated.ts';
import { commands, type CommandId } from '../../platform/contributions.ts';
import type { LensCommands } from '../../platform/lensCommands.ts';

/** What can be done from a plan document. */
interface Lensed {
  readonly uri: vscode.Uri;
  readonly key: JobKey;
  /** Id of the cluster that it is a plan of. */
  readonly cluster: string;
  /** Whether the window is connected to another one. */
  readonly isElsewhere: boolean;
  /** Where the job is, when that is another region than the one that is shown. */
  readonly region: string | undefined;
  readonly jobspec: vscode.Uri | undefined;
  readonly revertTo: number | undefined;
  readonly outdated: Outdated | undefined;
}

/**
 * The lenses over a plan: to carry it out while it holds, else to make it anew. They name the plan, and the cluster where
 * that counts, since one that was drawn a while ago can still be clicked.
 */
export function planLenses(document: vscode.TextDocument, plan: Lensed, lenses: LensCommands): vscode.CodeLens[] {
  const range = new vscode.Range(0, 0, 0, 0);
  return commandsOf(plan).map(([title, command, argument]) => lenses.lens(document, range, title, command, [argument]));
}

function commandsOf(plan: Lensed): [string, CommandId, unknown][] {
  const { uri, jobspec, revertTo, outdated } = plan;
  const isOver = outdated !== undefined;
  if (revertTo !== undefined) {
    // A version is one of its own cluster: of the same name and number, there is something else on another.
    if (plan.isElsewhere) return [];
    const job = { job: plan.key, region: plan.region, cluster: plan.cluster };
    const other: [string, CommandId, unknown] = ['Choose another version', commands.revertJob, job];
    const version = `v${String(revertTo)}`;
    if (!isOver) return [[`Revert to ${version}`, commands.revertJob, uri], other];
    return [[`Preview ${version} again`, commands.revertJob, { ...job, version: revertTo }], other];
  }
  const compare: [string, CommandId, unknown] = ['Compare sources', commands.compareSources, jobspec];
  const again: [string, CommandId, unknown] = ['Plan again', commands.planJob, jobspec];
  return isOver ? [again, compare] : [['Run this plan', commands.runJob, uri], compare, again];
}
