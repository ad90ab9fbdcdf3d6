import { own } from '../../base/own.ts';
import type { FieldDiff, ObjectDiff } from '../../nomad/types/job.ts';

/** Fields of a new job that the head of its plan tells already. */
export const jobFields: ReadonlySet<string> = new Set(['ID', 'Name', 'Namespace', 'Region']);

/** Blocks that Nomad fills in where a jobspec has none, by the fields of the job that would hold one that was written. */
const filledIn: Readonly<Record<string, readonly string[]>> = {
  Consul: ['Consul'],
  Datacenters: ['Datacenters'],
  EphemeralDisk: ['EphemeralDisk'],
  Identity: ['Identity', 'Identities'],
  LogConfig: ['LogConfig'],
  Migrate: ['Migrate'],
  ReschedulePolicy: ['ReschedulePolicy'],
  RestartPolicy: ['RestartPolicy'],
  Update: ['Update'],
  Vault: ['Vault'],
};

/**
 * What Nomad fills in where nothing is written; leaving it out hides nothing, even if somebody wrote the same value.
 */
const defaults: Readonly<Record<string, readonly string[]>> = {
  AddressMode: ['auto'],
  ChangeMode: ['restart'],
  Cluster: ['default'],
  GetterMode: ['any'],
  HostNetwork: ['default'],
  KillTimeout: ['5000000000'],
  LeftDelim: ['{{'],
  Namespace: ['default'],
  NodePool: ['default'],
  OnUpdate: ['require_healthy'],
  Perms: ['0644'],
  Priority: ['50'],
  PropagationMode: ['private'],
  RightDelim: ['}}'],
  Splay: ['5000000000'],
};

/** What is in these is the user's, zero or not. */
const free: ReadonlySet<string> = new Set(['Config', 'Meta', 'Env', 'Parameters', 'Policy']);

/** The fields of something new that a person has written, as far as that can be told. */
export function writtenFields(
  fields: readonly FieldDiff[] | null | undefined,
  told: ReadonlySet<string> = new Set(),
): FieldDiff[] {
  return (fields ?? []).filter(({ Type, Name, New }) => {
    if (Type === 'None' || told.has(Name)) return false;
    if (Name === 'Count' || Name.includes('[')) return true;
    return !['', '0', 'false'].includes(New) && own(defaults, Name)?.includes(New) !== true;
  });
}

/**
 * The blocks of something new that a person has written.
 *
 * @param given what they are in, as it was written; without it, what Nomad may have filled in counts as filled in
 */
export function writtenObjects(
  objects: readonly ObjectDiff[] | null | undefined,
  given: object | undefined,
): ObjectDiff[] {
  const has = (field: string) => {
    const value = (given as Record<string, unknown> | undefined)?.[field];
    return value !== null && value !== undefined;
  };
  return (objects ?? [])
    .filter(({ Type, Name }) => Type !== 'None' && (own(filledIn, Name)?.some(has) ?? true))
    .map(written)
    .filter(({ Fields, Objects }) => (Fields ?? []).length + (Objects ?? []).length > 0);
}

function written(object: ObjectDiff): ObjectDiff {
  if (free.has(object.Name)) return object;
  const inner = (object.Objects ?? []).filter(({ Type }) => Type !== 'None').map(written);
  return { ...object, Fields: writtenFields(object.Fields), Objects: inner };
}

const longest = 12;

/** The first lines of a long text that is new. */
export function shortened(lines: readonly string[]): readonly string[] {
  const left = lines.length - longest;
  return left <= 2 ? lines : [...lines.slice(0, longest), `  … ${String(left)} more lines`];
}
