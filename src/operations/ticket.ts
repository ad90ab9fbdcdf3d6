import { createHash } from 'node:crypto';
import type { Job, JobSubmission } from '../nomad/types/job.ts';
import type { JobMark } from './jobMark.ts';
import type { ClusterId } from '../state/clusters/clusterId.ts';
import type { JobKey } from '../state/tables/keys.ts';
import type { Place } from '../state/tables/place.ts';

/** What a plan was made of. Two plans of equal content ask the cluster the same question. */
export interface PlanContent {
  /** The jobspec's text. */
  readonly text: string;
  /** The variables it was parsed with: the text of a variables file, or values by name. */
  readonly variables?: string | Readonly<Record<string, string>> | undefined;
  /** Address of the agent. */
  readonly address: string;
  /** The one that is shown; `*` for all. */
  readonly namespace: string;
  readonly region?: string | undefined;
  /** The token, and whatever else says who asks. */
  readonly credentials?: string | undefined;
}

type Part = keyof PlanContent;

/** The parts of a content: as digests where they may be secret or are long, as they are where a person can be told. */
export type ContentParts = Readonly<Record<Part, string>>;

/**
 * Permission to run what was planned: the job as it was shown, where, the index that the server has to be at, and what
 * it was made of.
 */
export interface PlanTicket {
  readonly jobKey: JobKey;
  /** Where the job was planned, and will be registered. */
  readonly place: Place;
  /** As parsed; this is what will be registered. */
  readonly job: Job;
  /** For `EnforceIndex`; 0 for a job that must not exist yet. */
  readonly jobModifyIndex: number;
  /** How the job stood when it was planned, beyond its index; unknown where the token may not list jobs. */
  readonly mark: JobMark | undefined;
  readonly contentHash: string;
  readonly parts: ContentParts;
  readonly submission: JobSubmission;
  /** The variable files that were read, by address, with the digest of their text. */
  readonly variableFiles: readonly { readonly uri: string; readonly digest: string }[];
  /** That it was planned on. */
  readonly cluster: ClusterId;
  readonly atMs: number;
  /** What will happen, in numbers. */
  readonly summary: string;
  /** Whether running allocations are stopped or replaced. */
  readonly destructive: boolean;
  /** Whether everything can be placed now. */
  readonly placeable: boolean;
  /** Nomad's warnings, which the plan has shown; empty when there are none. */
  readonly warnings: string;
}

/** A fingerprint of `content`. Variables and credentials go in as a digest only: they may be secrets. */
export function contentHash(content: PlanContent): string {
  const { text, variables, address, namespace, region, credentials } = content;
  return digest([text, flatVariables(variables), address, namespace, region ?? '', credentials ?? '']);
}

/** The parts of `content`, to tell which of them changed. */
export function contentParts(content: PlanContent): ContentParts {
  const { text, variables, address, namespace, region, credentials } = content;
  return {
    text: digest([text]),
    variables: digest([flatVariables(variables)]),
    address,
    namespace,
    region: region ?? '',
    credentials: digest([credentials ?? '']),
  };
}

/** What changed from the content of a plan to that of the moment, such as `the address (then …, now …)`. */
export function changesOf(planned: ContentParts, now: ContentParts): string[] {
  return words.flatMap(([part, word, told]) => {
    const [before, after] = [planned[part], now[part]];
    if (before === after) return [];
    // A token is kept for one address, so another address has another one.
    if (part === 'credentials' && planned.address !== now.address) return [];
    return told ? [`${word} (then ${before || 'none'}, now ${after || 'none'})`] : [word];
  });
}

const words: readonly (readonly [part: Part, word: string, told: boolean])[] = [
  ['text', 'the jobspec', false],
  ['variables', 'the variables of the jobspec', false],
  ['address', 'the address', true],
  ['namespace', 'the namespace that is shown', true],
  ['region', 'the region in the settings', true],
  ['credentials', 'the token', false],
];

/** A fingerprint of a file that may hold secrets. */
export function textDigest(text: string): string {
  return digest([text]);
}

function digest(parts: readonly string[]): string {
  const hash = createHash('sha256');
  // A length in front of each part keeps two different lists of parts from having the same bytes.
  for (const part of parts) hash.update(`${String(part.length)}:${part}`);
  return hash.digest('hex');
}

function flatVariables(variables: PlanContent['variables']): string {
  if (variables === undefined || typeof variables === 'string') return variables ?? '';
  return JSON.stringify(Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** True while `ticket` still speaks of `content`; the cluster is compared where it is given. */
export function ticketFits(
  ticket: Pick<PlanTicket, 'cluster' | 'contentHash'>,
  content: PlanContent & { readonly cluster?: ClusterId },
): boolean {
  if (content.cluster !== undefined && content.cluster !== ticket.cluster) return false;
  return ticket.contentHash === contentHash(content);
}
