import { readdirSync } from 'node:fs';
import type { EventBatch } from '../../../src/nomad/types/event.ts';
import { readRecording } from '../replay/support/recording.ts';
import type { Shape } from '../replay/support/shape.ts';
import { readTypes } from './fields.ts';

type Form = 'one' | 'list' | 'map';

/** Which types stand in which fields of others. */
const nested: Readonly<Record<string, Readonly<Record<string, readonly [type: string, form: Form]>>>> = {
  Job: {
    TaskGroups: ['TaskGroup', 'list'],
    Update: ['UpdateStrategy', 'one'],
    Periodic: ['PeriodicConfig', 'one'],
    ParameterizedJob: ['ParameterizedConfig', 'one'],
    VersionTag: ['JobVersionTag', 'one'],
  },
  TaskGroup: { Tasks: ['Task', 'list'], Update: ['UpdateStrategy', 'one'] },
  JobStub: { JobSummary: ['JobSummary', 'one'] },
  JobSummary: { Summary: ['TaskGroupSummary', 'map'] },
  JobStatusItem: { Allocs: ['JobStatusAllocation', 'list'], LatestDeployment: ['JobStatusDeployment', 'one'] },
  JobVersionsResponse: { Versions: ['Job', 'list'], Diffs: ['JobDiff', 'list'] },
  JobDiff: {
    Fields: ['FieldDiff', 'list'],
    Objects: ['ObjectDiff', 'list'],
    TaskGroups: ['TaskGroupDiff', 'list'],
  },
  TaskGroupDiff: { Fields: ['FieldDiff', 'list'], Objects: ['ObjectDiff', 'list'], Tasks: ['TaskDiff', 'list'] },
  TaskDiff: { Fields: ['FieldDiff', 'list'], Objects: ['ObjectDiff', 'list'] },
  ObjectDiff: { Fields: ['FieldDiff', 'list'], Objects: ['ObjectDiff', 'list'] },
  PlanResponse: {
    Annotations: ['PlanAnnotations', 'one'],
    FailedTGAllocs: ['AllocationMetric', 'map'],
    CreatedEvals: ['Evaluation', 'list'],
    Diff: ['JobDiff', 'one'],
  },
  PlanAnnotations: { DesiredTGUpdates: ['DesiredUpdates', 'map'] },
  AllocationStub: { TaskStates: ['TaskState', 'map'], DeploymentStatus: ['AllocationDeploymentStatus', 'one'] },
  Allocation: {
    Job: ['Job', 'one'],
    Metrics: ['AllocationMetric', 'one'],
    TaskStates: ['TaskState', 'map'],
    DeploymentStatus: ['AllocationDeploymentStatus', 'one'],
  },
  TaskState: { Events: ['TaskEvent', 'list'] },
  Deployment: { TaskGroups: ['DeploymentState', 'map'] },
  Evaluation: { FailedTGAllocs: ['AllocationMetric', 'map'], RelatedEvals: ['Evaluation', 'list'] },
  JobScaleStatus: { TaskGroups: ['GroupScaleStatus', 'map'] },
  GroupScaleStatus: { Events: ['ScaleEvent', 'list'] },
  NodeStub: { Drivers: ['NodeDriver', 'map'] },
  Node: { Drivers: ['NodeDriver', 'map'], Events: ['NodeEvent', 'list'], DrainStrategy: ['DrainStrategy', 'one'] },
  EventBatch: { Events: ['NomadEvent', 'list'] },
};

/** What a read of a path answers with. */
const answers: readonly (readonly [path: RegExp, type: string, form: Form])[] = [
  [/^\/v1\/jobs$/, 'JobStub', 'list'],
  [/^\/v1\/jobs\/statuses$/, 'JobStatusItem', 'list'],
  [/^\/v1\/job\/[^/]+$/, 'Job', 'one'],
  [/^\/v1\/job\/[^/]+\/versions$/, 'JobVersionsResponse', 'one'],
  [/^\/v1\/job\/[^/]+\/submission$/, 'JobSubmission', 'one'],
  [/^\/v1\/job\/[^/]+\/summary$/, 'JobSummary', 'one'],
  [/^\/v1\/job\/[^/]+\/scale$/, 'JobScaleStatus', 'one'],
  [/^\/v1\/job\/[^/]+\/services$/, 'ServiceRegistration', 'list'],
  [/^\/v1\/(job\/[^/]+|deployment|evaluation\/[^/]+)\/allocations(\/[^/]+)?$/, 'AllocationStub', 'list'],
  [/^\/v1\/node\/[^/]+\/allocations$/, 'Allocation', 'list'],
  [/^\/v1\/allocations$/, 'AllocationStub', 'list'],
  [/^\/v1\/allocation\/[^/]+$/, 'Allocation', 'one'],
  [/^\/v1\/deployments$|^\/v1\/job\/[^/]+\/deployments$/, 'Deployment', 'list'],
  [/^\/v1\/deployment\/[^/]+$|^\/v1\/job\/[^/]+\/deployment$/, 'Deployment', 'one'],
  [/^\/v1\/evaluations$|^\/v1\/job\/[^/]+\/evaluations$/, 'Evaluation', 'list'],
  [/^\/v1\/evaluation\/[^/]+$/, 'Evaluation', 'one'],
  [/^\/v1\/nodes$/, 'NodeStub', 'list'],
  [/^\/v1\/node\/(?!pools$)[^/]+$/, 'Node', 'one'],
  [/^\/v1\/node\/pools$/, 'NodePool', 'list'],
  [/^\/v1\/node\/pool\/[^/]+$/, 'NodePool', 'one'],
  [/^\/v1\/namespaces$/, 'Namespace', 'list'],
  [/^\/v1\/namespace\/[^/]+$/, 'Namespace', 'one'],
  [/^\/v1\/services$/, 'NamespaceServices', 'list'],
  [/^\/v1\/service\/[^/]+$/, 'ServiceRegistration', 'list'],
  [/^\/v1\/vars$/, 'VariableMetadata', 'list'],
];
const written: typeof answers = [[/^\/v1\/job\/.+\/plan$/, 'PlanResponse', 'one']];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function itemsOf(value: unknown, form: Form): readonly unknown[] {
  if (form === 'one') return [value];
  if (Array.isArray(value)) return value as unknown[];
  return isObject(value) ? Object.values(value) : [];
}

