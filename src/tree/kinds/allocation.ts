import { commands } from '../../platform/contributions.ts';
import { allocationCapabilities } from '../../state/tables/capabilities.ts';
import type { AllocationRecord } from '../../state/tables/records.ts';
import { allocationStatus } from '../../wording/status.ts';
import { isFinished } from '../arrange.ts';
import { deploymentOf } from '../deploymentLayout.ts';
import { groupsShown } from '../groups.ts';
import { face, goneFace, namespaceOf, type RowFace } from '../face.ts';
import type { AllocationRow, LayoutContext, Row, ViewName } from '../rows.ts';
import type { FaceContext, RowKind } from './kind.ts';

/** An allocation; under it its tasks, where there are several. */
export const allocationKind: RowKind<AllocationRow> = {
  exists: (store, { allocation }) => store.allocations.has(allocation),
  face: (context, row) => {
    const allocation = context.source.store.allocations.get(row.allocation);
    return allocation === undefined ? goneFace(row.allocation) : allocationFace(context, allocation);
  },
  children: ({ source, rows }, row) => {
    const tasks = source.store.allocations.get(row.allocation)?.tasks ?? [];
    // One task is left out, since its allocation says it all.
    return tasks.length < 2 ? [] : tasks.map((task) => rows.task(row.job, row.allocation, task.name));
  },
  parent: (context, row) => {
    switch (context.view) {
      case 'jobs':
        return parentInJob(context, row);
      case 'deployments':
        return parentInDeployment(context, row);
      case 'nodes': {
        const allocation = context.source.store.allocations.get(row.allocation);
        return allocation === undefined ? undefined : context.rows.node(allocation.nodeId);
      }
      case 'allocations':
        return undefined;
    }
  },
  affectedBy: 'allocation',
  opens: () => commands.showEvents,
};

function allocationFace(context: FaceContext, allocation: AllocationRecord): RowFace {
  const { view, source } = context;
  const status = allocationStatus(allocation, source.now(), source.store);
  const collapsible = (allocation.tasks?.length ?? 0) > 1 ? 'collapsed' : 'none';
  const extra = isFlat(view) ? [namespaceOf(source, allocation)] : [];
  const name = allocationName(view, allocation);
  return face('allocation', name, status, allocationCapabilities(allocation), collapsible, extra);
}

/** Whether its job isn't above it. */
function isFlat(view: ViewName): boolean {
  return view === 'allocations' || view === 'nodes';
}

/** `app[2]` under its job, `web.app[2]` elsewhere; with a piece of the id while the index is not known. */
function allocationName(view: ViewName, allocation: AllocationRecord): string {
  const { name, group, index, id, jobId } = allocation;
  if (isFlat(view)) return name ?? `${jobId}.${group} ${id.slice(0, 8)}`;
  return index === undefined ? `${group} ${id.slice(0, 8)}` : `${group}[${String(index)}]`;
}

function parentInJob(context: LayoutContext, row: AllocationRow): Row {
  const { source, rows } = context;
  const job = source.store.jobs.get(row.job);
  const allocation = source.store.allocations.get(row.allocation);
  if (job === undefined || allocation === undefined) return rows.job(row.job);
  const grouped = groupsShown(source.store, job).includes(allocation.group);
  const owner = grouped ? rows.group(row.job, allocation.group) : rows.job(row.job);
  return isFinished(job, allocation) ? rows.message('finished', owner) : owner;
}

function parentInDeployment({ source, rows }: LayoutContext, row: AllocationRow): Row | undefined {
  const allocation = source.store.allocations.get(row.allocation);
  const deployment = allocation === undefined ? undefined : deploymentOf(source.store, allocation);
  return deployment === undefined ? undefined : rows.deployment(row.job, deployment.id);
}
