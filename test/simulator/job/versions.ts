/** The versions of Nomad that the simulator can be. */
export type NomadVersion = '2.0' | '1.6';

/** Whether a version is this one or a later one. */
export function isSince(nomad: NomadVersion, version: string): boolean {
  const [[major = 0, minor = 0], [thenMajor = 0, thenMinor = 0]] = [nomad, version].map((text) =>
    text.split('.').map(Number),
  ) as [number[], number[]];
  return major > thenMajor || (major === thenMajor && minor >= thenMinor);
}

/** How a version completes, judges and compares jobs, where versions differ. Their fields are in `shapes.json`. */
export interface Rules {
  /** Job types that get an `update` block where they have none. */
  readonly rolledOut: readonly string[];
  /** Job types that get no `reschedule` block. */
  readonly neverRescheduled: readonly string[];
  /** Job types that may have none, and what is said of those that do. */
  readonly mayNotReschedule: readonly string[];
  readonly reschedulingRefused: string;
  /** Whether every group has a `consul` block. */
  readonly consulOfGroups: boolean;
  /** Whether every task has an identity. */
  readonly identityOfTasks: boolean;
  /** Whether lists of network ports that are empty are null rather than left out. */
  readonly emptyPortsAreNull: boolean;
  /** The least version of Consul that services need, and whether tasks need it rather than their group. */
  readonly leastConsul: string;
  readonly consulOfTasks: boolean;
  /** Whether groups in bridge mode need the plugins of a bridge. */
  readonly bridgePlugins: boolean;
  /** Whether the errors of a group's policies are one error rather than several of the group. */
  readonly policyErrorsNested: boolean;
  readonly attributeMissing: string;
  readonly reservedTaskNames: readonly string[];
  readonly addressModes: readonly string[];
  /** A `memory_max` that means no limit. */
  readonly unlimitedMemory: number | null;
  readonly vaultNeedsPolicies: boolean;
  /** What stands before the warnings of a task: of all of them together, or of each. */
  readonly taskWarnings: 'together' | 'each';
  readonly shutdownDelayWarned: boolean;
  /** Fields of jobs and groups that can't change under a running allocation, besides those of all versions. */
  readonly fixedPlacement: readonly string[];
  /** Objects in the diff of a task that can change under it. */
  readonly inPlaceObjects: readonly string[];
  /** What is said of a failed allocation that another one replaces. */
  readonly rescheduledText: string;
  /** Whether jobs of type system are rolled out as deployments. */
  readonly systemDeployments: boolean;
}

export const rules: Readonly<Record<NomadVersion, Rules>> = {
  '2.0': {
    rolledOut: ['service', 'system'],
    neverRescheduled: ['system', 'sysbatch'],
    mayNotReschedule: ['system', 'sysbatch'],
    reschedulingRefused: 'System or sysbatch jobs should not have a reschedule policy',
    consulOfGroups: false,
    identityOfTasks: true,
    emptyPortsAreNull: false,
    leastConsul: '>= 1.8.0',
    consulOfTasks: true,
    bridgePlugins: true,
    policyErrorsNested: false,
    attributeMissing: 'no attribute provided but is required by operator',
    reservedTaskNames: ['alloc'],
    addressModes: ['', 'auto', 'host', 'driver', 'alloc', 'alloc_ipv6'],
    unlimitedMemory: -1,
    vaultNeedsPolicies: false,
    taskWarnings: 'together',
    shutdownDelayWarned: true,
    fixedPlacement: [],
    inPlaceObjects: ['Service', 'Constraint', 'Affinity', 'Spread'],
    rescheduledText: '',
    systemDeployments: true,
  },
  '1.6': {
    rolledOut: ['service'],
    neverRescheduled: ['system'],
    mayNotReschedule: ['system'],
    reschedulingRefused: 'System jobs should not have a reschedule policy',
    consulOfGroups: true,
    identityOfTasks: false,
    emptyPortsAreNull: true,
    leastConsul: '>= 1.7.0',
    consulOfTasks: false,
    bridgePlugins: false,
    policyErrorsNested: true,
    attributeMissing: 'No LTarget provided but is required by constraint',
    reservedTaskNames: [],
    addressModes: ['', 'auto', 'host', 'driver', 'alloc'],
    unlimitedMemory: null,
    vaultNeedsPolicies: true,
    taskWarnings: 'each',
    shutdownDelayWarned: false,
    fixedPlacement: ['Affinities', 'Spreads'],
    inPlaceObjects: ['Service', 'Constraint'],
    rescheduledText: 'alloc was rescheduled because it failed',
    systemDeployments: false,
  },
};
