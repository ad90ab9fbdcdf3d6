import type { Store } from '../../../simulator/state/store.ts';
import { jobKey } from '../../../simulator/state/records.ts';
import type { Described } from './recording.ts';

const idPart = /(?<![0-9a-zA-Z_])[0-9a-f]{6,8}(?:-[0-9a-f]{1,4}){0,3}(?:-[0-9a-f]{1,14})?(?![0-9a-zA-Z_])/gi;

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An id that recorded requests give where none is to be found. */
const unknownId = '11111111-2222-3333-4444-555555555555';

/** The replay's own ids, indexes and names for recorded ones. */
export class Identities {
  readonly #store: Store;
  readonly #described: Map<string, Described>;
  readonly #learned = new Map<string, string>();

  constructor(store: Store, described: Readonly<Record<string, Described>>) {
    this.#store = store;
    this.#described = new Map(Object.entries(described));
  }

  learn(recorded: string | number, own: unknown): void {
    if (this.#described.has(String(recorded))) return;
    if (typeof own === 'string' || typeof own === 'number') this.#learned.set(String(recorded), String(own));
  }

  isDescribed(id: string): boolean {
    return id === unknownId || this.#described.has(id);
  }

  name(recorded: string, own: string): void {
    this.#described.set(recorded, { kind: 'node' });
    this.#learned.set(recorded, own);
  }

  /** A recorded text, such as a path or a JSON body, with the replay's own ids. */
  translate(text: string): string {
    let result = text;
    const known = [...this.#learned].sort(([one], [other]) => other.length - one.length);
    for (const [recorded, own] of known) {
      if (/^\d+$/.test(recorded)) result = result.replace(new RegExp(`(?<=[=:])${recorded}(?=[&,}]|$)`, 'g'), own);
      else {
        result = result.replaceAll(recorded, own);
        const encoded = encodeURIComponent(recorded);
        if (encoded !== recorded) result = result.replaceAll(encoded, encodeURIComponent(own));
      }
    }
    // Launches in one second are one job, so a recorded launch may not be here by its own name.
    result = result.replace(/([\w-]+)%2Fperiodic-\d+/g, (child, parent: string) => {
      const ids = [...this.#store.jobs.values()]
        .map(({ ID }) => ID)
        .filter((id) => id.startsWith(`${parent}/periodic-`));
      return encodeURIComponent(ids.find((id) => encodeURIComponent(id) === child) ?? ids.at(-1) ?? parent);
    });
    result = result.replace(/(?<=prefix=)[0-9a-f]{1,5}(?=&|$)/gi, (part) => {
      const id = known.find(([recorded]) => uuid.test(recorded) && recorded.startsWith(part))?.[1];
      return id?.slice(0, part.length) ?? part;
    });
    result = result.replace(/(?<="Prefix":")[0-9a-f]{4,5}(?=")/g, (part) => this.#own(part) ?? part);
    return result.replace(idPart, (part) => this.#own(part) ?? part);
  }

  /** The recorded ids in a text that nothing is known of yet. */
  unknownIn(text: string): string[] {
    return [...text.matchAll(idPart)]
      .map(([part]) => part)
      .filter((part) => this.#full(part) !== undefined && this.#own(part) === undefined);
  }

  #full(part: string): string | undefined {
    const lower = part.toLowerCase();
    for (const id of this.#described.keys()) if (id.startsWith(lower) || lower.startsWith(id)) return id;
    return undefined;
  }

  #own(part: string): string | undefined {
    const full = this.#full(part);
    if (full === undefined) return undefined;
    const described = this.#described.get(full);
    const own = this.#learned.get(full) ?? (described === undefined ? undefined : this.#find(described));
    if (own === undefined) return undefined;
    this.#learned.set(full, own);
    const text = part.length > full.length ? own + part.slice(full.length) : own.slice(0, part.length);
    return part === part.toUpperCase() && /[A-F]/.test(part) ? text.toUpperCase() : text;
  }

  #find(described: Described): string | undefined {
    const store = this.#store;
    if (described.kind === 'node') return [...store.nodes.keys()][0];
    const key = jobKey(described.namespace, this.translate(described.job));
    const inOrder = <T extends { CreateIndex?: number }>(
      ids: Iterable<string> | undefined,
      table: ReadonlyMap<string, T>,
    ) =>
      [...(ids ?? [])]
        .flatMap((id) => table.get(id) ?? [])
        .sort((one, other) => (one.CreateIndex ?? 0) - (other.CreateIndex ?? 0));
    if (described.kind === 'deployment') {
      return inOrder(store.deploymentsByJob.get(key), store.deployments).find(
        ({ JobVersion }) => JobVersion === described.version,
      )?.ID;
    }
    if (described.kind === 'evaluation') {
      return inOrder(store.evaluationsByJob.get(key), store.evaluations).filter(
        ({ TriggeredBy }) => TriggeredBy === described.by,
      )[described.nth]?.ID;
    }
    const named = inOrder(store.allocationsByJob.get(key), store.allocations).filter(
      ({ Name }) => Name === this.translate(described.name),
    );
    const same = described.version === undefined ? named : named.filter(({ Job }) => Job.Version === described.version);
    return (same[described.nth] ?? named[described.nth])?.ID;
  }
}
