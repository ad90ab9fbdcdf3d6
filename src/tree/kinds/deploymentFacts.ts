import type { DeploymentRecord } from '../../state/tables/records.ts';
import { culpritOf, deploymentGroupStatus, deploymentStatus } from '../../wording/deploymentStatus.ts';
import type { DeploymentGroupRow, DeploymentRow, RowSource } from '../rows.ts';
import { causeFacts, moment, stateOf, type MaybeFact } from './fact.ts';

export function deploymentFacts(source: RowSource, row: DeploymentRow): readonly MaybeFact[] {
  const deployment = source.store.deployments.get(row.deployment);
  if (deployment === undefined) return [];
  return [
    stateOf(deploymentStatus(source.store, deployment, source.now())),
    ...(troubled(deployment) ? causeFacts(source, culpritOf(source.store, deployment, source.now())) : []),
    ['Id', deployment.id],
    ['Job', `${deployment.jobId} v${String(deployment.jobVersion)} in ${deployment.namespace}`],
    ['Status', deployment.status],
    ['Description', deployment.statusDescription],
    ['Created', moment(source, deployment.createTimeMs)],
    ['Changed', moment(source, deployment.modifyTimeMs)],
  ];
}

function troubled({ status, active }: DeploymentRecord): boolean {
  return active || status === 'failed';
}

export function deploymentGroupFacts(source: RowSource, row: DeploymentGroupRow): readonly MaybeFact[] {
  const deployment = source.store.deployments.get(row.deployment);
  const group = deployment?.groups.find((one) => one.name === row.group);
  if (deployment === undefined || group === undefined) return [];
  const wanted = String(group.desiredCanaries);
  const canaries = `${String(group.placedCanaries.length)} of ${wanted} placed${group.promoted ? ', promoted' : ''}`;
  return [
    stateOf(deploymentGroupStatus(source.store, deployment, group, source.now())),
    ['Canaries', group.desiredCanaries > 0 ? canaries : undefined],
    ['Placed', `${String(group.placed)} of ${String(group.desiredTotal)}`],
    ['Healthy', String(group.healthy)],
    ['Unhealthy', String(group.unhealthy)],
    ['Promotion', group.desiredCanaries === 0 ? undefined : group.autoPromote ? 'automatic' : 'by hand'],
    ['On failure', group.autoRevert ? 'reverts to the last stable version' : 'stays as it is'],
    ['Progress due', moment(source, group.requireProgressByMs)],
  ];
}
