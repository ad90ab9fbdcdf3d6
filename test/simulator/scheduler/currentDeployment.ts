import type { Deployment, DeploymentState } from '../../../src/nomad/types/deployment.ts';
import type { Job } from '../../../src/nomad/types/job.ts';
import { isActiveDeployment } from '../state/records.ts';
import type { Plan, Snapshot } from './plan.ts';

/** The deployment that an evaluation works on, after outdated ones were cancelled. */
export class CurrentDeployment {
  readonly deployment: Deployment | undefined;
  readonly paused: boolean;
  readonly failed: boolean;

  constructor(snapshot: Snapshot, plan: Plan) {
    const { job, latestDeployment: latest } = snapshot;
    this.deployment = undefined;
    if (latest !== undefined && isActiveDeployment(latest) && (job === undefined || job.Stop)) {
      plan.deploymentUpdates.push({
        deployment: latest,
        status: 'cancelled',
        description: 'Cancelled because job is stopped',
      });
    } else if (latest !== undefined && job !== undefined && !job.Stop) {
      if (isFor(latest, job)) this.deployment = latest.Status === 'successful' ? undefined : latest;
      else if (isActiveDeployment(latest)) {
        const description = 'Cancelled due to newer version of job';
        plan.deploymentUpdates.push({ deployment: latest, status: 'cancelled', description });
      }
    }
    this.paused = this.deployment?.Status === 'paused';
    this.failed = this.deployment?.Status === 'failed' || this.deployment?.Status === 'cancelled';
  }

  group(name: string): DeploymentState | undefined {
    return this.deployment?.TaskGroups?.[name];
  }

  /** Finishes the deployment when every group has what it wants and nothing is left to do. */
  finish(plan: Plan): void {
    const { deployment } = this;
    if (deployment?.Status !== 'running' || plan.deployment !== null) return;
    const idle = plan.groups.every(
      (group) => group.place.length + group.inPlace.length + group.delayed.length === 0 && !hasPendingUpdate(group),
    );
    if (!idle) return;
    const done = Object.values(deployment.TaskGroups ?? {}).every(isDone);
    if (done) {
      const description = 'Deployment completed successfully';
      plan.deploymentUpdates.push({ deployment, status: 'successful', description });
    }
  }
}

function hasPendingUpdate(group: Plan['groups'][number]): boolean {
  return group.updates.DestructiveUpdate + group.updates.Migrate + group.updates.Canary > 0;
}

function isDone(state: DeploymentState): boolean {
  if (state.DesiredCanaries > 0 && !state.Promoted) return false;
  return state.HealthyAllocs >= Math.max(state.DesiredTotal, state.DesiredCanaries);
}

function isFor(deployment: Deployment, job: Job): boolean {
  return deployment.JobVersion === job.Version && deployment.JobCreateIndex === job.CreateIndex;
}
