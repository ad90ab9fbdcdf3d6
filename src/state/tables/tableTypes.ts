import type { Evaluation } from '../../nomad/types/evaluation.ts';
import type { JobKey } from './keys.ts';
import type { NodeRecord, ServerRecord } from './nodeRecords.ts';
import type { AllocationRecord, DeploymentRecord, JobRecord } from './records.ts';

/** What each table of a cluster holds: its keys and its records. `registry.ts` says of each what is special about it. */
export interface TableTypes {
  jobs: { key: JobKey; record: JobRecord };
  allocations: { key: string; record: AllocationRecord };
  deployments: { key: string; record: DeploymentRecord };
  /** Evaluations that wait for room. */
  blocked: { key: string; record: Evaluation };
  /** Read only where somebody looks at them. */
  nodes: { key: string; record: NodeRecord };
  servers: { key: string; record: ServerRecord };
}

/** Tables by name, of whatever kinds. */
export type AnyTypes<Types> = { [Name in keyof Types]: { key: string; record: object } };

export type TableName<Types = TableTypes> = keyof Types & string;

export type KeyIn<Name extends keyof Types, Types = TableTypes> = Types[Name] extends { key: infer Key extends string }
  ? Key
  : never;

export type RecordIn<Name extends keyof Types, Types = TableTypes> = Types[Name] extends {
  record: infer Held extends object;
}
  ? Held
  : never;
