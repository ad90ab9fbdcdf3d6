import { isNomadError } from '../../nomad/http/errors.ts';
import { allocationRecord } from '../../state/tables/allocationRecords.ts';
import { deploymentRecord } from '../../state/tables/deploymentRecords.ts';
import type { Place } from '../../state/tables/place.ts';
import type { PlacedClient } from '../../state/tables/placedClient.ts';
import type { Store } from '../../state/tables/store.ts';
import { isAlive } from '../../state/tables/taskState.ts';
import { timeOf } from '../../state/tables/wire.ts';
import type { AllocationState, KnownAllocation, Neighbour, Told } from '../../wording/allocations/allocationState.ts';
import { told } from './refusal.ts';

/** Where and with what the parts of a state are read. */
export interface PartsFrom {
  readonly client: PlacedClient;
  readonly place: Place;
  /** Has what need not be read; undefined where its events don't tell of the place. */
  readonly store: Store | undefined;
  readonly signal: AbortSignal;
}

export type Parts = Pick<AllocationState, 'checks' | 'services' | 'deployment' | 'previous' | 'next' | 'replacedAtMs'>;

/**
 * Reads what belongs to an allocation. What is refused is told as such, and keeps nothing else from being read.
 *
 * @throws the signal's reason
 */
export async function readParts(from: PartsFrom, known: KnownAllocation): Promise<Parts> {
  const { record, previousId } = known;
  const [checks, services, deployment, previous, next, replacedAtMs] = await Promise.all([
    readChecks(from, known),
    readServices(from, known),
    readDeployment(from, record.deploymentId),
    readNeighbour(from, previousId),
    readNeighbour(from, record.nextAllocation),
    readReplacement(from, known),
  ]);
  return { checks, services, deployment, previous, next, replacedAtMs };
}

/** The results of the checks that Nomad makes; nothing where it makes none, or none any more. */
export async function readChecks(
  { client, place, signal }: PartsFrom,
  { record, services }: KnownAllocation,
): Promise<Parts['checks']> {
  const hasChecks = services.some(({ provider, checks }) => provider === 'nomad' && checks.length > 0);
  if (!hasChecks || !isAlive(record)) return undefined;
  const options = { ...place, signal };
  const reading = client.allocations.checks(record.id, options).then(({ value }) => Object.values(value ?? {}));
  return told(reading, place, signal);
}

async function readServices({ client, place, signal }: PartsFrom, { record, services }: KnownAllocation) {
  if (!services.some(({ provider }) => provider === 'nomad')) return undefined;
  const reading = client.allocations.services(record.id, { ...place, signal }).then(({ value }) => value);
  return told(reading, place, signal);
}

async function readDeployment({ client, place, store, signal }: PartsFrom, id: string | undefined) {
  if (id === undefined) return undefined;
  const found = store?.deployments.get(id);
  // One that came with its job's summary lacks its description.
  if (found !== undefined && found.statusDescription !== '') return { value: found };
  const reading = client.deployments.read(id, { ...place, signal }).then(({ value }) => deploymentRecord(value));
  return told(reading, place, signal);
}

async function readNeighbour(
  { client, place, store, signal }: PartsFrom,
  id: string | undefined,
): Promise<Told<Neighbour> | undefined> {
  if (id === undefined) return undefined;
  const record = store?.allocations.get(id);
  if (record?.tasks !== undefined && record.name !== undefined) return { value: { id, record } };
  const reading = client.allocations.read(id, { ...place, signal }).then(
    ({ value }) => ({ id, record: allocationRecord(value, value.JobVersion ?? 0) }),
    (error: unknown) => {
      if (isNomadError(error, 'notFound')) return { id, record: null };
      throw error;
    },
  );
  return told(reading, place, signal);
}

/** When Nomad looks for another place, which the evaluation that waits for it says. */
async function readReplacement({ client, place, signal }: PartsFrom, { record }: KnownAllocation) {
  const { followupEvalId, nextAllocation, clientStatus } = record;
  if (followupEvalId === undefined || nextAllocation !== undefined || clientStatus !== 'failed') return undefined;
  const reading = client.evaluations.read(followupEvalId, { ...place, signal });
  const evaluation = await told(
    reading.then(({ value }) => value),
    place,
    signal,
  );
  if ('refused' in evaluation || evaluation.value.Status !== 'pending') return undefined;
  return timeOf(evaluation.value.WaitUntil);
}
