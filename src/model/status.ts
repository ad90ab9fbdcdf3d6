import { age, clockTime } from './ages.ts';
import { canariesOf, canariesOfGroups } from './canaries.ts';
import type { CanaryCounts } from './canaries.ts';
import { countsOf, isBatch, isSystem } from './counts.ts';
import type { Counts } from './counts.ts';
import { blockedWords } from './placement.ts';
import type { AllocationRecord, DeploymentGroupRecord, DeploymentRecord, JobRecord, TaskRecord } from './records.ts';
import type { Store } from './store.ts';
import { allocationFailure, isRestarting, isTaskRestarting, restartsOf, taskFailure } from './taskState.ts';
import { clean } from './wire.ts';

/** What a state means to a person; each has an icon and a colour. */
export type Tone =
  | 'good'
  | 'deploying'
  | 'attention'
  | 'warning'
  | 'pending'
  | 'blocked'
  | 'bad'
  | 'done'
  | 'stopped'
  | 'paused'
  | 'unknown';

/** The state of one row. */
export interface Status {
  /** One or two words; Nomad's own where it has one. */
  readonly word: string;
  readonly tone: Tone;
  /** For sorting: problems first. */
  readonly rank: number;
  /** The row's description. */
  readonly detail: string;
}

const ranks: Readonly<Record<Tone, number>> = {
  bad: 0,
  blocked: 1,
  attention: 2,
  warning: 3,
  unknown: 4,
  paused: 5,
  deploying: 6,
  pending: 7,
  good: 8,
  done: 9,
  stopped: 10,
};

function status(tone: Tone, word: string, detail = word): Status {
  return { word, tone, rank: ranks[tone], detail };
}

/** True for what a person should look at: failed, blocked, degraded, or in need of a decision. */
export function isProblem({ tone }: Status): boolean {
  return tone === 'bad' || tone === 'blocked' || tone === 'attention' || tone === 'warning';
}

