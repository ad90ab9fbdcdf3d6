import type { AllocationRecord } from './records.ts';
import type { Store } from './store.ts';

const shortLength = 8;

/**
 * The allocations of the store that texts name by their whole ids or by the first eight characters; none for characters
 * that several begin with. Takes one look at each id of the store at most, however many names there are.
 *
 * @returns by the name that was asked for
 */
export function namedAllocations(store: Store, names: ReadonlySet<string>): ReadonlyMap<string, AllocationRecord> {
  const { allocations } = store;
  const found = new Map<string, AllocationRecord>();
  const short = new Set<string>();
  for (const name of names) {
    const record = allocations.get(name);
    if (record !== undefined) found.set(name, record);
    else if (name.length === shortLength) short.add(name);
  }
  if (short.size === 0) return found;
  const shared = new Set<string>();
  for (const [id, record] of allocations) {
    const name = id.slice(0, shortLength);
    if (!short.has(name)) continue;
    if (found.has(name)) shared.add(name);
    found.set(name, record);
  }
  for (const name of shared) found.delete(name);
  return found;
}
