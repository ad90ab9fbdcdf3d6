import type { CommandEntry, Deed, Uses } from '../../commands/command.ts';
import { followWithProgress } from '../../commands/followWithProgress.ts';
import type { DeploymentWriteResponse } from '../../nomad/types/deployment.ts';
import { failDeployment as fail } from '../../operations/deployments.ts';
import { commands } from '../../platform/contributions.ts';
import { commandAction } from '../../platform/report.ts';
import { counted } from '../../platform/words.ts';
import type { DeploymentRecord } from '../../state/tables/records.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { attemptedOn, chooseDeployment, named, unpromoted } from './chosenDeployment.ts';
import type { Chosen } from './chosenDeployment.ts';

export const entry = {
  doing: 'fail the deployment',
  effect: 'destroy',
  needs: 'cluster',
  about: 'row',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Fail deployment',
  icon: '$(close)',
  menus: {
    'view/item/context': [
      { when: 'view =~ /^nomad\\./ && viewItem =~ /\\bfailable\\b/ && isWorkspaceTrusted', group: 'inline@2' },
      { when: 'view =~ /^nomad\\./ && viewItem =~ /\\bfailable\\b/', group: '1_deployment@3' },
    ],
  },
};

/** Marks a deployment as failed; Nomad reverts the job where its groups say so. */
export async function failDeployment(
  given: Uses<'cluster' | 'ask' | 'report'>,
  argument: unknown,
): Promise<Deed | undefined> {
  const which = { deed: 'Fail a deployment', none: 'No deployment is under way' };
  const chosen = await chooseDeployment(given, argument, { ...which, accept: (one) => one.active });
  if (chosen === undefined) return undefined;
  const { deployment, place } = chosen;
  const reverts = deployment.groups.some((group) => group.autoRevert);
  return {
    title: `Fail the deployment of ${named(deployment)}`,
    place,
    detail: [
      ...canarySentence(deployment),
      reverts ? 'Nomad reverts the job to its last stable version.' : 'The job is not reverted.',
    ],
    button: 'Fail deployment',
    progress: `Failing ${named(deployment)}`,
    attempted: attemptedOn(chosen, 'fail'),
    act: async () => {
      const answer = await fail(given.cluster.client, deployment.id, place);
      return () => {
        tellFailed(given, chosen, answer);
      };
    },
  };
}

/** What Nomad made of it: a rollback is followed, and where there is none the way to one is offered. */
function tellFailed(
  given: Uses<'cluster' | 'report'>,
  { deployment, place }: Chosen,
  answer: DeploymentWriteResponse,
): void {
  const { report, cluster } = given;
  const failed = `The deployment of ${named(deployment)} is failed on ${cluster.label}`;
  const key = deployment.jobKey;
  const { EvalID, RevertedJobVersion: revertedTo } = answer;
  if (revertedTo === undefined || revertedTo === null) {
    const target = { cluster: cluster.id, job: key, ...(place.region === undefined ? {} : { region: place.region }) };
    const revert = commandAction('Revert', commands.revertJob, target);
    void report.done(`${failed}. The job is not reverted: what runs of it goes on`, [revert]);
    return;
  }
  void report.done(`${failed}. Nomad goes back to what v${String(revertedTo)} was`);
  followWithProgress(given, { jobKey: key, region: place.region, evalId: EvalID });
}

/** How many canaries are lost, as far as there are some. */
function canarySentence(deployment: DeploymentRecord): string[] {
  const canaries = unpromoted(deployment).reduce((sum, group) => sum + group.placedCanaries.length, 0);
  return canaries === 0 ? [] : [`${counted(canaries, 'canary', 'canaries')} will be stopped.`];
}
