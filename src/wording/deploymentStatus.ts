import { age, clockTime } from './ages.ts';
import { canariesOf, canariesOfGroups } from '../state/tables/canaries.ts';
import type { AllocationRecord, DeploymentGroupRecord, DeploymentRecord } from '../state/tables/records.ts';
import { failingWords } from './failing.ts';
import { because, of, some, status, withoutEmpty, version } from './statusWords.ts';
import type { Status, Tone } from './statusWords.ts';
import type { Store } from '../state/tables/store.ts';
import { allocationFailure, isFailing, isFollowed } from '../state/tables/taskState.ts';
import { clean } from '../state/tables/wire.ts';

const deploymentTones: ReadonlyMap<string, Tone> = new Map<string, Tone>([
  ['running', 'deploying'],
  ['paused', 'paused'],
  ['successful', 'good'],
  ['failed', 'bad'],
  ['cancelled', 'stopped'],
  ['blocked', 'blocked'],
  ['unblocking', 'pending'],
  ['pending', 'pending'],
  ['initializing', 'pending'],
]);

/** The state of one deployment. */
export function deploymentStatus(store: Store, deployment: DeploymentRecord, nowMs: number): Status {
  if (deployment.status === 'running') return rolloutStatus(store, deployment, nowMs);
  const name = version(deployment.jobVersion);
  const word = clean(deployment.status);
  const moment = deployment.modifyTimeMs ?? deployment.createTimeMs;
  const ago = deployment.active || moment === undefined ? undefined : age(moment, nowMs);
  const tone = deploymentTones.get(deployment.status) ?? 'unknown';
  return status(tone, word, [because(word, endReason(store, deployment)), name, ago]);
}

/**
 * How a rollout goes: what it waits for or what is wrong, then its numbers.
 *
 * @param group where only one group of it is meant
 */
export function rolloutStatus(
  store: Store,
  whole: DeploymentRecord,
  nowMs: number,
  group?: DeploymentGroupRecord,
): Status {
  const deployment = group === undefined ? whole : { ...whole, groups: [group] };
  const name = group === undefined ? version(deployment.jobVersion) : undefined;
  const deploying = name === undefined ? 'deploying' : `deploying ${name}`;
  if (deployment.status === 'paused') return status('paused', 'paused', ['deployment paused', name]);
  const trouble = troubleOf(store, deployment, nowMs, group?.name);
  const tone = trouble === undefined ? 'deploying' : 'warning';
  const words = trouble ?? [];
  if (deployment.needsPromotion && (group === undefined || waits(group))) {
    const canaries = group === undefined ? canariesOf(store, deployment) : canariesOfGroups(deployment);
    const healthy = `canary ${of(canaries.healthy, canaries.wanted)} healthy`;
    const ready = canaries.wanted > 0 && canaries.healthy >= canaries.wanted;
    if (ready && !canaries.automatic) {
      return status('attention', 'needs promotion', ['needs promotion', name, healthy]);
    }
    return status(tone, 'deploying', [...words, deploying, healthy]);
  }
  const sum = (read: (one: DeploymentGroupRecord) => number) =>
    deployment.groups.reduce((total, one) => total + read(one), 0);
  const healthy = `${of(
    sum((one) => one.healthy),
    sum((one) => one.desiredTotal),
  )} healthy`;
  return status(tone, 'deploying', [...words, deploying, deployment.groups.length > 0 ? healthy : undefined]);
}

function waits(group: DeploymentGroupRecord): boolean {
  return group.desiredCanaries > 0 && !group.promoted;
}

/** What goes wrong in a rollout that is still under way: `crash-looping`, `exit 1` and `129 restarts`, or `1 unhealthy`. */
export function troubleOf(
  store: Store,
  deployment: DeploymentRecord,
  nowMs: number,
  group?: string,
): readonly string[] | undefined {
  const unhealthy = deployment.groups.reduce((sum, one) => sum + one.unhealthy, 0);
  const troubled = allocationsOf(store, deployment, group).filter((one) => isTroubled(one, nowMs) && !isFollowed(one));
  const culprit = troubled.find((one) => isFailing(one, nowMs)) ?? troubled[0];
  const counted = some(unhealthy, 'unhealthy');
  if (culprit === undefined) return counted === undefined ? undefined : [counted];
  if (isFailing(culprit, nowMs)) return withoutEmpty([...failingWords(store, culprit, nowMs)[1], counted]);
  return withoutEmpty([counted ?? 'failing', allocationFailure(culprit)]);
}

