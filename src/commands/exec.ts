import { placeOf } from '../model/keys.ts';
import type { AllocationRecord } from '../model/records.ts';
import { isNomadError } from '../nomad/errors.ts';
import { ExecTerminal } from '../terminal/execTerminal.ts';
import type { Aftermath } from '../terminal/sessionEnd.ts';
import { settingOrDefault } from '../platform/settings.ts';
import { label } from '../base/plain.ts';
import { createTerminal } from '../platform/window.ts';
import { withQuietProgress } from '../platform/signals.ts';
import { allocationLabel, pickAllocation, pickJob } from './pickers.ts';
import { taskTarget } from './targets.ts';
import type { Connected } from './workbench.ts';

/** Opens a shell in a task; asks for what the argument leaves open. */
export async function exec(connected: Connected, argument: unknown): Promise<void> {
  const { cluster } = connected;
  const named = taskTarget(cluster.store, argument);
  const allocationId = named.allocation ?? (await chooseAllocation(connected, named.job));
  if (allocationId === undefined) return;
  const allocation = await readAllocation(connected, allocationId);
  const task = named.task ?? (await chooseTask(connected, allocation));
  if (task === undefined) return;
  openTerminal(connected, allocation, task);
}

async function chooseAllocation(connected: Connected, job: Parameters<typeof pickAllocation>[1] | undefined) {
  const key =
    job ?? (await pickJob(connected, 'Exec into a task', { word: 'execable', none: 'No job has a running task' }));
  return key === undefined ? undefined : pickAllocation(connected, key);
}

/** With its tasks: what came with the list of jobs doesn't name them. */
async function readAllocation(connected: Connected, id: string): Promise<AllocationRecord> {
  const { cluster } = connected;
  const known = cluster.store.allocations.get(id);
  if (known?.tasks !== undefined) return known;
  if (known !== undefined)
    await withQuietProgress('Reading the allocation', (signal) => cluster.loadJob(known.jobKey, signal));
  const read = cluster.store.allocations.get(id);
  if (read === undefined) throw new Error('the allocation is no longer there.');
  return read;
}

async function chooseTask(connected: Connected, allocation: AllocationRecord): Promise<string | undefined> {
  const running = (allocation.tasks ?? []).filter((task) => task.state === 'running');
  if (running.length === 0) throw new Error(`no task of ${allocationLabel(allocation)} is running.`);
  if (running.length === 1) return running[0]?.name;
  const choices = running.map((task) => ({ label: task.name, description: task.state, value: task.name }));
  return connected.ask.pick(`Tasks of ${allocation.jobId} ${allocationLabel(allocation)}`, choices);
}

function openTerminal(connected: Connected, allocation: AllocationRecord, task: string): void {
  const { cluster, log, sessions } = connected;
  const name = `${allocation.jobId} ${allocationLabel(allocation)} ${task}`;
  const shells = settingOrDefault('nomad.exec.shells', ['/bin/bash', '/bin/sh']).filter((shell) => shell.trim() !== '');
  const node = allocation.nodeName ?? allocation.nodeId.slice(0, 8);
  const namespace = allocation.namespace === 'default' ? '' : ` · namespace ${allocation.namespace}`;
  const pty = new ExecTerminal(
    {
      where: `${name} on ${cluster.label}`,
      greeting: `${name} · allocation ${allocation.id.slice(0, 8)} on node ${node}${namespace} · ${cluster.label}`,
      task,
      namespace: allocation.namespace,
      node,
      shells: shells.length === 0 ? ['/bin/sh'] : shells,
      open: (command, size) =>
        sessions.add(
          cluster.client.allocations.exec(allocation.id, {
            task,
            command: [...command],
            tty: true,
            ...placeOf(allocation.jobKey),
            ...(size === undefined ? {} : { size }),
          }),
        ),
      lookUp: (signal) => aftermathOf(connected, allocation, signal),
    },
    log,
  );
  createTerminal({ name: label(`${name} · ${cluster.label}`), icon: 'server-process' }, pty).show();
}

/** How an allocation is after a session in it ended; nothing where the cluster doesn't say. */
async function aftermathOf(
  { cluster }: Connected,
  { id, jobKey }: AllocationRecord,
  signal: AbortSignal,
): Promise<Aftermath | undefined> {
  const options = { ...placeOf(jobKey), signal };
  try {
    const { value } = await cluster.client.allocations.read(id, options);
    if (value.DesiredStatus !== 'stop' || value.JobID === undefined) return { allocation: value };
    const stopped = await cluster.client.jobs.read(value.JobID, options).then(
      (job) => job.value.Stop,
      // A job that was purged was stopped before.
      (error: unknown) => (isNomadError(error, 'notFound') ? true : undefined),
    );
    return { allocation: value, jobStopped: stopped };
  } catch (error) {
    return isNomadError(error, 'notFound') ? { allocation: null } : undefined;
  }
}
