import { age, clockTime } from '../wording/ages.ts';
import type { ClusterState } from '../state/sync/clusterState.ts';
import { causeOf } from '../platform/failure.ts';
import type { Fact } from './kinds/fact.ts';
import { printable } from '../base/plain.ts';
import { exactTime } from './times.ts';

/** What the views and the status bar tell about a cluster. */
export interface ClusterInfo {
  /** Host and port, or a name. */
  readonly label: string;
  /** Without credentials. */
  readonly address: string;
  /** The namespace that is shown; `*` stands for all. */
  readonly namespace: string;
  readonly region?: string | undefined;
  /** Whether the connection names its region; else it is that of the agent. */
  readonly regionNamed?: boolean;
  /** What is being rolled out; empty for nothing. */
  readonly rollout?: string;
  readonly version?: string | undefined;
  readonly state: ClusterState;
  /** The cluster denies everything by showing nothing. */
  readonly hidden?: boolean;
}

interface Moment {
  readonly nowMs: number;
  /** For tests; the machine's own otherwise. */
  readonly timeZone?: string;
}

/** The words beside the title of a view: `prod-eu · default · live · problems only`. */
export function viewDescription(
  cluster: ClusterInfo | undefined,
  filter: { readonly text: string; readonly problemsOnly: boolean },
  moment: Moment,
): string {
  if (cluster === undefined) return '';
  const parts = [cluster.label, ...regionShown(cluster), cluster.namespace, stateWords(cluster, moment)];
  if (filter.problemsOnly) parts.push('problems only');
  if (filter.text !== '') parts.push(`filter: ${filter.text}`);
  return printable(parts.join(' · '));
}

/** The region where it can't be taken for granted: Nomad's own default has no need to be told. */
function regionShown({ region, regionNamed }: ClusterInfo): readonly string[] {
  return region === undefined || (region === 'global' && regionNamed !== true) ? [] : [region];
}

function stateWords({ state, hidden }: ClusterInfo, { timeZone }: Moment): string {
  if (hidden === true) return 'denied';
  switch (state.kind) {
    case 'opening':
      return 'connecting';
    case 'connecting':
    case 'live':
    case 'polling':
    case 'paused':
      return state.kind;
    case 'stale':
      return `stale since ${clockTime(state.sinceMs, timeZone)}`;
    case 'failed':
      return failureWord(state.error);
  }
}

/** One or two words for why a cluster has nothing to say. */
function failureWord(error: { readonly kind: string }): string {
  switch (error.kind) {
    case 'denied':
      return 'denied';
    case 'noLeader':
      return 'no leader';
    case 'notNomad':
    case 'decode':
      return 'not Nomad';
    case 'tls':
      return 'not trusted';
    case 'address':
      return 'wrong address';
    default:
      return 'unreachable';
  }
}

/** How the status bar shows a cluster. */
export interface StatusBarFace {
  /** With codicons of ours; the server's own words are escaped. */
  readonly text: string;
  readonly tone: 'quiet' | 'warning' | 'error';
  readonly accessibleLabel: string;
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** @param lastError why the last opening failed, where no cluster is open */
export function statusBarFace(
  cluster: ClusterInfo | undefined,
  lastError: { readonly kind: string } | undefined,
  moment: Moment,
): StatusBarFace {
  if (cluster === undefined) return noClusterFace(lastError);
  const [words, tone] = barWords(cluster, moment);
  // While nothing is heard of it, a rollout is said to be nowhere.
  const isHeard = tone === 'quiet' && cluster.state.kind !== 'paused';
  const rolling = cluster.rollout === undefined || cluster.rollout === '' || !isHeard ? [] : [cluster.rollout];
  return {
    text: [words === '' ? cluster.label : `${cluster.label}: ${words}`, ...rolling].join(' · '),
    tone,
    accessibleLabel: [`Nomad cluster ${printable(cluster.label)}`, words === '' ? 'live' : words, ...rolling].join(
      ', ',
    ),
    title: cluster.label,
    facts: clusterFacts(cluster, moment),
  };
}

function noClusterFace(lastError: { readonly kind: string } | undefined): StatusBarFace {
  const words = lastError === undefined ? 'not connected' : failureWord(lastError);
  const tone = lastError === undefined ? 'quiet' : 'error';
  const facts: Fact[] = lastError === undefined ? [] : [['Cause', causeOf(lastError)]];
  return { text: `Nomad: ${words}`, tone, accessibleLabel: `Nomad, ${words}`, title: `Nomad: ${words}`, facts };
}

function barWords(
  { state, hidden }: ClusterInfo,
  { nowMs }: Moment,
): readonly [words: string, tone: StatusBarFace['tone']] {
  if (hidden === true) return ['denied', 'error'];
  switch (state.kind) {
    case 'live':
      return ['', 'quiet'];
    case 'opening':
      return ['connecting', 'quiet'];
    case 'connecting':
    case 'polling':
    case 'paused':
      return [state.kind, 'quiet'];
    case 'stale': {
      const ago = age(state.sinceMs, nowMs);
      return [ago === 'now' ? 'stale' : `stale ${ago}`, 'warning'];
    }
    case 'failed':
      return [failureWord(state.error), 'error'];
  }
}

function clusterFacts(cluster: ClusterInfo, { timeZone }: Moment): readonly Fact[] {
  const { state } = cluster;
  const facts: Fact[] = [
    ['Address', cluster.address],
    ['Namespace', cluster.namespace === '*' ? '* (all)' : cluster.namespace],
  ];
  if (cluster.region !== undefined) facts.push(['Region', cluster.region]);
  if (cluster.version !== undefined) facts.push(['Version', cluster.version]);
  if (state.kind === 'live') facts.push(['Updates', 'live, by the event stream']);
  if (state.kind === 'polling') facts.push(['Updates', `by polling: ${state.reason}`]);
  if (state.kind === 'paused')
    facts.push(['Updates', `paused since ${exactTime(state.sinceMs, timeZone)}, as no view is shown`]);
  if (state.kind === 'stale') facts.push(['Stale since', exactTime(state.sinceMs, timeZone)]);
  if (state.kind === 'stale' || state.kind === 'failed') facts.push(['Cause', causeOf(state.error)]);
  return facts;
}
