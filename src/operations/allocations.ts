import { isNomadError } from '../nomad/http/errors.ts';
import type { Allocation } from '../nomad/types/allocation.ts';
import { allocationFromStub } from '../state/tables/allocationRecords.ts';
import type { AllocationRecord } from '../state/tables/records.ts';
import type { Place } from '../state/tables/place.ts';
import type { PlacedClient } from '../state/tables/placedClient.ts';

/**
 * Reads an allocation with its tasks and what happened to them.
 *
 * @throws NomadError, as `notFound`; the signal's reason
 */
export async function readAllocation(
  client: PlacedClient,
  id: string,
  place: Place,
  signal: AbortSignal,
): Promise<Allocation> {
  const { value } = await client.allocations.read(id, { ...place, signal });
  return value;
}

/**
 * Reads the allocations of a job, those of earlier versions included, the newest first.
 *
 * @throws NomadError; the signal's reason
 */
export async function readAllocationsOfJob(
  client: PlacedClient,
  id: string,
  place: Place,
  signal: AbortSignal,
): Promise<readonly AllocationRecord[]> {
  const { value } = await client.jobs.allocations(id, { ...place, signal });
  return [...value].sort((a, b) => b.CreateIndex - a.CreateIndex).map(allocationFromStub);
}

/** How an allocation is after something that was going on in it ended. */
export interface Aftermath {
  /** Null where there is no such allocation any more. */
  readonly allocation: Allocation | null;
  /** Whether its job was stopped; unknown where that was not asked, or not told. */
  readonly jobStopped?: boolean | undefined;
}

/** Reads that; undefined where the cluster doesn't say. Never rejects but with the signal's reason. */
export async function readAftermath(
  client: PlacedClient,
  id: string,
  place: Place,
  signal: AbortSignal,
): Promise<Aftermath | undefined> {
  const options = { ...place, signal };
  try {
    const { value } = await client.allocations.read(id, options);
    if (value.DesiredStatus !== 'stop' || value.JobID === undefined) return { allocation: value };
    const stopped = await client.jobs.read(value.JobID, options).then(
      (job) => job.value.Stop,
      // A job that was purged was stopped before.
      (error: unknown) => (isNomadError(error, 'notFound') ? true : undefined),
    );
    return { allocation: value, jobStopped: stopped };
  } catch (error) {
    return isNomadError(error, 'notFound') ? { allocation: null } : undefined;
  }
}

/**
 * Restarts a task in place, or all tasks of the allocation that run. Not cancellable.
 *
 * @throws NomadError, as `rejected` where the task does not run
 */
export async function restartTasks(client: PlacedClient, id: string, place: Place, task?: string): Promise<void> {
  await client.allocations.restart(id, { ...place, task });
}

/**
 * Stops an allocation; Nomad places another one unless its job is stopped. Not cancellable.
 *
 * @throws NomadError
 */
export async function stopAllocation(client: PlacedClient, id: string, place: Place): Promise<void> {
  await client.allocations.stop(id, place);
}

/**
 * The names of the signals that tasks on a node can be sent, by the node's attribute `os.signals`; undefined where that can't
 * be read.
 *
 * @throws the signal's reason
 */
export async function readSignals(
  client: PlacedClient,
  nodeId: string,
  { region }: Place,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  try {
    const { value } = await client.nodes.read(nodeId, { region, signal });
    const names = (value.Attributes?.['os.signals'] ?? '').split(',').filter((name) => name !== '');
    return names.length === 0 ? undefined : names;
  } catch (error) {
    if (!isNomadError(error)) throw error;
    return undefined;
  }
}

/**
 * Sends a signal to a task. Not cancellable.
 *
 * @param name such as `SIGHUP`. Drivers that run programs send SIGINT in the place of one that they don't know
 * (`drivers/rawexec/driver.go`), so it has to be one of {@link readSignals}
 * @throws NomadError, as where the task does not run
 */
export async function signalTask(
  client: PlacedClient,
  id: string,
  place: Place,
  { task, name }: { readonly task: string; readonly name: string },
): Promise<void> {
  await client.allocations.signal(id, name, { ...place, task });
}
