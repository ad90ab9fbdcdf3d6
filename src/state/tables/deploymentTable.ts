import { compareText } from '../../base/compareText.ts';
import type { Kind } from './kind.ts';
import type { DeploymentRecord } from './records.ts';

export const deployments: Kind<string, DeploymentRecord> = {
  key: (deployment) => deployment.id,
  index: (deployment) => deployment.modifyIndex,
  merge: mergeDeployment,
  // Those that are under way come first.
  movesInList: (known, next) => known.active !== next.active,
  group: { by: 'jobs', key: (deployment) => deployment.jobKey, order: newestFirst, owned: true },
};

/** A summary of another status than is known replaces what was counted by group. */
function mergeDeployment(known: DeploymentRecord, next: DeploymentRecord): DeploymentRecord {
  if (next.modifyIndex > 0) return { ...known, ...next };
  const { status, statusDescription, active, needsPromotion } = next;
  const promotable = needsPromotion && known.promotable;
  return { ...known, status, statusDescription, active, needsPromotion, promotable };
}

function newestFirst(a: DeploymentRecord, b: DeploymentRecord): number {
  return b.jobVersion - a.jobVersion || b.createIndex - a.createIndex || compareText(a.id, b.id);
}
