import { createHash } from 'node:crypto';
import type { Job, JobSubmission } from '../nomad/types/job.ts';
import type { JobKey } from './keys.ts';

/** What a plan was made of. Two plans of equal content ask the cluster the same question. */
export interface PlanContent {
  /** The jobspec's text. */
  readonly text: string;
  /** The variables it was parsed with: the text of a variables file, or values by name. */
  readonly variables?: string | Readonly<Record<string, string>> | undefined;
  /** Address of the agent. */
  readonly address: string;
  readonly namespace: string;
  readonly region?: string | undefined;
}

/**
 * Leave to run what was planned: the job as it was shown, the index that the server has to be at, and a fingerprint of
 * what it was made of.
 */
export interface PlanTicket {
  readonly jobKey: JobKey;
  /** As parsed; this is what will be registered. */
  readonly job: Job;
  /** For `EnforceIndex`; 0 for a job that must not exist yet. */
  readonly jobModifyIndex: number;
  readonly contentHash: string;
  readonly submission: JobSubmission;
  /** Label of the cluster, for people. */
  readonly cluster: string;
  readonly atMs: number;
  /** What will happen, in numbers. */
  readonly summary: string;
  /** Whether running allocations are stopped or replaced. */
  readonly destructive: boolean;
  /** Nomad's warnings, which the plan has shown; empty when there are none. */
  readonly warnings: string;
}

/** A fingerprint of `content`. Variables go in as a digest only: they may be secrets. */
export function contentHash(content: PlanContent): string {
  const { text, variables, address, namespace, region } = content;
  const parts = [text, flatVariables(variables), address, namespace, region ?? ''];
  const hash = createHash('sha256');
  // A length in front of each part keeps two different lists of parts from having the same bytes.
  for (const part of parts) hash.update(`${String(part.length)}:${part}`);
  return hash.digest('hex');
}

function flatVariables(variables: PlanContent['variables']): string {
  if (variables === undefined || typeof variables === 'string') return variables ?? '';
  return JSON.stringify(Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** True while `ticket` still speaks of `content`; the cluster's label is compared where it is given. */
export function ticketFits(ticket: PlanTicket, content: PlanContent & { readonly cluster?: string }): boolean {
  if (content.cluster !== undefined && content.cluster !== ticket.cluster) return false;
  return ticket.contentHash === contentHash(content);
}
