import { own } from '../../base/own.ts';
import type { AllocationMetric } from '../../nomad/types/evaluation.ts';
import type { Job, TaskGroup, UpdateStrategy } from '../../nomad/types/job.ts';
import type { PlanResponse } from '../../nomad/types/plan.ts';
import { atATime, countsOf, leavesAll, some, type Counts } from './planCounts.ts';
import { meetsNewConstraints, meetsWritten } from './planConstraints.ts';
import { mayMove, movesByMore } from './planFeasibility.ts';
import type { GroupOutcome } from './planOutcome.ts';
import type { Surroundings } from './planSurroundings.ts';

/*
 * Nomad's counts of a system job tell less than they seem to. `Place` is, since 1.11, the number of all nodes that fit,
 * those included on which an allocation runs already; before (and of sysbatch jobs ever since) it is what is placed
 * anew, less each node that is found not to fit, the old allocations' among them, which can take it below zero. Nodes
 * that a constraint filters out may be told as failed placements. What is replaced step by step is looked at only as far
 * as the first step goes. Sentences here say what follows from the counts whatever happens, and no more.
 */

/** What a plan says of a group, with its counts read for what they mean on this version. */
interface Facts {
  readonly counts: Counts;
  /** How many nodes run the group when all is done, so far as Nomad has looked; undefined where that can't be told. */
  readonly after: number | undefined;
  /** How many are replaced in the first step; as many as there are where there is but one step. */
  readonly step: number | undefined;
  /** Nodes that fit but have no room. */
  readonly noRoom: number;
  /** Every node that Nomad has looked at was filtered out. */
  readonly noneFits: boolean;
  /** At most so many nodes can be started on that run nothing of the group now; Infinity where it is not known. */
  readonly free: number;
  readonly moves: boolean;
  /** Of the nodes of allocations that change, how many are known to fit no longer; undefined where it is not sure. */
  readonly leaving: number | undefined;
  /** What happens to the allocations that change: those of a sysbatch job that are over don't run. */
  readonly verb: 'replaced' | 'run again' | 'replaced or run again';
}

/** What running the plan of a system job would do to one group. */
export function systemOutcome(name: string, plan: PlanResponse, job: Job, around: Surroundings): GroupOutcome {
  const facts = factsOf(name, plan, job, around);
  const { counts } = facts;
  const group = groupOf(job, name);
  const wanted = !job.Stop && group !== undefined && group.Count !== 0;
  const happening = [
    ...startsAndReplacements(facts, job, group),
    ...some(counts.InPlaceUpdate, 'updated in place'),
    ...some(counts.Stop, 'stopped'),
    ...some(counts.Migrate, 'stopped on nodes that are drained'),
    ...some(counts.Disconnect, 'disconnected'),
    ...some(counts.Reconnect, 'reconnected'),
  ];
  return {
    name,
    happening,
    onlyStarts: leavesAll(counts),
    waiting: wanted ? waitingOf(facts) : [],
    count: counts.Ignore,
    lost: counts.Stop + counts.Migrate + (facts.verb === 'run again' ? 0 : counts.DestructiveUpdate),
    placement: wanted ? placementOf(facts) : 'all',
  };
}

function factsOf(name: string, plan: PlanResponse, job: Job, around: Surroundings): Facts {
  const raw = own(plan.Annotations?.DesiredTGUpdates, name);
  const metric = own(plan.FailedTGAllocs, name);
  const counts = countsOf(raw);
  const noRoom = exhaustedCount(metric);
  const all = countsAllNodes(job, raw, around);
  const kept = counts.Ignore + counts.InPlaceUpdate;
  const changed = counts.DestructiveUpdate;
  const net = raw?.Place ?? 0;
  const isNear = Number.isInteger(net) && Math.abs(net) <= kept + changed + 1_000_000;
  const anew = isNear ? kept + changed + net - noRoom : undefined;
  const either = kept + changed === 0 && noRoom === 0 ? anew : undefined;
  const after = all === undefined ? either : all ? counts.Place : anew;
  return {
    counts,
    after: after === undefined ? undefined : Math.max(0, after),
    step: stepOf(job, groupOf(job, name), changed, around),
    noRoom,
    noneFits: metric !== undefined && noRoom === 0,
    free: freeNodes(name, job, around),
    leaving: leavingNodes(name, plan, changed, around),
    moves: mayMove(plan, name),
    verb: verbOf(name, job, changed, around),
  };
}

