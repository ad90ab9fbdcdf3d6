/*
 * What the state store keeps beside jobs, nodes and what comes of them: variables, services, node pools, and how the
 * scheduler is set up. Records are replaced, never changed, as those of `records.ts`.
 */

export interface VariableLock {
  readonly ID: string;
  /** As given, such as `15s`. */
  readonly TTL: string;
  readonly LockDelay: string;
}

export interface VariableRecord {
  readonly Namespace: string;
  readonly Path: string;
  readonly Items: Readonly<Record<string, string>>;
  readonly Lock: VariableLock | null;
  readonly CreateIndex: number;
  readonly CreateTime: number;
  readonly ModifyIndex: number;
  readonly ModifyTime: number;
}

/** One instance of a service of provider `nomad`. */
export interface ServiceRecord {
  readonly ID: string;
  readonly ServiceName: string;
  readonly Namespace: string;
  readonly NodeID: string;
  readonly Datacenter: string;
  readonly JobID: string;
  readonly AllocID: string;
  readonly Tags: readonly string[];
  readonly Address: string;
  readonly Port: number;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
}

export interface NodePoolRecord {
  readonly Name: string;
  readonly Description: string;
  readonly Meta: Readonly<Record<string, string>> | null;
  readonly SchedulerConfiguration: unknown;
  /** Nanoseconds. */
  readonly NodeIdentityTTL: number;
  readonly Hash: string | null;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
}

export interface SchedulerConfiguration {
  readonly SchedulerAlgorithm: string;
  readonly PreemptionConfig: {
    readonly SystemSchedulerEnabled: boolean;
    readonly SysBatchSchedulerEnabled: boolean;
    readonly BatchSchedulerEnabled: boolean;
    readonly ServiceSchedulerEnabled: boolean;
  };
  readonly MemoryOversubscriptionEnabled: boolean;
  readonly RejectJobRegistration: boolean;
  readonly PauseEvalBroker: boolean;
  readonly NodeLimitForFeasibilityChecks: number;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
}

export const firstSchedulerConfiguration: SchedulerConfiguration = {
  SchedulerAlgorithm: 'binpack',
  PreemptionConfig: {
    SystemSchedulerEnabled: true,
    SysBatchSchedulerEnabled: false,
    BatchSchedulerEnabled: false,
    ServiceSchedulerEnabled: false,
  },
  MemoryOversubscriptionEnabled: false,
  RejectJobRegistration: false,
  PauseEvalBroker: false,
  NodeLimitForFeasibilityChecks: 0,
  CreateIndex: 1,
  ModifyIndex: 1,
};

function builtInPool(Name: string, Description: string): [string, NodePoolRecord] {
  return [Name, { ...emptyPool, Name, Description, CreateIndex: 1, ModifyIndex: 1 }];
}

/** A pool as it is made for a node that names one which isn't there. */
export const emptyPool: Omit<NodePoolRecord, 'Name'> = {
  Description: '',
  Meta: null,
  SchedulerConfiguration: null,
  NodeIdentityTTL: 86_400_000_000_000,
  Hash: null,
  CreateIndex: 0,
  ModifyIndex: 0,
};

export function builtInPools(): Map<string, NodePoolRecord> {
  return new Map([
    builtInPool('all', 'Node pool with all nodes in the cluster.'),
    builtInPool('default', 'Default node pool.'),
  ]);
}
