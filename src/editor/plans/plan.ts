import type * as vscode from 'vscode';
import type { PlanTicket } from '../../operations/ticket.ts';
import { schemes } from '../../platform/contributions.ts';
import { documentUri } from '../../platform/documentUri.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import { clusterIdWords, type ClusterId } from '../../state/clusters/clusterId.ts';
import { jobKey, type JobKey } from '../../state/tables/keys.ts';
import type { Place } from '../../state/tables/place.ts';
import { nextOutdated, type Outdated, type PlannedOn } from '../../wording/plan/planOutdated.ts';
import type { PlanView, RenderedPlan } from '../../wording/plan/planText.ts';
import { fileName } from '../../base/plain.ts';

/** What the ticket of a plan gets from how the plan reads. */
type Read = 'summary' | 'destructive' | 'placeable';

/** A plan as it was made. */
export interface NewPlan {
  readonly view: PlanView;
  /** The jobspec that was planned; undefined for the preview of a revert. */
  readonly jobspec?: vscode.Uri;
  /** Permission to run the jobspec as it was planned. */
  readonly ticket?: Omit<PlanTicket, Read>;
  /** Where the job is; as the view says where it is left out. */
  readonly place?: Place;
  /** The version that a revert is made from. */
  readonly revertFrom?: number;
  /**
   * Why it is over before it is shown, if it is; asked at the last moment, since people go on working while a plan is
   * made.
   */
  readonly overAlready?: () => Outdated | undefined;
}

/** A plan from when it is made until nothing is left of it: neither a ticket nor an open document. */
export interface Plan {
  /** Of its document, whether or not that is open. */
  readonly uri: vscode.Uri;
  readonly cluster: ClusterId;
  /** The same, as long as it is open. */
  readonly source: PlannedCluster | undefined;
  readonly key: JobKey;
  readonly place: Place;
  readonly on: PlannedOn;
  /** Says why it is over. */
  readonly view: PlanView;
  readonly jobspec: vscode.Uri | undefined;
  readonly revertFrom: number | undefined;
  /** Gone when the plan is over. */
  readonly ticket: PlanTicket | undefined;
  readonly isOpen: boolean;
  readonly text: string;
  readonly summary: string;
  readonly placeable: boolean;
}

/** What a plan was made on: it holds until that is disposed, whichever cluster the window looks at. */
export type PlannedCluster = Pick<Cluster, 'id' | 'store' | 'signal' | 'onDidChange' | 'hold'>;

/** Makes the text of a plan. */
export type Render = (view: PlanView) => RenderedPlan;

/** The plan with its document open, and its ticket unless it is over already. */
export function beginPlan(made: NewPlan, over: Outdated | undefined, cluster: PlannedCluster, render: Render): Plan {
  const view = over === undefined ? made.view : { ...made.view, outdated: over };
  const { text, summary, destructive, placeable } = render(view);
  const key = jobKey(view.namespace, view.jobId);
  const isTicketGood = made.ticket !== undefined && view.outdated === undefined;
  return {
    ...{
      uri: planUri(made, cluster.id),
      cluster: cluster.id,
      source: cluster,
      key,
      view,
      text,
      summary,
      placeable,
      isOpen: true,
    },
    place: made.place ?? { namespace: view.namespace, region: undefined },
    on: { index: view.plan.JobModifyIndex, version: cluster.store.jobs.get(key)?.version },
    jobspec: made.jobspec,
    revertFrom: made.revertFrom,
    ticket: isTicketGood ? { ...made.ticket, summary, destructive, placeable } : undefined,
  };
}

/** The plan once it is over, or where it was before, with another reason. Its ticket is gone with that. */
export function endPlan(plan: Plan, outdated: Outdated, render: Render): Plan {
  const view = { ...plan.view, outdated };
  return { ...plan, view, text: render(view).text, ticket: undefined };
}

/**
 * Whether `next` replaces `now` as the reason why a plan is over: the first reason stays unless the new one is more
 * accurate.
 */
export function isTruer(next: Outdated, now: Outdated | undefined): boolean {
  if (now === undefined || kindOf(next) === 'done') return true;
  // Where the window went is known after it was left.
  return kindOf(now) === 'disconnected' && kindOf(next) === 'left';
}

/** What the cluster's word of the job makes of a plan; undefined where that changes nothing. */
export function outdatedBy({ source, key, on, view }: Plan): Outdated | undefined {
  if (source === undefined) return undefined;
  const { store } = source;
  // A job elsewhere, such as in another region, is not the one that the store has under the same name.
  if (view.elsewhere !== undefined) return undefined;
  return nextOutdated(view.outdated, on, store.jobs.get(key), store.wasRemoved(key));
}

/** What becomes of a plan of `cluster`, which was left, when the window is connected to `now`, or to none. */
export function leftTo(now: ClusterId | undefined, cluster: ClusterId): Outdated {
  if (now === undefined) return { kind: 'disconnected' };
  return now === cluster ? { kind: 'left' } : { kind: 'left', to: clusterIdWords(now) };
}

function kindOf(outdated: Outdated): string {
  return typeof outdated === 'object' ? outdated.kind : outdated;
}

function planUri({ view, jobspec }: NewPlan, cluster: ClusterId): vscode.Uri {
  const name = `${fileName(view.jobId)} — ${jobspec === undefined ? 'revert' : 'plan'}.nomad-plan`;
  const of = jobspec === undefined ? { namespace: view.namespace } : { jobspec: jobspec.toString() };
  return documentUri(schemes.plan, name, { cluster, ...of });
}