function verbOf(name: string, job: Job, changed: number, { allocations }: Surroundings): Facts['verb'] {
  if (job.Type !== 'sysbatch') return 'replaced';
  const live = allocations?.filter(isLive(name)).length;
  if (live === 0) return 'run again';
  return live === undefined || live < changed ? 'replaced or run again' : 'replaced';
}

/** Whether `Place` counts every node that fits. Undefined where the agent's version is not known. */
function countsAllNodes(job: Job, raw: object | undefined, { version }: Surroundings): boolean | undefined {
  if (job.Type !== 'system') return false;
  if (version !== undefined) return isSince(version, 1, 11);
  return raw === undefined || 'Disconnect' in raw ? undefined : false;
}

function isSince(version: string, major: number, minor: number): boolean {
  const [ofMajor = 0, ofMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return ofMajor > major || (ofMajor === major && ofMinor >= minor);
}

/** How many of `changed` allocations go first. Undefined where it depends on a version that is not known. */
function stepOf(job: Job, group: TaskGroup | undefined, changed: number, around: Surroundings): number | undefined {
  const { version } = around;
  const paced = (update: UpdateStrategy | null | undefined) => (update ? (update.MaxParallel ?? 1) : undefined);
  const given = paced(group?.Update) ?? paced(job.Update);
  const rolls = job.Type === 'system' && (version === undefined ? undefined : isSince(version, 1, 11));
  if (given === undefined && rolls === undefined) return changed <= 1 ? changed : undefined;
  const limit = given ?? (rolls === true ? 1 : 0);
  return limit > 0 ? Math.min(limit, changed) : changed;
}

/** The first failure for want of room is the metric itself, the others are counted in it. */
export function exhaustedCount(metric: AllocationMetric | undefined): number {
  if (metric === undefined) return 0;
  return (metric.CoalescedFailures ?? 0) + ((metric.NodesFiltered ?? 0) > 0 ? 0 : 1);
}

function freeNodes(name: string, job: Job, { nodes, allocations }: Surroundings): number {
  if (nodes === undefined || allocations === undefined) return Number.POSITIVE_INFINITY;
  const taken = new Set(allocations.filter(isLive(name)).map(({ nodeId }) => nodeId));
  const group = groupOf(job, name);
  return nodes.filter((node) => !taken.has(node.ID) && meetsWritten(job, group, node) !== 'no').length;
}

/** Only where constraints are all that decides, and all that run the group are those that change. */
function leavingNodes(name: string, plan: PlanResponse, changed: number, around: Surroundings): number | undefined {
  const { nodes, allocations } = around;
  if (nodes === undefined || allocations === undefined || movesByMore(plan, name)) return undefined;
  const taken = new Set(allocations.filter(isLive(name)).map(({ nodeId }) => nodeId));
  const held = nodes.filter(({ ID }) => taken.has(ID)).map((node) => meetsNewConstraints(plan, name, node));
  if (held.length !== changed || taken.size !== changed || held.includes('unknown')) return undefined;
  return held.filter((meets) => meets === 'no').length;
}

type Held = NonNullable<Surroundings['allocations']>[number];

function isLive(groupName: string): (allocation: Held) => boolean {
  const over = new Set(['complete', 'failed', 'lost']);
  return ({ group, clientStatus, desiredStatus }) =>
    group === groupName && !over.has(clientStatus) && (desiredStatus ?? 'run') === 'run';
}

function startsAndReplacements(facts: Facts, job: Job, group: TaskGroup | undefined): string[] {
  const { counts, after, noneFits, moves } = facts;
  const changed = counts.DestructiveUpdate;
  const rest = after === undefined ? undefined : Math.max(0, after - counts.Ignore - counts.InPlaceUpdate);
  if (changed === 0) return rest === undefined ? startedAtMost(facts.free) : some(rest, 'started');
  const steps = facts.step === undefined || facts.step < changed;
  const pace = facts.step === undefined || facts.step >= changed ? '' : `, ${atATime(facts.step)}`;
  if (noneFits && !steps) return some(changed, 'stopped');
  if (counts.Canary > 0) return [canaryWords(counts, job, group)];
  if (moves || noneFits) return moved(facts, rest, pace, steps);
  if (rest === undefined) return [`${String(changed)} ${facts.verb}${pace}`, ...startedAtMost(facts.free)];
  const replaced = steps ? changed : Math.min(changed, rest);
  return [
    ...some(Math.max(0, rest - changed), 'started'),
    ...some(replaced, `${facts.verb}${pace}`),
    ...some(changed - replaced, 'stopped'),
  ];
}

/** Newer agents go on when an allocation is healthy, and where none is placed, none ever is. */
const stalls = 'the rollout may stall at a node that no longer fits';

/** Where a change decides which nodes fit: a node of an old allocation may not, and another one may. */
function moved(facts: Facts, rest: number | undefined, pace: string, steps: boolean): string[] {
  const { counts, free, noneFits, leaving } = facts;
  const changed = counts.DestructiveUpdate;
  if (leaving !== undefined && facts.noRoom === 0) {
    const stay = changed - leaving;
    // What is started is sure where no node can be, or where all that happens was counted.
    const started = free === 0 || noneFits ? 0 : steps || rest === undefined ? undefined : rest - stay;
    const words = [...some(stay, `${facts.verb}${pace}`), ...some(leaving, steps ? `stopped; ${stalls}` : 'stopped')];
    return [...(started === undefined ? startedAtMost(free) : some(started, 'started')), ...words];
  }
  const unsure = `${String(changed)} ${facts.verb}${pace}, or only stopped where the node no longer fits`;
  if (rest === undefined || steps) {
    // Of those that are replaced, only the first step was looked at.
    const most = rest === undefined ? free : Math.min(free, Math.max(0, rest - changed) + (facts.step ?? changed));
    return [[unsure, ...(noneFits ? [] : startedAtMost(most)), ...(steps ? [stalls] : [])].join('; ')];
  }
  const [least, most] = [Math.max(0, rest - free), Math.min(changed, rest)];
  if (least < most) return [`${unsure}; ${String(rest)} ${rest === 1 ? 'node runs' : 'nodes run'} it then`];
  return [...some(rest - most, 'started'), ...some(most, facts.verb), ...some(changed - most, 'stopped')];
}

function startedAtMost(count: number): string[] {
  if (count === 0) return [];
  return [Number.isFinite(count) ? `up to ${String(count)} started` : 'started on other nodes that fit'];
}

/** Canaries of system jobs take the place of what runs, and count within what is replaced. */
function canaryWords({ Canary, DestructiveUpdate }: Counts, job: Job, group: TaskGroup | undefined): string {
  const update = { ...job.Update, ...group?.Update };
  const first = `${String(Canary)} replaced by ${Canary === 1 ? 'a canary' : 'canaries'}`;
  const later = DestructiveUpdate - Canary;
  if (later <= 0) return first;
  const pace = Math.max(1, update.MaxParallel ?? 1);
  const when = update.AutoPromote === true ? 'when healthy' : 'after promotion';
  return `${first}, then ${when} ${String(later)} more${pace < later ? `, ${atATime(pace)}` : ''}`;
}

function placementOf({ counts, after, noRoom, noneFits }: Facts): GroupOutcome['placement'] {
  if (after === 0) return 'none';
  if (noRoom > 0) return 'some';
  // Nodes that a constraint leaves out are no failure while others run it; some agents tell them nevertheless.
  return noneFits && counts.Ignore + counts.InPlaceUpdate === 0 ? 'some' : 'all';
}

function waitingOf({ noRoom }: Facts): string[] {
  if (noRoom === 0) return [];
  return [`no room on ${noRoom === 1 ? '1 node' : `${String(noRoom)} nodes`}`];
}

function groupOf(job: Job, name: string): TaskGroup | undefined {
  return job.TaskGroups?.find((one) => one.Name === name);
}
