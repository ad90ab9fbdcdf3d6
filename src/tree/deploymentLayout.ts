import type { AllocationRecord, DeploymentRecord } from '../state/tables/records.ts';
import { deploymentStatus, isSuperseded } from '../wording/deploymentStatus.ts';
import { isProblem } from '../wording/statusWords.ts';
import type { Store } from '../state/tables/store.ts';
import { byName, capped, counting, newestFirst, taskRows } from './arrange.ts';
import { matches } from './filter.ts';
import type { Layout, LayoutContext, Row } from './rows.ts';

/** Deployments, the active ones first; under each its groups and the allocations that it placed. */
export const deploymentLayout: Layout = { view: 'deployments', roots, children, parent };

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

function children(context: LayoutContext, row: Row): readonly Row[] {
  const { store } = context.source;
  switch (row.kind) {
    case 'deployment':
      return childrenOfDeployment(context, row);
    case 'allocation':
      return taskRows(context, store.allocations.get(row.allocation));
    default:
      return [];
  }
}

function childrenOfDeployment(context: LayoutContext, row: Row & { kind: 'deployment' }): readonly Row[] {
  const { source, rows } = context;
  const deployment = source.store.deployments.get(row.deployment);
  if (deployment === undefined) return [];
  const found: Row[] = [];
  if (source.loadFailure(row.job) !== undefined) found.push(rows.message('failed', row));
  found.push(...deployment.groups.map((group) => rows.deploymentGroup(row.job, row.deployment, group.name)));
  const placed = source.store.allocationsOf(row.job).filter((one) => deploymentOf(source.store, one) === deployment);
  placed.sort(byName);
  found.push(...capped(context, row, placed, (allocation) => rows.allocation(row.job, allocation.id)));
  return found.length > 0 ? found : [rows.message('nothing', row)];
}

/** The deployment that placed an allocation. Lists of allocations don't name it; then the version tells. */
function deploymentOf(store: Store, allocation: AllocationRecord): DeploymentRecord | undefined {
  const deployments = store.deploymentsOf(allocation.jobKey);
  return allocation.deploymentId === undefined
    ? deployments.find((deployment) => deployment.jobVersion === allocation.jobVersion)
    : deployments.find((deployment) => deployment.id === allocation.deploymentId);
}

function parent(context: LayoutContext, row: Row): Row | undefined {
  const { source, rows } = context;
  switch (row.kind) {
    case 'deploymentGroup':
      return rows.deployment(row.job, row.deployment);
    case 'task':
      return rows.allocation(row.job, row.allocation);
    case 'allocation': {
      const allocation = source.store.allocations.get(row.allocation);
      const deployment = allocation === undefined ? undefined : deploymentOf(source.store, allocation);
      return deployment === undefined ? undefined : rows.deployment(row.job, deployment.id);
    }
    case 'message':
      return row.owner;
    default:
      return undefined;
  }
}
