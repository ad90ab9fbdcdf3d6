import { commands } from '../../platform/contributions.ts';
import { deploymentGroupCapabilities } from '../../state/tables/capabilities.ts';
import { deploymentGroupStatus } from '../../wording/deploymentStatus.ts';
import { face, goneFace } from '../face.ts';
import type { DeploymentGroupRow } from '../rows.ts';
import type { RowKind } from './kind.ts';

/** A group of a deployment. */
export const deploymentGroupKind: RowKind<DeploymentGroupRow> = {
  exists: (store, { deployment }) => store.deployments.has(deployment),
  face: ({ source }, row) => {
    const deployment = source.store.deployments.get(row.deployment);
    const group = deployment?.groups.find((one) => one.name === row.group);
    if (deployment === undefined || group === undefined) return goneFace(row.group);
    const status = deploymentGroupStatus(source.store, deployment, group, source.now());
    return face('group', row.group, status, deploymentGroupCapabilities(deployment), 'none');
  },
  children: () => [],
  parent: ({ rows }, row) => rows.deployment(row.job, row.deployment),
  affectedBy: 'job',
  opens: (store, { deployment }) =>
    store.deployments.get(deployment)?.active === true ? commands.showRollout : undefined,
};
