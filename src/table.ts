import { NothingToDo, UserError } from './base/userError.ts';
import { commands, type CommandId } from './platform/contributions.ts';
import { isNomadError } from './nomad/http/errors.ts';
import { withProgress } from './platform/signals.ts';
import { compareSources } from './features/jobspec/compareSources.ts';
import {
  cancelConnect,
  chooseNamespace,
  connect,
  forgetToken,
  refresh,
  setToken,
  showMenu,
} from './features/clusters/connection.ts';
import { sendToken } from './features/clusters/sendToken.ts';
import { failDeployment, promoteDeployment, promoteGroups } from './features/deployments/deployments.ts';
import { exec } from './features/exec/exec.ts';
import { findJobspec } from './editor/jobspecs/jobspecInput.ts';
import { openRow } from './features/jobs/openRow.ts';
import { planJob } from './features/jobspec/planJob.ts';
import { revertJob } from './features/jobs/revertJob.ts';
import { showEvents } from './features/allocations/showEvents.ts';
import { showRollout } from './commands/rollouts.ts';
import { runJob } from './features/jobspec/runJob.ts';
import { copyId, filterJobs, newJobspec, openJobSource } from './features/jobs/simple.ts';
import { setVariables } from './features/jobspec/setVariables.ts';
import { stopJob } from './features/jobs/stopJob.ts';
import { openWebUi } from './features/jobs/webUi.ts';
import type { Connected, Workbench } from './commands/workbench.ts';

/**
 * A command works the same from the palette, a row, a lens, a keybinding and a selection of rows: the argument may be
 * missing, or of something that is gone.
 */
interface Entry {
  /** Ends the sentence "Could not …". */
  readonly doing: string;
  /** Before the name of the cluster; `on` where undefined. */
  readonly joint?: string;
  /** Changes the cluster, or runs something in it: not in a workspace that isn't trusted. */
  readonly needsTrust?: boolean;
  /** Called on rows and from the palette, and from no other menu. */
  readonly ofRow?: boolean;
  /** About a jobspec, which says itself where it belongs. */
  readonly ofJobspec?: boolean;
}

type Handler<Given> = (given: Given, argument: unknown, selection: unknown) => unknown;
type Always = Entry & { readonly always: Handler<Workbench> };
type WithCluster = Entry & { readonly connected: Handler<Connected> };

const table: Record<CommandId, Always | WithCluster> = {
  [commands.refresh]: { doing: 'refresh', always: refresh },
  [commands.connect]: { doing: 'connect', joint: 'to', always: connect },
  [commands.cancelConnect]: { doing: 'stop connecting', always: cancelConnect },
  [commands.showMenu]: { doing: 'show the menu', always: showMenu },
  [commands.sendToken]: { doing: 'send the token', joint: 'to', always: sendToken },
  [commands.setToken]: { doing: 'set the token', always: setToken },
  [commands.forgetToken]: { doing: 'forget the token', always: forgetToken },
  [commands.showLog]: {
    doing: 'show the log',
    always: ({ log }) => {
      log.show();
    },
  },
  [commands.newJobspec]: { doing: 'open a new jobspec', always: newJobspec },
  [commands.setVariables]: { doing: 'set variables', always: setVariables },
  [commands.filterJobs]: { doing: 'filter jobs', always: filterJobs },
  [commands.clearFilter]: {
    doing: 'clear the filter',
    always: ({ filter }) => {
      filter.clear();
    },
  },
  [commands.showProblemsOnly]: {
    doing: 'show problems only',
    always: ({ filter }) => {
      filter.setProblemsOnly(true);
    },
  },
  [commands.showAllJobs]: {
    doing: 'show all jobs',
    always: ({ filter }) => {
      filter.setProblemsOnly(false);
    },
  },
  [commands.chooseNamespace]: { doing: 'choose a namespace', always: chooseNamespace },
  [commands.openWebUi]: { doing: 'open the Web UI', always: openWebUi },
  [commands.copyId]: { doing: 'copy the id', ofRow: true, connected: copyId },
  [commands.openRow]: { doing: 'open the row', always: openRow },
  [commands.openJobSource]: { doing: 'open the source', ofRow: true, connected: openJobSource },
  [commands.showEvents]: { doing: 'show the events', ofRow: true, connected: showEvents },
  [commands.planJob]: { doing: 'plan the job', ofJobspec: true, connected: planJob },
  [commands.compareSources]: { doing: 'compare the sources', ofJobspec: true, connected: compareSources },
  [commands.showRollout]: { doing: 'show the rollout', ofRow: true, connected: showRollout },
  [commands.runJob]: { doing: 'run the job', ofJobspec: true, needsTrust: true, connected: runJob },
  [commands.promoteDeployment]: { doing: 'promote', ofRow: true, needsTrust: true, connected: promoteDeployment },
  [commands.promoteGroups]: { doing: 'promote', ofRow: true, needsTrust: true, connected: promoteGroups },
  [commands.failDeployment]: { doing: 'fail the deployment', ofRow: true, needsTrust: true, connected: failDeployment },
  [commands.revertJob]: { doing: 'revert the job', ofRow: true, needsTrust: true, connected: revertJob },
  [commands.stopJob]: { doing: 'stop the job', ofRow: true, needsTrust: true, connected: stopJob },
  [commands.exec]: { doing: 'exec', ofRow: true, needsTrust: true, connected: exec },
};

/** Runs a command behind the one wrapper that connects, logs and reports. */
export async function invoke(workbench: Workbench, id: CommandId, given: readonly unknown[]): Promise<void> {
  const entry = table[id];
  const [argument, selection] = given;
  try {
    // VS Code hands over nothing for a row that went while its menu was open; the palette doesn't hand over at all.
    if (entry.ofRow === true && given.length > 0 && argument === undefined) {
      // Nor for a row that it has lost sight of, which it finds again once it asks for all of them.
      workbench.views.refresh();
      throw new UserError('its row is no longer there, or was just drawn anew. Nothing was done; choose it again.');
    }
    if (entry.needsTrust === true && !workbench.isTrusted()) {
      throw new UserError('this workspace is not trusted. Trust it first (Workspaces: Manage Workspace Trust).');
    }
    if ('always' in entry) await entry.always(workbench, argument, selection);
    else await entry.connected(await connected(workbench, entry, argument), argument, selection);
  } catch (error) {
    if (error instanceof NothingToDo) {
      void workbench.report.done(error.message);
      return;
    }
    // Not awaited: the command is over when it has failed, not when the message was read.
    void workbench.report.failure(error, {
      what: entry.doing,
      joint: entry.joint,
      cluster: workbench.current.get()?.label,
    });
  }
}

/** The cluster with its first snapshot; a command from the palette may be what opens it. */
async function connected(workbench: Workbench, entry: Entry, argument: unknown): Promise<Connected> {
  const cluster = await workbench.current.connect();
  try {
    if (cluster.state.kind === 'connecting') {
      await withProgress(`Connecting to ${cluster.label}`, (signal) => cluster.ready(signal));
    }
    if (cluster.state.kind === 'failed') throw cluster.state.error;
  } catch (error) {
    // A token may have no right in the namespace that is shown, and every right where the object is.
    if (!isNomadError(error, 'denied') || !(await namesItsPlace(entry, argument))) throw error;
  }
  return { ...workbench, cluster };
}

async function namesItsPlace(entry: Entry, argument: unknown): Promise<boolean> {
  if (entry.ofJobspec !== true) return entry.ofRow === true && argument !== undefined;
  return findJobspec(argument).then(
    () => true,
    () => false,
  );
}
