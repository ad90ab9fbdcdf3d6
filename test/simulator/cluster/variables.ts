import { Lifetime, type Disposable } from '../../../src/base/lifetime.ts';
import { parseGoDuration } from '../client/goDuration.ts';
import { jobKey } from '../state/records.ts';
import type { Random } from '../state/random.ts';
import type { VariableLock, VariableRecord } from '../state/registry.ts';
import type { Store } from '../state/store.ts';
import type { Transaction } from '../state/transaction.ts';
import { Refusal } from './refusal.ts';

/** A write did not happen: `record` is in its way, or nothing that could be shown. */
export class VariableConflict extends Error {
  readonly record: VariableRecord;

  constructor(record: VariableRecord) {
    super('conflict');
    this.record = record;
  }
}

const maxBytes = 65_536;
const validPath = /^[a-zA-Z0-9-_~/]{1,128}$/;
const belowNomad =
  'only paths at "nomad/jobs" or "nomad/job-templates" and below are valid paths under the top-level "nomad" directory';
const topLevel =
  '"nomad" is a reserved top-level directory path, but you may write variables to ' +
  '"nomad/jobs", "nomad/job-templates", "nomad/sentinel", or below';
const templates =
  '"nomad/job-templates" is a reserved directory path, but you may write variables at the level below it, ' +
  'for example, "nomad/job-templates/template-name"';

/** What is wrong with a path or with items. */
function problemWith(path: string, items: Readonly<Record<string, string>>): string | undefined {
  const bytes = Object.entries(items).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  if (bytes > maxBytes) return 'variables are limited to 64KiB in total size';
  if (path === '') return 'variable requires path';
  if (!validPath.test(path)) return `invalid path "${path}"`;
  const [first, second, ...rest] = path.split('/');
  if (first !== 'nomad') return undefined;
  if (second === undefined) return topLevel;
  if (second === 'jobs' || second === 'sentinel') return undefined;
  if (second !== 'job-templates') return belowNomad;
  return rest.length === 1 ? undefined : templates;
}

interface Place {
  readonly namespace: string;
  readonly path: string;
}

/** What can be done to variables. */
export class VariableVerbs implements Disposable {
  readonly #store: Store;
  readonly #random: Random;
  readonly #isOld: boolean;
  readonly #lifetime = new Lifetime();
  readonly #leases = new Map<string, Disposable>();

  constructor(store: Store, random: Random, isOld: boolean) {
    this.#store = store;
    this.#random = random;
    this.#isOld = isOld;
  }

