import { commands } from '../../platform/contributions.ts';
import { deploymentCapabilities } from '../../state/tables/capabilities.ts';
import type { DeploymentRecord } from '../../state/tables/records.ts';
import { deploymentStatus, isSuperseded } from '../../wording/deploymentStatus.ts';
import type { Status } from '../../wording/statusWords.ts';
import { byName, capped } from '../arrange.ts';
import { deploymentOf } from '../deploymentLayout.ts';
import { face, goneFace, namespaceOf, type RowFace } from '../face.ts';
import type { DeploymentRow, LayoutContext, Row } from '../rows.ts';
import type { FaceContext, RowKind } from './kind.ts';

/** A deployment; under it its groups and, in the view of deployments, the allocations that it placed. */
export const deploymentKind: RowKind<DeploymentRow> = {
  exists: (store, { deployment }) => store.deployments.has(deployment),
  face: (context, row) => {
    const deployment = context.source.store.deployments.get(row.deployment);
    return deployment === undefined ? goneFace(row.deployment) : deploymentFace(context, deployment);
  },
  children: childrenOfDeployment,
  parent: ({ view, rows }, { job }) => (view === 'jobs' ? rows.job(job) : undefined),
  affectedBy: 'job',
  // One that is over has no rollout of its own to show.
  opens: (store, { deployment }) =>
    store.deployments.get(deployment)?.active === true ? commands.showRollout : undefined,
  opensAtOnce: true,
  needsJob: (view) => view === 'deployments',
};

function deploymentFace(context: FaceContext, deployment: DeploymentRecord): RowFace {
  const { view, source } = context;
  const said = deploymentStatus(source.store, deployment, source.now());
  // What the job has left behind is history, and no alarm.
  const settled = said.tone === 'bad' && isSuperseded(source.store, deployment);
  const status: Status = settled ? { ...said, tone: 'stopped' } : said;
  const capabilities = deploymentCapabilities(deployment);
  if (view === 'jobs') {
    const collapsible = deployment.groups.length > 0 ? 'collapsed' : 'none';
    return face('', 'deployment', status, capabilities, collapsible);
  }
  const name = source.store.jobs.get(deployment.jobKey)?.name ?? deployment.jobId;
  return face('deployment of', name, status, capabilities, 'collapsed', [namespaceOf(source, deployment)]);
}

function childrenOfDeployment(context: LayoutContext, row: DeploymentRow): readonly Row[] {
  const { view, source, rows } = context;
  const deployment = source.store.deployments.get(row.deployment);
  if (deployment === undefined) return [];
  const groups = deployment.groups.map((group) => rows.deploymentGroup(row.job, row.deployment, group.name));
  // Under its job, the allocations stand beside it.
  if (view === 'jobs') return groups;
  const found: Row[] = [];
  if (source.loadFailure(row.job) !== undefined) found.push(rows.message('failed', row));
  found.push(...groups);
  const placed = source.store.allocationsOf(row.job).filter((one) => deploymentOf(source.store, one) === deployment);
  placed.sort(byName);
  found.push(...capped(context, row, placed, (allocation) => rows.allocation(row.job, allocation.id)));
  return found.length > 0 ? found : [rows.message('nothing', row)];
}