function isTroubled(allocation: AllocationRecord, nowMs: number): boolean {
  return allocation.clientStatus === 'failed' || allocation.healthy === false || isFailing(allocation, nowMs);
}

/** What a deployment placed, the newest first. Lists of allocations don't name it; then the version tells. */
function allocationsOf(store: Store, deployment: DeploymentRecord, group?: string): readonly AllocationRecord[] {
  return store
    .allocationsOf(deployment.jobKey)
    .filter(({ deploymentId, jobVersion }) =>
      deploymentId === undefined ? jobVersion === deployment.jobVersion : deploymentId === deployment.id,
    )
    .filter((one) => group === undefined || one.group === group)
    .sort((a, b) => (b.createIndex ?? 0) - (a.createIndex ?? 0));
}

/** The allocation that a deployment failed for, or fails for now, as far as it is known. */
export function culpritOf(store: Store, deployment: DeploymentRecord, nowMs: number): AllocationRecord | undefined {
  // An allocation that was in a loop when the deployment ended is its cause, even if it has run well since.
  const { active, modifyTimeMs } = deployment;
  const moment = active ? nowMs : (modifyTimeMs ?? 0);
  const troubled = allocationsOf(store, deployment).filter((one) => isTroubled(one, moment));
  return troubled.find((one) => allocationFailure(one) !== undefined) ?? troubled[0];
}

/**
 * Why a deployment ended, in fewer words than Nomad's own: by what its allocations tell, where they are known.
 *
 * @param tell says why an allocation failed
 */
export function endReason(store: Store, deployment: DeploymentRecord, tell = allocationFailure): string {
  const { status: word, statusDescription } = deployment;
  if (word !== 'failed' && word !== 'cancelled') return '';
  const why = statusDescription
    .replace(/^(?:Failed due to|Cancelled due to|Cancelled because|Deployment) /, '')
    .replace(/ - rolling back to job version (\d+)$/, ', rolling back to v$1')
    .replace(/ - no stable job version to auto revert to$/, ', no stable version to revert to');
  if (word !== 'failed') return why;
  const culprit = culpritOf(store, deployment, 0);
  const cause = culprit === undefined ? undefined : tell(culprit);
  if (cause === undefined) return why;
  return why
    .replace(/^unhealthy allocations/, () => cause)
    .replace(/^progress deadline/, () => `progress deadline, ${cause}`);
}

/**
 * True for a deployment that nobody needs to look at, since the job has moved on: to a newer version, by a revert, or to its
 * end.
 */
export function isSuperseded(store: Store, deployment: DeploymentRecord): boolean {
  const job = store.jobs.get(deployment.jobKey);
  if (job === undefined || job.stop) return true;
  if (job.version !== undefined && job.version !== deployment.jobVersion) return true;
  return store.deploymentsOf(deployment.jobKey)[0]?.id !== deployment.id;
}

/** The state of one group of a deployment. */
export function deploymentGroupStatus(
  store: Store,
  deployment: DeploymentRecord,
  group: DeploymentGroupRecord,
  nowMs: number,
): Status {
  const { desiredCanaries, placedCanaries, desiredTotal, placed, healthy, unhealthy } = group;
  const by = group.requireProgressByMs;
  const deadline = deployment.active && by !== undefined && by > nowMs ? `by ${clockTime(by)}` : undefined;
  const canaries = waits(group);
  const counted = canaries ? Math.max(desiredCanaries, placedCanaries.length) : desiredTotal;
  const first = canaries ? `canary ${of(Math.min(healthy, counted), counted)}` : `${of(healthy, counted)} healthy`;
  const numbers = [first, `placed ${of(placed, desiredTotal)}`, deadline];
  const bad = some(unhealthy, 'unhealthy');
  if (!deployment.active) {
    const { tone, word } = deploymentStatus(store, deployment, nowMs);
    return status(tone, word, [bad, ...numbers]);
  }
  if (canaries && healthy >= counted && !group.autoPromote) {
    return status('attention', 'needs promotion', ['needs promotion', ...numbers]);
  }
  const trouble = troubleOf(store, { ...deployment, groups: [group] }, nowMs, group.name);
  if (trouble !== undefined) {
    return status('warning', unhealthy > 0 ? 'unhealthy' : 'deploying', [...trouble, ...numbers]);
  }
  if (healthy >= counted && !canaries) return status('good', 'healthy', numbers);
  return status('deploying', 'deploying', numbers);
}
