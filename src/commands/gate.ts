import { NothingToDo, UserError } from '../base/userError.ts';
import { findJobspec } from '../editor/jobspecs/findJobspec.ts';
import { isNomadError } from '../nomad/http/errors.ts';
import { commands } from '../platform/contributions.ts';
import { commandAction, type Action } from '../platform/report.ts';
import { attempt } from '../platform/attempt.ts';
import { withProgress, withQuietProgress } from '../platform/signals.ts';
import type { Cluster } from '../state/clusters/cluster.ts';
import { clusterIdWords } from '../state/clusters/clusterId.ts';
import { shownOf } from '../state/clusters/places.ts';
import { placeWords, regionName, type Shown } from '../state/tables/place.ts';
import { clusterOf } from './clusterOf.ts';
import type { Command, CommandEntry, Deed } from './command.ts';
import { NotRunning } from './notRunning.ts';
import { clusterTarget } from './targets.ts';
import type { Connected, Workbench } from './workbench.ts';

/**
 * The one way to a command's body: it alone connects, asks whether the workspace is trusted and the deed is meant, names
 * the cluster, and tells what failed. Never rejects.
 */
export async function invoke(workbench: Workbench, { entry, body }: Command, given: readonly unknown[]): Promise<void> {
  const [argument, selection] = given;
  let meant: Cluster | undefined;
  try {
    refuseLostRow(workbench, entry, given);
    if (entry.effect !== 'read' && !workbench.isTrusted()) {
      throw new UserError('this workspace is not trusted. Trust it first (Workspaces: Manage Workspace Trust).');
    }
    if (entry.needs === undefined) {
      // Such a body takes a workbench alone, as its type says.
      await body(workbench as Connected, argument, selection);
      return;
    }
    meant = await clusterOf(workbench, argument);
    await untilKnown(meant, { entry, argument });
    const connected = { ...workbench, cluster: meant };
    const deed = await body(connected, argument, selection);
    if (entry.effect !== 'read' && deed !== undefined) await carryOut(connected, entry, deed as Deed);
  } catch (error) {
    tell(workbench, entry, { error, label: meant?.label ?? labelOf(workbench, argument) });
  }
}

function refuseLostRow(workbench: Workbench, entry: CommandEntry, given: readonly unknown[]): void {
  // For a row that disappeared while its menu was open, VS Code passes undefined; from the palette it passes no
  // argument at all.
  if ((entry.about !== 'row' && entry.about !== 'node') || given.length === 0 || given[0] !== undefined) return;
  // The same happens for a row that it has forgotten; it finds such rows again once it reads all of them.
  workbench.views.refresh();
  throw new UserError('its row is no longer there, or was just drawn anew. Nothing was done; choose it again.');
}

/** Waits for the first snapshot of a cluster; a command from the palette may be what opened it. */
async function untilKnown(
  cluster: Cluster,
  { entry, argument }: { readonly entry: CommandEntry; readonly argument: unknown },
): Promise<void> {
  try {
    if (cluster.state.kind === 'connecting' || cluster.state.kind === 'paused') {
      await withProgress(`Connecting to ${cluster.label}`, (signal) => cluster.ready(signal));
    }
    if (cluster.state.kind === 'failed') throw cluster.state.error;
  } catch (error) {
    // A token may have no right in the namespace that is shown, and every right where the object is.
    if (!isNomadError(error, 'denied') || !(await namesItsPlace(entry, argument))) throw error;
  }
}

async function namesItsPlace({ about }: CommandEntry, argument: unknown): Promise<boolean> {
  if (about === 'agent' || about === 'node') return true;
  if (about !== 'jobspec') return about !== undefined && argument !== undefined;
  return findJobspec(argument).then(
    () => true,
    () => false,
  );
}

async function carryOut(connected: Connected, entry: CommandEntry, deed: Deed): Promise<void> {
  try {
    if (entry.confirm !== 'never' && !(await isMeant(connected, deed))) return;
    const { attempted, act } = deed;
    const after = await withQuietProgress(deed.progress, () =>
      attempted === undefined ? act() : attempt(attempted, act),
    );
    await after?.();
  } finally {
    deed.end?.();
  }
}

async function isMeant({ ask, cluster }: Connected, deed: Deed): Promise<boolean> {
  const { title, place, detail, button, other, grave } = deed;
  const shown = await shownOf(cluster);
  const where = place === undefined ? regionWords(shown) : placeWords(place, shown);
  const answer = await ask.confirm({
    question: `${title} on ${cluster.label}?`,
    detail:
      typeof detail === 'string' ? `${where} ${detail}`.trimStart() : [where, ...detail].filter((line) => line !== ''),
    button,
    ...(other === undefined ? {} : { other: other.title }),
    ...(grave === undefined ? {} : { grave }),
  });
  if (answer === 'other') await other?.run();
  return answer === 'button';
}

/** The region of what is in no namespace, where it doesn't go without saying. */
function regionWords(shown: Shown): string {
  const region = regionName({ namespace: '*', region: undefined }, shown);
  return region === undefined ? '' : `Region ${region}.`;
}

/** What to call the cluster that was meant, whether or not it is open. */
function labelOf({ current }: Workbench, argument: unknown): string | undefined {
  const id = clusterTarget(argument);
  const looked = current.get();
  return id === undefined || looked?.id === id ? looked?.label : clusterIdWords(id);
}

function tell(
  { report }: Workbench,
  { doing, joint }: CommandEntry,
  { error, label }: { readonly error: unknown; readonly label: string | undefined },
): void {
  // Not awaited: the command is over when it has failed, not when the message was read.
  if (error instanceof NothingToDo) void report.done(error.message);
  else void report.failure(error, { what: doing, joint, cluster: label }, logsOf(error));
}

/** Of what doesn't run, its logs say why. */
function logsOf(error: unknown): readonly Action[] {
  return error instanceof NotRunning ? [commandAction('Show logs', commands.showLogs, error.of)] : [];
}
