import type { AllocationRecord, DeploymentRecord } from '../state/tables/records.ts';
import { deploymentStatus, isSuperseded } from '../wording/deploymentStatus.ts';
import { isProblem } from '../wording/statusWords.ts';
import type { Store } from '../state/tables/store.ts';
import { capped, counting, newestFirst } from './arrange.ts';
import { matches } from './filter.ts';
import type { Layout, LayoutContext, Row } from './rows.ts';

/** Deployments, the active ones first. */
export const deploymentLayout: Layout = { view: 'deployments', roots };

function roots(context: LayoutContext): readonly Row[] {
  const { store } = context.source;
  const all = [...store.deployments.values()];
  const shown = all.filter((deployment) => isShown(context, deployment));
  if (shown.length === 0 && all.length > 0) return [counting(context, 'hidden', undefined, all.length)];
  shown.sort((a, b) => Number(b.active) - Number(a.active) || newestFirst(a, b));
  return capped(context, undefined, shown, (deployment) => context.rows.deployment(deployment.jobKey, deployment.id));
}

function isShown(context: LayoutContext, deployment: DeploymentRecord): boolean {
  const { filter, store } = context.source;
  const job = store.jobs.get(deployment.jobKey);
  const groups = deployment.groups.map((group) => group.name);
  const words = [deployment.jobId, job?.name, job?.type, deployment.id, deployment.namespace, ...groups];
  if (!matches(filter.text, words)) return false;
  if (!filter.problemsOnly) return true;
  return !isSuperseded(store, deployment) && isProblem(deploymentStatus(store, deployment, context.source.now()));
}

/** The deployment that placed an allocation. Lists of allocations don't name it; then the version tells. */
export function deploymentOf(store: Store, allocation: AllocationRecord): DeploymentRecord | undefined {
  const deployments = store.deploymentsOf(allocation.jobKey);
  return allocation.deploymentId === undefined
    ? deployments.find((deployment) => deployment.jobVersion === allocation.jobVersion)
    : deployments.find((deployment) => deployment.id === allocation.deploymentId);
}
