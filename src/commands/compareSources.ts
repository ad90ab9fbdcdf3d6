import * as vscode from 'vscode';
import { isKnown, type Told } from '../hcl/told.ts';
import { jobKey } from '../model/keys.ts';
import { isNomadError } from '../nomad/errors.ts';
import { withQuietProgress } from '../platform/signals.ts';
import { plain } from '../base/plain.ts';
import { showDiff } from '../platform/window.ts';
import { findJobspec, resolveDocument } from './jobspecInput.ts';
import type { Connected } from './workbench.ts';

/** Opens the source of the running job against the jobspec in the editor. */
export async function compareSources(connected: Connected, argument: unknown): Promise<void> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const named = argument instanceof vscode.Uri ? argument : active;
  const document = await findJobspec((named && connected.plans.jobspecOf(named)) ?? argument);
  const job = await resolveDocument(connected, document);
  if (job === undefined) throw new Error('the file has no job block.');
  const { cluster, sources } = connected;
  const ofConnection = cluster.namespace === '*' ? 'default' : cluster.namespace;
  const planned = connected.tickets.get(document.uri)?.job;
  const id = planned?.ID ?? knownOrTold(job.id, 'id');
  const namespace = planned?.Namespace ?? knownOrTold(job.namespace, 'namespace') ?? ofConnection;
  const left = await withQuietProgress(`Reading the source of ${id}`, async (signal) => {
    try {
      const { value } = await cluster.client.jobs.read(id, { namespace, signal });
      const target = {
        client: cluster.client,
        cluster: cluster.label,
        namespace,
        jobId: id,
        version: value.Version,
      };
      return { uri: await sources.load(target, signal), title: `v${String(value.Version)} on ${cluster.label}` };
    } catch (error) {
      if (!isNomadError(error, 'notFound')) throw error;
      return { uri: sources.nothing(id), title: `not on ${cluster.label}` };
    }
  });
  const title = plain(`${jobKey(namespace, id)}: ${left.title} ↔ editor`);
  await showDiff(left.uri, document.uri, title);
}

/** Another job's source is worse than none. */
function knownOrTold<T>(told: Told<T>, what: string): T {
  if (isKnown(told)) return told.known;
  throw new Error(`the ${what} of the job is not known before a plan: ${told.unknown}. Plan it first.`);
}
