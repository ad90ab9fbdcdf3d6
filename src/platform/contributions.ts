import { commandNames } from './commandNames.ts';

/**
 * Every name that the manifest and the code share. `npm run check` compares this file with package.json in both
 * directions, so that neither can promise what the other doesn't keep.
 */

type CommandName = (typeof commandNames)[keyof typeof commandNames][number];

export type CommandId = `nomad.${CommandName}`;

const allNames: readonly CommandName[] = Object.values(commandNames).flat();

/** Command ids by the name of the command's file; the value is what VS Code knows the command by. */
export const commands = Object.fromEntries(allNames.map((name) => [name, `nomad.${name}`])) as {
  readonly [Name in CommandName]: `nomad.${Name}`;
};

/** The activity bar's container and its views. */
export const container = 'nomad';

export const views = {
  jobs: 'nomad.jobs',
  deployments: 'nomad.deployments',
  allocations: 'nomad.allocations',
  nodes: 'nomad.nodes',
} as const;

export type ViewId = (typeof views)[keyof typeof views];

/** Terminals that VS Code offers beside shells of this machine. */
export const terminalProfiles = { taskShell: 'nomad.taskShell' } as const;

/** Context keys, with the values that they take. */
export interface ContextKeys {
  /** Which welcome view fits; `ready` means that there are rows, or a view that is rightly empty. */
  'nomad.state': WelcomeState;
  /** What the jobs view is narrowed to. */
  'nomad.filtered': boolean;
  'nomad.problemsOnly': boolean;
  /** There are jobs, but the filter or "problems only" hides all of them. */
  'nomad.filterHidesAll': boolean;
  /** The cluster has no job in the chosen namespace. */
  'nomad.empty': boolean;
  /** Of the logs in the editor that has the focus. */
  'nomad.logsPaused': boolean;
  /** Their end is shown as it grows. */
  'nomad.logsFollow': boolean;
}

export type WelcomeState =
  | 'off'
  | 'connecting'
  | 'ready'
  | 'address'
  | 'dns'
  | 'refused'
  | 'timeout'
  | 'tls'
  | 'notNomad'
  | 'unreachable'
  | 'denied'
  | 'noToken'
  | 'withheld'
  | 'noLeader';

/** Settings, with the type of their value. An empty text means unset. */
export interface Settings {
  'nomad.address': string;
  'nomad.namespace': string;
  'nomad.region': string;
  'nomad.tls.caCert': string;
  'nomad.tls.caPath': string;
  'nomad.tls.clientCert': string;
  'nomad.tls.clientKey': string;
  'nomad.tls.serverName': string;
  'nomad.tls.skipVerify': boolean;
  'nomad.liveWhileHidden': boolean;
  'nomad.exec.shells': readonly string[];
}

export const settingNames = [
  'nomad.address',
  'nomad.namespace',
  'nomad.region',
  'nomad.tls.caCert',
  'nomad.tls.caPath',
  'nomad.tls.clientCert',
  'nomad.tls.clientKey',
  'nomad.tls.serverName',
  'nomad.tls.skipVerify',
  'nomad.liveWhileHidden',
  'nomad.exec.shells',
] as const satisfies readonly (keyof Settings)[];

/** Language ids. The jobspec's is shared on purpose with the other Nomad language extension, and that of logs is VS Code's own. */
export const languages = { jobspec: 'nomad-job', plan: 'nomad-plan', log: 'log', state: 'nomad-state' } as const;

/** Schemes of our read-only documents. */
export const schemes = {
  plan: 'nomad-plan',
  source: 'nomad-source',
  events: 'nomad-events',
  logs: 'nomad-logs',
  output: 'nomad-output',
  node: 'nomad-node',
  /** Without `file` in it: a window on a remote machine takes that in `resourceScheme == …` for its own files. */
  files: 'nomad-alloc',
} as const;
