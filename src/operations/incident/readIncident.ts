import { isNomadError } from '../../nomad/http/errors.ts';
import type { Allocation, AllocationStub } from '../../nomad/types/allocation.ts';
import type { Deployment } from '../../nomad/types/deployment.ts';
import type { Evaluation } from '../../nomad/types/evaluation.ts';
import type { AllocationStats } from '../../nomad/types/stats.ts';
import type { Place } from '../../state/tables/place.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import { entriesIn } from '../../state/tables/wire.ts';

/** What was read, or why it could not be, in Nomad's words. */
export type Read<T> = { readonly value: T } | { readonly refused: string };

/** The end of one of the logs of a task. */
export interface LogTail {
  readonly task: string;
  readonly stream: 'stdout' | 'stderr';
  readonly read: Read<string>;
}

/** All that Nomad tells of an allocation at one moment. */
export interface Incident {
  readonly allocation: Allocation;
  /** Null where it is of none. */
  readonly deployment: Read<Deployment | null>;
  readonly evaluations: Read<readonly Evaluation[]>;
  /** All allocations of the job. */
  readonly allocations: Read<readonly AllocationStub[]>;
  /** Of what runs now. */
  readonly stats: Read<AllocationStats>;
  readonly logs: readonly LogTail[];
}

const tailBytes = 64 * 1024;
/** With what is written while it is read. */
const mostBytes = 4 * tailBytes;

/**
 * Reads an allocation and what is around it. What is refused, or gone, is told as such; only the allocation itself has to be
 * there.
 *
 * @throws NomadError where the allocation can't be read; the signal's reason
 */
export async function readIncident(
  client: PlacedClient,
  id: string,
  place: Place,
  signal: AbortSignal,
): Promise<Incident> {
  const options = { ...place, signal };
  const { value: allocation } = await client.allocations.read(id, options);
  const { JobID: job = '', DeploymentID: deployment = '' } = allocation;
  const [read, evaluations, allocations, stats] = await Promise.all([
    deployment === '' ? { value: null } : attempted(client.deployments.read(deployment, options)),
    attempted(client.jobs.evaluations(job, options)),
    attempted(client.jobs.allocations(job, { ...options, all: true })),
    attempted(client.allocations.stats(id, options)),
  ]);
  const logs: LogTail[] = [];
  // One after the other: a node serves its files from one disk, and has enough to do in an incident.
  for (const [task] of entriesIn(allocation.TaskStates)) {
    for (const stream of ['stdout', 'stderr'] as const) {
      logs.push({ task, stream, read: await attempted(tailOf(client, id, { ...options, task, type: stream })) });
    }
  }
  return { allocation, deployment: read, evaluations, allocations, stats, logs };
}

type TailOptions = Place & { readonly signal: AbortSignal; readonly task: string; readonly type: 'stdout' | 'stderr' };

async function tailOf(client: PlacedClient, id: string, options: TailOptions): Promise<{ readonly value: string }> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of client.allocations.logs(id, { ...options, origin: 'end', offset: tailBytes })) {
    parts.push(part);
    bytes += part.byteLength;
    // A task may write faster than its log is read: there would be no end.
    if (bytes >= mostBytes) break;
  }
  const text = Buffer.concat(parts).toString('utf8');
  // The first line may have lost its beginning, and with it the first character.
  return { value: bytes < tailBytes ? text : text.slice(text.indexOf('\n') + 1) };
}

async function attempted<T>(reading: Promise<{ readonly value: T }>): Promise<Read<T>> {
  try {
    return { value: (await reading).value };
  } catch (error) {
    if (!isNomadError(error)) throw error;
    return { refused: error.message };
  }
}
