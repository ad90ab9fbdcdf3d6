import type { Job, TaskGroup } from '../../../src/nomad/types/job.ts';
import { type AllocationRecord, isClientTerminal } from '../state/records.ts';
import { disconnect, isBack, reconnect, whileAway } from './away.ts';
import type { CurrentDeployment } from './currentDeployment.ts';
import { type GroupPlan, type Snapshot, stopReason } from './plan.ts';
import { rescheduling } from './reschedule.ts';

/** What is there, by what becomes of it. */
function emptyPiles() {
  return {
    untainted: [] as AllocationRecord[],
    /** Away, which nobody can be told to stop. */
    unknown: [] as AllocationRecord[],
    canaries: [] as AllocationRecord[],
    migrate: [] as AllocationRecord[],
    lost: [] as AllocationRecord[],
    reschedule: [] as AllocationRecord[],
  };
}

type Piles = ReturnType<typeof emptyPiles>;

/** Sorts the allocations of one group, and stops those that can't stay wherever the others go. */
export class Sorter {
  readonly #snapshot: Snapshot;
  readonly #job: Job;
  readonly #group: TaskGroup;
  readonly #current: CurrentDeployment;
  readonly #out: GroupPlan;

  constructor(snapshot: Snapshot, job: Job, group: TaskGroup, current: CurrentDeployment, out: GroupPlan) {
    this.#snapshot = snapshot;
    this.#job = job;
    this.#group = group;
    this.#current = current;
    this.#out = out;
  }

  /** Puts every allocation that still counts into one of the piles. */
  sort(all: readonly AllocationRecord[]): Piles {
    const piles = emptyPiles();
    const settled = this.#reconnect(all);
    for (const allocation of all) {
      if (allocation.DesiredStatus !== 'run' || settled.has(allocation.ID)) continue;
      if (this.#isIgnored(allocation)) continue;
      const node = this.#snapshot.nodes.get(allocation.NodeID);
      if (node?.Status === 'disconnected' && !isClientTerminal(allocation)) {
        this.#sortAway(allocation, piles);
        continue;
      }
      const tainted = node === undefined || node.Status === 'down';
      if (tainted && !isClientTerminal(allocation)) this.#lose(allocation, piles.lost);
      else if (allocation.ClientStatus === 'unknown') piles.unknown.push(allocation);
      else if (allocation.DeploymentStatus?.Canary === true) this.#sortCanary(allocation, piles.canaries);
      else if (allocation.DesiredTransition.Migrate === true && !isClientTerminal(allocation)) {
        piles.migrate.push(allocation);
      } else if (allocation.ClientStatus === 'failed') this.#sortFailed(allocation, piles);
      else piles.untainted.push(allocation);
    }
    return piles;
  }

  /** Returns those that stop because others are back, or came back in vain. */
  #reconnect(all: readonly AllocationRecord[]): Set<string> {
    const { nodes, nomad } = this.#snapshot;
    const back = all.filter(
      (one) => one.DesiredStatus === 'run' && nodes.get(one.NodeID)?.Status === 'ready' && isBack(one, nomad),
    );
    return reconnect(this.#snapshot, all, back, this.#out);
  }

  #sortAway(allocation: AllocationRecord, piles: Piles): void {
    const away = whileAway(this.#snapshot, allocation);
    if (away === 'lost') this.#lose(allocation, piles.lost);
    else if (away === 'replaced') piles.reschedule.push(allocation);
    else if (away === 'unknown') piles.unknown.push(allocation);
    else {
      const now = disconnect(this.#snapshot, allocation, this.#group, this.#isHeld(allocation), this.#out);
      (now ? piles.reschedule : piles.unknown).push(allocation);
    }
  }

  /** Part of a rollout, which says itself what of it is replaced. */
  #isHeld(allocation: AllocationRecord): boolean {
    const inRollout = this.#current.deployment?.ID === allocation.DeploymentID && !this.#current.failed;
    return inRollout && allocation.DesiredTransition.Reschedule !== true;
  }

  #isIgnored(allocation: AllocationRecord): boolean {
    if (allocation.ClientStatus === 'lost') return true;
    const older = allocation.Job.Version < this.#job.Version || allocation.Job.CreateIndex < this.#job.CreateIndex;
    if (this.#job.Type === 'batch') return older && isClientTerminal(allocation);
    return allocation.ClientStatus === 'complete';
  }

  #lose(allocation: AllocationRecord, lost: AllocationRecord[]): void {
    this.#out.stop.push({ allocation, description: stopReason.lost, clientStatus: 'lost' });
    this.#out.updates.Stop += 1;
    if (allocation.DeploymentStatus?.Canary !== true) lost.push(allocation);
  }

  /** Canaries live as long as their deployment may still be promoted. */
  #sortCanary(allocation: AllocationRecord, canaries: AllocationRecord[]): void {
    const { deployment, failed } = this.#current;
    if (deployment?.ID === allocation.DeploymentID && !failed) canaries.push(allocation);
    else this.#stop(allocation);
  }

  #sortFailed(
    allocation: AllocationRecord,
    piles: { readonly untainted: AllocationRecord[]; readonly reschedule: AllocationRecord[] },
  ): void {
    const { eligible, delayMs } = rescheduling(allocation, this.#group, this.#snapshot.nowMs);
    const forced = allocation.DesiredTransition.ForceReschedule === true;
    const held = this.#isHeld(allocation);
    if (allocation.NextAllocation !== '' || (!forced && (!eligible || held))) piles.untainted.push(allocation);
    else if (forced || allocation.FollowupEvalID !== '' || delayMs === 0) piles.reschedule.push(allocation);
    else {
      this.#out.delayed.push({ allocation, delayMs });
      this.#out.updates.RescheduleLater += 1;
      piles.untainted.push(allocation);
    }
  }

  #stop(allocation: AllocationRecord): void {
    this.#out.stop.push({ allocation, description: stopReason.notNeeded });
    this.#out.updates.Stop += 1;
  }
}