  dispose(): void {
    this.#lifetime.dispose();
    for (const lease of this.#leases.values()) lease.dispose();
    this.#leases.clear();
  }

  find({ namespace, path }: Place): VariableRecord | undefined {
    return this.#store.variables.get(jobKey(namespace, path));
  }

  /** @param cas the index that the variable must have; 0 for none at all; undefined for any */
  write(place: Place, items: Readonly<Record<string, string>>, cas: number | undefined, lockId = ''): VariableRecord {
    this.#check(place, items);
    const known = this.find(place);
    if (cas !== undefined && (known?.ModifyIndex ?? 0) !== cas) throw new VariableConflict(known ?? nothingAt(place));
    if (known?.Lock && known.Lock.ID !== lockId) throw new VariableConflict(nothingAt(place));
    return this.#put(place, { Items: items });
  }

  remove(place: Place, cas: number | undefined): number {
    const known = this.find(place);
    if (cas !== undefined && (known?.ModifyIndex ?? 0) !== cas) throw new VariableConflict(known ?? nothingAt(place));
    if (known?.Lock) throw new VariableConflict(nothingAt(place));
    return this.#store.apply('VariableUpdated', (tx) => {
      this.#store.variables.delete(jobKey(place.namespace, place.path));
      tx.touch('variables');
      if (known !== undefined) this.#tell(tx, known, true);
    });
  }

  acquire(place: Place, items: Readonly<Record<string, string>>, lock: Partial<VariableLock>): VariableRecord {
    this.#check(place, items);
    const known = this.find(place);
    if (known?.Lock && known.Lock.ID !== lock.ID) throw new VariableConflict(nothingAt(place));
    const Lock = {
      ID: this.#random.uuid(),
      TTL: textOrDefault(lock.TTL),
      LockDelay: textOrDefault(lock.LockDelay),
    };
    const Items = Object.keys(items).length > 0 ? items : (known?.Items ?? {});
    const stored = this.#put(place, { Items, Lock });
    this.#lease(stored);
    return stored;
  }

  renew(place: Place, lockId: string): VariableRecord {
    const known = this.#locked(place, lockId);
    this.#lease(known);
    return known;
  }

  release(place: Place, lockId: string): VariableRecord {
    const known = this.#locked(place, lockId);
    this.#leases.get(jobKey(place.namespace, place.path))?.dispose();
    return this.#put(place, { Lock: null, ModifyTime: known.ModifyTime });
  }

  #locked(place: Place, lockId: string): VariableRecord {
    const known = this.find(place);
    if (!known?.Lock) throw new Refusal(500, "variable doesn't hold a lock");
    if (known.Lock.ID !== lockId) throw new VariableConflict(nothingAt(place));
    return known;
  }

  #check({ path }: Place, items: Readonly<Record<string, string>>): void {
    const problem = problemWith(path, items);
    if (problem !== undefined) throw new Refusal(...this.#refusal(problem));
  }

  #refusal(text: string): [number, string] {
    return this.#isOld ? [500, text] : [400, `RPC Error:: 400,${text}`];
  }

  #put({ namespace, path }: Place, change: Partial<VariableRecord>): VariableRecord {
    const key = jobKey(namespace, path);
    const known = this.#store.variables.get(key);
    let stored: VariableRecord | undefined;
    this.#store.apply('VariableUpdated', (tx) => {
      const { index, nowNs } = tx;
      const fresh = { Items: {}, Lock: null, CreateIndex: index, CreateTime: nowNs };
      const written = { ModifyIndex: index, ModifyTime: nowNs };
      stored = { ...fresh, ...known, Namespace: namespace, Path: path, ...written, ...change };
      this.#store.variables.set(key, stored);
      tx.touch('variables');
      this.#tell(tx, stored, false);
    });
    if (stored === undefined) throw new Error('the variable was not stored');
    return stored;
  }

  /** The event stream knows variables from 2.0 on; it never shows their items. */
  #tell(tx: Transaction, record: VariableRecord, deleted: boolean): void {
    if (this.#isOld) return;
    const payload = { Metadata: metadataOf(record), ...(deleted ? { Deleted: true } : {}) };
    tx.addEvent('Variable', record.Path, record.Namespace, payload);
  }

  /** A lock that isn't renewed ends after its TTL. */
  #lease(record: VariableRecord): void {
    const key = jobKey(record.Namespace, record.Path);
    this.#leases.get(key)?.dispose();
    const ttlMs = (parseGoDuration(record.Lock?.TTL ?? '') ?? 15e9) / 1e6;
    const lockId = record.Lock?.ID;
    const lease = this.#store.clock.timer(ttlMs, () => {
      this.#leases.delete(key);
      const place = { namespace: record.Namespace, path: record.Path };
      if (this.find(place)?.Lock?.ID === lockId) this.#put(place, { Lock: null });
    });
    this.#leases.set(key, lease);
  }
}

function textOrDefault(duration: string | undefined): string {
  return duration === undefined || duration === '' ? '15s' : duration;
}

function nothingAt({ namespace, path }: Place): VariableRecord {
  const zero = { CreateIndex: 0, CreateTime: 0, ModifyIndex: 0, ModifyTime: 0 };
  return { Namespace: namespace, Path: path, Items: {}, Lock: null, ...zero };
}

/** A variable without its items, as lists and events show it. */
export function metadataOf(record: VariableRecord): Record<string, unknown> {
  const { Namespace, Path, CreateIndex, CreateTime, ModifyIndex, ModifyTime, Lock } = record;
  return { Namespace, Path, CreateIndex, CreateTime, ModifyIndex, ModifyTime, ...(Lock === null ? {} : { Lock }) };
}
