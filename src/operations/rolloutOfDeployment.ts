import { canariesOf } from '../state/tables/canaries.ts';
import { troubleOf } from '../wording/deploymentStatus.ts';
import { blockedWords } from '../wording/placement.ts';
import type { DeploymentRecord } from '../state/tables/records.ts';
import type { Rollout } from './rollout.ts';
import { of } from '../wording/statusWords.ts';
import type { Store } from '../state/tables/store.ts';

/**
 * How a rollout stands that has a deployment under way.
 *
 * @param name `web v13`
 */
export function underWay(store: Store, deployment: DeploymentRecord, name: string, nowMs: number): Rollout {
  const healthy = healthyOf(deployment);
  const words = troubleOf(store, deployment, nowMs);
  // At the front, because the status bar cuts long texts.
  const trouble = words === undefined ? '' : `${words.join(', ')}, `;
  if (deployment.status === 'paused') return { phase: 'running', sentence: `${name}: deployment paused, ${healthy}` };
  const blocked = store.blockedOf(deployment.jobKey);
  if (deployment.needsPromotion) return ofCanaries(store, deployment, name, trouble);
  if (blocked !== undefined) {
    const { count, reason } = blockedWords(blocked);
    return { phase: 'blocked', sentence: `${name}: ${healthy}, ${String(count)} blocked: ${reason}` };
  }
  return { phase: 'running', sentence: `${name}: ${trouble}${healthy}` };
}

/** `2/3 healthy` */
export function healthyOf({ groups }: DeploymentRecord): string {
  const sum = (read: (group: DeploymentRecord['groups'][number]) => number) =>
    groups.reduce((total, group) => total + read(group), 0);
  return `${of(
    sum((group) => group.healthy),
    sum((group) => group.desiredTotal),
  )} healthy`;
}

function ofCanaries(store: Store, deployment: DeploymentRecord, name: string, trouble: string): Rollout {
  const { wanted, healthy, automatic } = canariesOf(store, deployment);
  const counted = `canary healthy ${String(healthy)}/${String(wanted)}`;
  const { promotable } = deployment;
  if (wanted === 0 || healthy < wanted) {
    return { phase: 'running', sentence: `${name}: ${trouble}${counted}`, promotable: false };
  }
  if (automatic) return { phase: 'running', sentence: `${name}: ${counted}, promoted by itself`, promotable };
  return { phase: 'needsPromotion', sentence: `${name}: ${counted}, needs promotion`, promotable };
}
