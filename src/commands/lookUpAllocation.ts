import { UserError } from '../base/userError.ts';
import { isNomadError } from '../nomad/http/errors.ts';
import { readAllocation } from '../operations/allocations.ts';
import { withQuietProgress } from '../platform/signals.ts';
import { allocationRecord } from '../state/tables/allocationRecords.ts';
import { placeOf, type JobKey } from '../state/tables/keys.ts';
import type { AllocationRecord } from '../state/tables/records.ts';
import type { Uses } from './command.ts';

/** Where an allocation is, as far as that is known. */
interface Where {
  readonly job: JobKey | undefined;
  /** Undefined for the one that is shown. */
  readonly region: string | undefined;
}

/**
 * The allocation as the server has it now, with its tasks; or as it is known, where that is enough. If its namespace is not
 * known, it is looked for by id in all namespaces.
 *
 * @param isEnough those that came with the list of jobs lack their names and tasks
 * @throws UserError where there is none; NomadError
 */
export async function lookUpAllocation(
  { cluster }: Uses<'cluster'>,
  id: string,
  { job, region }: Where,
  isEnough: (known: AllocationRecord) => boolean = () => false,
): Promise<AllocationRecord> {
  const known = region === undefined ? cluster.store.allocations.get(id) : undefined;
  if (known !== undefined && isEnough(known)) return known;
  const key = known?.jobKey ?? job;
  const place = key === undefined ? { namespace: '*', region } : placeOf(key, region);
  try {
    const value = await withQuietProgress('Reading the allocation', (signal) =>
      readAllocation(cluster.client, id, place, signal),
    );
    return allocationRecord(value, value.JobVersion ?? 0);
  } catch (error) {
    if (isNomadError(error, 'notFound')) throw new UserError('the allocation is no longer there.');
    throw error;
  }
}