/** Parts of a description; empty ones are left out. */
function join(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

function version(number: number | undefined): string | undefined {
  return number === undefined ? undefined : `v${String(number)}`;
}

function of(count: number, total: number): string {
  return `${String(count)}/${String(total)}`;
}

/** `1 restarting`, and nothing for none. */
function some(count: number, what: string): string | undefined {
  return count > 0 ? `${String(count)} ${what}` : undefined;
}

/** The state of a job as its row tells it: what is wrong first, then what is under way, then how it stands. */
export function jobStatus(store: Store, job: JobRecord, nowMs: number): Status {
  const counts = countsOf(store, job);
  if (job.stop)
    return status('stopped', 'stopped', join('stopped', some(counts?.running ?? 0, 'stopping'), version(job.version)));
  if (job.periodic || job.parameterized || job.children !== undefined) return parentStatus(job);
  const blocked = blockedStatus(store, job, counts);
  if (blocked !== undefined) return blocked;
  const newest = store.deploymentsOf(job.key)[0];
  if (newest?.active === true) return rolloutStatus(newest, canariesOf(store, newest), counts);
  if (counts === undefined) return plainStatus(job);
  const standing = standingStatus(job, counts, version(job.version));
  if (newest?.status !== 'failed' || newest.jobVersion !== job.version || isProblem(standing)) return standing;
  const why = `deployment ${deploymentStatus(newest, nowMs)
    .detail.replace(/^v\d+ · /, '')
    .replace(/ · [^·]*$/, '')}`;
  return status('warning', 'deployment failed', join(runningOf(counts), why));
}

/** The state of one group of a job. */
export function groupStatus(store: Store, job: JobRecord, groupName: string): Status {
  if (job.stop) return status('stopped', 'stopped');
  const counts = countsOf(store, job, groupName);
  const failure = store.blockedOf(job.key)?.FailedTGAllocs?.[groupName];
  if (failure !== undefined) {
    const { count, reason } = blockedWords({ ID: '', FailedTGAllocs: { [groupName]: failure } });
    return status('blocked', 'blocked', join(runningOf(counts), `${String(count)} blocked: ${reason}`));
  }
  const deployment = store.activeDeploymentOf(job.key);
  const group = deployment?.groups.find((one) => one.name === groupName);
  if (deployment !== undefined && group !== undefined && group.healthy < group.desiredTotal) {
    const part = { ...deployment, groups: [group] };
    const needsPromotion = deployment.needsPromotion && group.desiredCanaries > 0 && !group.promoted;
    return rolloutStatus({ ...part, needsPromotion }, canariesOfGroups(part), counts, false);
  }
  return counts === undefined ? status('unknown', 'unknown', '') : standingStatus(job, counts, undefined);
}

/** A periodic or parameterized job never has allocations of its own: its runs do. */
function parentStatus(job: JobRecord): Status {
  const word = job.periodic ? 'periodic' : job.parameterized ? 'parameterized' : 'waiting for runs';
  const { pending = 0, running = 0, dead = 0 } = job.children ?? {};
  const runs = pending + running + dead;
  const detail = join(
    word === 'waiting for runs' ? '' : word,
    runs === 1 ? '1 run' : `${String(runs)} runs`,
    some(running, 'running'),
  );
  return { ...status('pending', word, detail), rank: ranks.good };
}

function blockedStatus(store: Store, job: JobRecord, counts: Counts | undefined): Status | undefined {
  const evaluation = store.blockedOf(job.key);
  if (evaluation === undefined) return undefined;
  const { count, reason } = blockedWords(evaluation);
  return status('blocked', 'blocked', join(runningOf(counts), `${String(count)} blocked: ${reason}`));
}

function rolloutStatus(
  deployment: DeploymentRecord,
  canaries: CanaryCounts,
  counts: Counts | undefined,
  named = true,
): Status {
  const name = named ? version(deployment.jobVersion) : undefined;
  const unhealthy = some(canaries.unhealthy, 'unhealthy');
  if (deployment.status === 'paused') return status('paused', 'paused', join('deployment paused', name));
  if (deployment.needsPromotion) {
    const healthy = `canary ${of(canaries.healthy, canaries.wanted)} healthy`;
    const ready = canaries.wanted > 0 && canaries.healthy >= canaries.wanted;
    if (ready && !canaries.automatic) return status('attention', 'needs promotion', join(healthy, 'needs promotion'));
    return status('deploying', 'deploying', join(healthy, unhealthy, join('deploying', name).replace(' · ', ' ')));
  }
  const healthy = deployment.groups.reduce((sum, group) => sum + group.healthy, 0);
  const total = deployment.groups.reduce((sum, group) => sum + group.desiredTotal, 0);
  const bad = some(
    deployment.groups.reduce((sum, group) => sum + group.unhealthy, 0),
    'unhealthy',
  );
  const standing = deployment.groups.length > 0 ? `${of(healthy, total)} healthy` : runningOf(counts);
  return status('deploying', 'deploying', join(standing, bad, name === undefined ? 'deploying' : `deploying ${name}`));
}

/** What there is to say when the allocations aren't known. */
function plainStatus(job: JobRecord): Status {
  const detail = join(clean(job.status), version(job.version));
  const tones: Readonly<Record<string, Tone>> = { running: 'good', pending: 'pending', dead: 'done' };
  return status(tones[job.status] ?? 'unknown', clean(job.status), detail);
}

function runningOf(counts: Counts | undefined): string | undefined {
  return counts === undefined ? undefined : `${of(counts.running, counts.total)} running`;
}

/** How the allocations stand while no rollout is under way. */
function standingStatus(job: JobRecord, counts: Counts, name: string | undefined): Status {
  const { total, running, restarting, starting, complete, failed, lost, unknown, unknownWord } = counts;
  const gone = failed + lost;
  const detail = join(
    isBatch(job) && running === 0 && complete > 0 ? `${of(complete, total)} complete` : runningOf(counts),
    isBatch(job) && running > 0 ? some(complete, 'complete') : undefined,
    some(restarting, 'restarting'),
    some(starting, 'starting'),
    some(failed, 'failed'),
    some(lost, 'lost'),
    some(unknown, clean(unknownWord)),
  );
  if (total === 0) return emptyStatus(job, name);
  if (isBatch(job) && complete === total) return status('done', 'complete', join('complete', name));
  if (running + complete === total) return status('good', 'running', join(detail, name));
  if (gone > 0 && gone >= total) return failedStatus(counts, name);
  if (gone > 0) return status('warning', 'degraded', detail);
  if (restarting > 0) return status('warning', 'restarting', detail);
  if (unknown > 0) return status('warning', clean(unknownWord), detail);
  if (job.status === 'dead') return status('done', 'dead', join('dead', name));
  if (running === 0) return status('pending', 'pending', join(detail, name));
  return status('pending', 'starting', join(detail, starting > 0 ? undefined : some(counts.unplaced, 'not placed')));
}

function emptyStatus(job: JobRecord, name: string | undefined): Status {
  if (job.status === 'dead') return status('done', 'dead', join('dead', name));
  if (job.status === 'pending') return status('pending', 'pending', join('pending', name));
  if (isSystem(job)) return status('pending', 'no allocations', join('no allocations', name));
  return status('stopped', 'scaled to 0', join('scaled to 0', name));
}

function failedStatus(counts: Counts, name: string | undefined): Status {
  const { total, failed, lost, failure } = counts;
  const reason = failure === undefined ? undefined : allocationFailure(failure);
  if (failed === 0) return status('bad', 'lost', join(total > 1 ? some(lost, 'lost') : 'lost', name));
  const what = total > 1 ? `${of(failed, total)} failed` : 'failed';
  return status('bad', 'failed', join(what, some(lost, 'lost'), reason ?? name));
}

const clientTones: Readonly<Record<string, Tone>> = {
  pending: 'pending',
  running: 'good',
  complete: 'done',
  failed: 'bad',
  lost: 'bad',
  unknown: 'unknown',
};

/** The state of one allocation. */
export function allocationStatus(allocation: AllocationRecord, nowMs: number): Status {
  const { clientStatus, nodeName, nodeId, createTimeMs, modifyTimeMs } = allocation;
  const node = clean(nodeName ?? nodeId.slice(0, 8));
  const alive = clientStatus === 'running' || clientStatus === 'pending';
  const since = clientStatus === 'running' ? createTimeMs : (modifyTimeMs ?? createTimeMs);
  const ago = since === undefined ? undefined : age(since, nowMs);
  const say = (tone: Tone, word: string, reason?: string) => status(tone, word, join(node, reason ?? word, ago));
  if (alive && allocation.desiredStatus !== undefined && allocation.desiredStatus !== 'run')
    return say('stopped', 'stopping');
  if (alive && isRestarting(allocation)) {
    return say('warning', 'restarting', `restarting (${String(restartsOf(allocation))}×)`);
  }
  if (alive && allocation.paused === true) return say('paused', 'paused');
  if (clientStatus === 'failed') return say('bad', 'failed', join('failed', allocationFailure(allocation)));
  if (clientStatus === 'running') {
    const canary = allocation.canary ? `canary${allocation.healthy === true ? ' healthy' : ''}` : undefined;
    const tone = allocation.healthy === false ? 'warning' : 'good';
    const unhealthy = allocation.healthy === false ? 'unhealthy' : canary;
    return status(
      tone,
      tone === 'warning' ? 'unhealthy' : 'running',
      join(node, version(allocation.jobVersion), unhealthy, ago),
    );
  }
  return say(clientTones[clientStatus] ?? 'unknown', clean(clientStatus));
}

/** The state of one task. */
export function taskStatus(task: TaskRecord): Status {
  const reason = taskFailure(task);
  if (isTaskRestarting(task)) {
    return status('warning', 'restarting', join(`restarting (${String(task.restarts)}×)`, reason));
  }
  if (task.paused === true) return status('paused', 'paused');
  if (task.state === 'running')
    return status(
      'good',
      'running',
      join('running', some(task.restarts, task.restarts === 1 ? 'restart' : 'restarts')),
    );
  if (task.state === 'pending') return status('pending', 'pending');
  if (task.state !== 'dead') return status('unknown', clean(task.state));
  return task.failed
    ? status('bad', 'failed', join('failed', reason))
    : status('done', 'complete', join('complete', reason));
}

const deploymentTones: Readonly<Record<string, Tone>> = {
  running: 'deploying',
  paused: 'paused',
  successful: 'good',
  failed: 'bad',
  cancelled: 'stopped',
  blocked: 'blocked',
  unblocking: 'pending',
  pending: 'pending',
  initializing: 'pending',
};

/** The state of one deployment. */
export function deploymentStatus(deployment: DeploymentRecord, nowMs: number): Status {
  const name = version(deployment.jobVersion);
  const word = clean(deployment.status);
  if (deployment.status === 'running') {
    const canaries = canariesOfGroups(deployment);
    const rollout = rolloutStatus(deployment, canaries, undefined, false);
    return { ...rollout, detail: join(name, rollout.detail) };
  }
  const why = endReason(deployment);
  const moment = deployment.modifyTimeMs ?? deployment.createTimeMs;
  const ago = deployment.active || moment === undefined ? undefined : age(moment, nowMs);
  const tone = deploymentTones[deployment.status] ?? 'unknown';
  return status(tone, word, join(name, why === '' ? word : `${word}: ${why}`, ago));
}

/** Why a deployment ended, in fewer words than Nomad's own. */
export function endReason({ status: word, statusDescription }: DeploymentRecord): string {
  if (word !== 'failed' && word !== 'cancelled') return '';
  return statusDescription
    .replace(/^(?:Failed due to|Cancelled due to|Cancelled because|Deployment) /, '')
    .replace(/ - rolling back to job version (\d+)$/, ', rolling back to v$1')
    .replace(/ - no stable job version to auto revert to$/, ', no stable version to revert to');
}

/** The state of one group of a deployment. */
export function deploymentGroupStatus(
  deployment: DeploymentRecord,
  group: DeploymentGroupRecord,
  nowMs: number,
): Status {
  const { desiredCanaries, promoted, placedCanaries, desiredTotal, placed, healthy, unhealthy } = group;
  const until = group.requireProgressByMs;
  const deadline = deployment.active && until !== undefined && until > nowMs ? `by ${clockTime(until)}` : undefined;
  const canaries = desiredCanaries > 0 && !promoted;
  const counted = canaries ? Math.max(desiredCanaries, placedCanaries.length) : desiredTotal;
  const first = canaries ? `canary ${of(Math.min(healthy, counted), counted)}` : `${of(healthy, counted)} healthy`;
  const detail = join(first, `placed ${of(placed, desiredTotal)}`, some(unhealthy, 'unhealthy'), deadline);
  if (!deployment.active) {
    const { tone, word } = deploymentStatus(deployment, nowMs);
    return status(tone, word, detail);
  }
  if (canaries && healthy >= counted && !group.autoPromote) return status('attention', 'needs promotion', detail);
  if (unhealthy > 0) return status('warning', 'unhealthy', detail);
  return healthy >= counted && !canaries ? status('good', 'healthy', detail) : status('deploying', 'deploying', detail);
}