/** Finds fields that the wire types do not have, in whole answers. */
export class TypeCheck {
  /** `Type.Field` */
  readonly unknown = new Set<string>();
  /** How many objects of each type were looked at. */
  readonly seen = new Map<string, number>();
  readonly #members = new Map<string, ReadonlySet<string>>();

  constructor() {
    const folder = new URL('../../../src/nomad/types/', import.meta.url);
    const files = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
    const types = new Map(files.flatMap(readTypes).map((type) => [type.name, type]));
    for (const { name, members, base } of types.values()) {
      const inherited = types.get(base)?.members ?? [];
      this.#members.set(name, new Set([...members, ...inherited].map((member) => member.name)));
    }
  }

  look(type: string, value: unknown, form: Form = 'one'): void {
    for (const item of itemsOf(value, form)) {
      // What was cut out of a recording has no field but this.
      if (!isObject(item) || '...' in item) continue;
      const members = this.#members.get(type);
      if (members === undefined) throw new Error(`There is no type ${type}`);
      this.seen.set(type, (this.seen.get(type) ?? 0) + 1);
      for (const [field, inner] of Object.entries(item)) {
        if (!members.has(field)) this.unknown.add(`${type}.${field}`);
        const [innerType, innerForm] = nested[type]?.[field] ?? [];
        if (innerType !== undefined) this.look(innerType, inner, innerForm);
      }
    }
  }

  /** Looks at the answer to a request, if it is one of a known kind. */
  lookAtAnswer(method: string, path: string, body: unknown): void {
    const [bare = ''] = path.split('?');
    const known = method === 'GET' ? answers : written;
    const [, type, form] = known.find(([pattern]) => pattern.test(bare)) ?? [];
    if (type !== undefined) this.look(type, body, form);
  }
}

/** An object with the fields that a shape describes, and no values. */
function exampleOf(shape: Shape): unknown {
  if (typeof shape === 'string' || 'is' in shape) return shape;
  if ('items' in shape) return shape.items.map(exampleOf);
  if ('each' in shape) return [exampleOf(shape.each)];
  if ('map' in shape) return { key: exampleOf(shape.map) };
  return Object.fromEntries(Object.entries(shape.fields).map(([name, inner]) => [name, exampleOf(inner)]));
}

/** Looks at all recorded answers of a version. */
export function lookAtRecordings(version: string, check: TypeCheck): void {
  const folder = new URL(`../../recorded/replay/${version}/`, import.meta.url);
  const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
  for (const name of names.filter((each) => each !== 'kinds' && each !== 'moments')) {
    const { steps, payloads = {} } = readRecording(version, name);
    for (const { method = 'GET', path = '', answer } of steps) {
      if (answer?.status === 200 && answer.json !== undefined) {
        check.lookAtAnswer(method, path, exampleOf(answer.json));
      }
    }
    for (const payload of Object.values(payloads)) lookAtPayload(exampleOf(payload), check);
  }
}

function lookAtPayload(payload: unknown, check: TypeCheck): void {
  if (!isObject(payload)) return;
  for (const type of ['Job', 'Allocation', 'Evaluation', 'Deployment', 'Node']) check.look(type, payload[type]);
  check.look('ServiceRegistration', payload['Service']);
}

/** Looks at one line of the event stream. */
export function lookAtBatch(batch: EventBatch, check: TypeCheck): void {
  check.look('EventBatch', batch);
  for (const { Payload } of batch.Events) lookAtPayload(Payload, check);
}
