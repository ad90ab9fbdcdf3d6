import { UserError } from '../../base/userError.ts';
import { placeOf, type JobKey } from '../../state/tables/keys.ts';
import type { Place } from '../../state/tables/place.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import type { AllocationRecord } from '../../state/tables/records.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { ExecTerminal } from './execTerminal.ts';
import { settingOrDefault } from '../../platform/settings.ts';
import { label } from '../../base/plain.ts';
import { createTerminal } from '../../platform/window.ts';
import { lookUpAllocation } from '../../commands/lookUpAllocation.ts';
import { allocationLabel, pickAllocation, pickJob } from '../../commands/pickers.ts';
import { jobTarget, regionTarget, taskTarget } from '../../commands/targets.ts';
import type { CommandEntry, Deed, Uses } from '../../commands/command.ts';
import { readAftermath } from '../../operations/allocations.ts';
import { openShell } from '../../operations/openShell.ts';

export const entry = {
  doing: 'exec',
  effect: 'change',
  confirm: 'never',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Exec into task',
  icon: '$(terminal)',
  menus: {
    'view/item/context': [
      {
        when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b.*\\bexecable\\b/ && isWorkspaceTrusted',
        group: 'inline@1',
      },
      { when: 'view =~ /^nomad\\./ && viewItem =~ /\\bexecable\\b/', group: '3_task@1' },
    ],
  },
};

type Used = Uses<'cluster' | 'clusters' | 'ask' | 'sessions' | 'log'>;

/** Opens a shell in a task; asks for what the argument leaves open. */
export async function exec(given: Used, argument: unknown): Promise<Deed | undefined> {
  const { cluster } = given;
  const region = regionTarget(argument);
  const named = taskTarget(cluster.store, argument);
  const allocationId = named.allocation ?? (await chooseAllocation(given, named.job, region));
  if (allocationId === undefined) return undefined;
  const job = named.job ?? jobTarget(cluster.store, argument);
  const allocation = await lookUpAllocation(given, allocationId, { job, region }, ({ tasks }) => tasks !== undefined);
  const task = named.task ?? (await chooseTask(given, allocation));
  if (task === undefined) return undefined;
  const place = placeOf(allocation.jobKey, region);
  return {
    title: `Exec into ${nameOf(allocation, task)}`,
    place,
    detail: [],
    button: 'Exec',
    progress: `Opening a terminal in ${nameOf(allocation, task)}`,
    act: () => {
      openTerminal(given, { allocation, task, place });
      return Promise.resolve(undefined);
    },
  };
}

function nameOf(allocation: AllocationRecord, task: string): string {
  return `${allocation.jobId} ${allocationLabel(allocation)} ${task}`;
}

async function chooseAllocation(given: Used, job: JobKey | undefined, region: string | undefined) {
  const key =
    job ?? (await pickJob(given, 'Exec into a task', { word: 'execable', none: 'No job has a running task' }));
  return key === undefined ? undefined : pickAllocation(given, key, region);
}

async function chooseTask(given: Used, allocation: AllocationRecord): Promise<string | undefined> {
  const running = (allocation.tasks ?? []).filter((task) => task.state === 'running');
  if (running.length === 0) throw new UserError(`no task of ${allocationLabel(allocation)} is running.`);
  if (running.length === 1) return running[0]?.name;
  const choices = running.map((task) => ({ label: task.name, description: task.state, value: task.name }));
  return given.ask.pick(`Tasks of ${allocation.jobId} ${allocationLabel(allocation)}`, choices);
}

/** A task, and where it is. */
interface Chosen {
  readonly allocation: AllocationRecord;
  readonly task: string;
  readonly place: Place;
}

/** That of the moment, as the connection to the cluster may be made anew while a terminal stays. */
function clientOf({ cluster, clusters }: Uses<'cluster' | 'clusters'>): PlacedClient {
  return (clusters.get(cluster.id) ?? cluster).client;
}

function openTerminal(given: Used, { allocation, task, place }: Chosen): void {
  const { cluster, log, sessions } = given;
  const name = nameOf(allocation, task);
  const shells = settingOrDefault('nomad.exec.shells', ['/bin/bash', '/bin/sh']).filter((shell) => shell.trim() !== '');
  const node = allocation.nodeName ?? allocation.nodeId.slice(0, 8);
  const namespace = allocation.namespace === 'default' ? '' : ` · namespace ${allocation.namespace}`;
  const region = place.region === undefined ? '' : ` · region ${place.region}`;
  const pty = new ExecTerminal(
    {
      where: `${name} on ${cluster.label}`,
      greeting: `${name} · allocation ${allocation.id.slice(0, 8)} on node ${node}${namespace}${region} · ${cluster.label}`,
      task,
      namespace: allocation.namespace,
      node,
      shells: shells.length === 0 ? ['/bin/sh'] : shells,
      open: (command, size) => sessions.add(openShell(clientOf(given), allocation.id, { task, command, place, size })),
      lookUp: (signal) => readAftermath(clientOf(given), allocation.id, place, signal),
    },
    log,
  );
  createTerminal({ name: label(`${name} · ${cluster.label}`), icon: 'server-process' }, pty).show();
}
